//! What is known about the build, from the CI system first, then from Git.

use std::path::PathBuf;

use contract_core::{Error, ErrorKind};

use super::systems::{About, System};
use super::{Variables, git, github};
use crate::output;

/// A value with where it comes from: `GITHUB_SHA, GitHub Actions`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fact {
    pub(crate) value: String,
    pub(crate) source: String,
}

/// What can be found out about the build of a directory.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    variables: Variables,
    directory: PathBuf,
}

impl Facts {
    /// Those of this process and of the directory that it runs in.
    pub(crate) fn of_process() -> Self {
        Self::of(Variables::of_process(), PathBuf::from("."))
    }

    fn of(variables: Variables, directory: PathBuf) -> Self {
        Self {
            variables: github::with_pull_request(variables),
            directory,
        }
    }

    /// The given version, or the commit that is built, which is then named on standard error.
    ///
    /// # Errors
    ///
    /// `Usage` if there is neither.
    pub(crate) fn version(&self, given: Option<String>) -> Result<String, Error> {
        if let Some(version) = given {
            return Ok(version);
        }
        let Some(found) = self.find(About::Version) else {
            return Err(Error::new(
                ErrorKind::Usage,
                "which version? Give --version: neither a CI system nor Git says which commit this is",
            ));
        };
        show("version", &found);
        if System::of(&self.variables).is_none() && git::is_changed(&self.directory) {
            output::warning("files of the checkout are changed: they are not what the commit holds");
        }
        Ok(found.value)
    }

    /// The given branch, or the one that is built, which is then named on standard error.
    pub(crate) fn branch(&self, given: Option<String>) -> Option<String> {
        self.given_or_found(given, "branch", About::Branch)
    }

    /// The given address of the build, or that of the CI system, which is then named on standard error.
    pub(crate) fn build_url(&self, given: Option<String>) -> Option<String> {
        self.given_or_found(given, "build", About::BuildUrl)
    }

    /// The given address of the repository, or that of the checkout, which is then named on standard error.
    pub(crate) fn repository_url(&self, given: Option<String>) -> Option<String> {
        self.given_or_found(given, "repository", About::RepositoryUrl)
    }

    fn given_or_found(&self, given: Option<String>, what: &str, about: About) -> Option<String> {
        if given.is_some() {
            return given;
        }
        let found = self.find(about)?;
        show(what, &found);
        Some(found.value)
    }

    /// What the CI system says, else Git.
    fn find(&self, about: About) -> Option<Fact> {
        let system = System::of(&self.variables);
        if let Some(mut fact) = system.and_then(|system| system.says(about, &self.variables)) {
            if let About::RepositoryUrl = about {
                fact.value = git::web_address(&fact.value)?;
            }
            return Some(fact);
        }
        let value = match about {
            About::Version => git::commit(&self.directory),
            // The checkout of a CI system has no branch, or one that says nothing.
            About::Branch if system.is_none() => git::branch(&self.directory),
            About::RepositoryUrl => git::repository_url(&self.directory),
            About::Branch | About::BuildUrl => None,
        };
        Some(Fact {
            value: value?,
            source: "Git".to_owned(),
        })
    }
}

fn show(what: &str, fact: &Fact) {
    output::note(&format!("{what}: {} ({})", fact.value, fact.source));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_wins() {
        let variables = Variables::of([("GITHUB_ACTIONS", "true"), ("GITHUB_SHA", "abc")]);
        let facts = Facts::of(variables, PathBuf::from("/"));
        assert_eq!(facts.version(Some("1.2".to_owned())).unwrap(), "1.2");
        assert_eq!(facts.version(None).unwrap(), "abc");
        assert_eq!(facts.branch(None), None);
    }

    #[test]
    fn without_ci_and_git_the_version_has_to_be_given() {
        let directory = tempfile::tempdir().unwrap();
        let facts = Facts::of(Variables::default(), directory.path().to_owned());
        let error = facts.version(None).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(error.to_string().contains("--version"), "{error}");
    }

    #[test]
    fn a_pull_request_on_github_is_its_own_commit() {
        let directory = tempfile::tempdir().unwrap();
        let event = directory.path().join("event.json");
        std::fs::write(&event, r#"{ "pull_request": { "head": { "sha": "head" } } }"#).unwrap();
        let variables = Variables::of([
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_SHA", "merge"),
            ("GITHUB_EVENT_NAME", "pull_request"),
            ("GITHUB_EVENT_PATH", event.to_str().unwrap()),
        ]);
        let facts = Facts::of(variables, directory.path().to_owned());
        assert_eq!(facts.version(None).unwrap(), "head");
    }
}

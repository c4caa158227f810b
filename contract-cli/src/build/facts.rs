//! Facts about the build, from the CI system or Git.

use std::path::PathBuf;

use contract_core::{Error, ErrorKind};

use super::systems::{About, System};
use super::{Variables, git, github};
use crate::output;

/// A value with its source: `GITHUB_SHA, GitHub Actions`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fact {
    pub(crate) value: String,
    pub(crate) source: String,
}

/// The facts about the build of a directory.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    variables: Variables,
    directory: PathBuf,
}

impl Facts {
    /// Returns those of this process and its working directory.
    pub(crate) fn of_process() -> Self {
        Self::of(Variables::of_process(), PathBuf::from("."))
    }

    fn of(variables: Variables, directory: PathBuf) -> Self {
        Self {
            variables: github::with_pull_request(variables),
            directory,
        }
    }

    /// Returns the given version, or the commit being built, which is then shown on standard error.
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
                "which version? Give --version: it cannot be determined from a CI system or Git",
            ));
        };
        show("version", &found);
        if System::of(&self.variables).is_none() && git::is_changed(&self.directory) {
            output::warning("the checkout has uncommitted changes, which are not part of the commit");
        }
        Ok(found.value)
    }

    /// Returns the given branch, or the one being built, which is then shown on standard error.
    pub(crate) fn branch(&self, given: Option<String>) -> Option<String> {
        self.given_or_found(given, "branch", About::Branch)
    }

    /// Returns the given build URL, or that of the CI system, which is then shown on standard error.
    pub(crate) fn build_url(&self, given: Option<String>) -> Option<String> {
        self.given_or_found(given, "build", About::BuildUrl)
    }

    /// Returns the given repository URL, or that of the checkout, which is then shown on standard error.
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

    /// Returns the value from the CI system, otherwise from Git.
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
            // The checkout of a CI system has no branch, or a meaningless one.
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

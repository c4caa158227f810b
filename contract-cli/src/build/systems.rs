//! CI systems and their variables. Sources are the systems' own lists of predefined variables.

use super::github::PULL_REQUEST_COMMIT;
use super::{Fact, Variables};

/// A CI system.
pub(super) struct System {
    pub(super) name: &'static str,
    /// A variable that is set only on this system.
    marker: &'static str,
    /// Sources of the commit in order of preference; the same for the others.
    version: &'static [Source],
    branch: &'static [Source],
    build_url: &'static [Source],
    repository_url: &'static [Source],
}

/// A value composed of variables.
struct Source {
    /// The value, with `{VARIABLE}` for variables. It has no value unless all of them are set.
    template: &'static str,
    /// Used only if the variable has this value.
    if_set: Option<(&'static str, &'static str)>,
    /// Used only if this variable is not set.
    unless_set: Option<&'static str>,
    /// Used only if it has this prefix, which is removed.
    below: Option<&'static str>,
}

const fn of(template: &'static str) -> Source {
    Source {
        template,
        if_set: None,
        unless_set: None,
        below: None,
    }
}

impl Source {
    const fn when(mut self, variable: &'static str, value: &'static str) -> Self {
        self.if_set = Some((variable, value));
        self
    }

    const fn unless(mut self, variable: &'static str) -> Self {
        self.unless_set = Some(variable);
        self
    }

    const fn below(mut self, prefix: &'static str) -> Self {
        self.below = Some(prefix);
        self
    }
}

pub(super) const SYSTEMS: &[System] = &[
    System {
        name: "GitHub Actions",
        marker: "GITHUB_ACTIONS",
        version: &[of("{GITHUB_EVENT_PULL_REQUEST_HEAD_SHA}"), of("{GITHUB_SHA}")],
        branch: &[
            of("{GITHUB_HEAD_REF}"),
            of("{GITHUB_REF_NAME}").when("GITHUB_REF_TYPE", "branch"),
        ],
        build_url: &[of(
            "{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_ID}",
        )],
        repository_url: &[of("{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}")],
    },
    System {
        name: "GitLab CI",
        marker: "GITLAB_CI",
        // A pipeline for merged results has its own commit.
        version: &[of("{CI_MERGE_REQUEST_SOURCE_BRANCH_SHA}"), of("{CI_COMMIT_SHA}")],
        branch: &[
            of("{CI_MERGE_REQUEST_SOURCE_BRANCH_NAME}"),
            of("{CI_COMMIT_BRANCH}"),
        ],
        build_url: &[of("{CI_JOB_URL}"), of("{CI_PIPELINE_URL}")],
        repository_url: &[of("{CI_PROJECT_URL}")],
    },
    System {
        name: "Jenkins",
        marker: "JENKINS_URL",
        version: &[of("{GIT_COMMIT}")],
        branch: &[
            of("{CHANGE_BRANCH}"),
            of("{BRANCH_NAME}").unless("TAG_NAME"),
            of("{GIT_LOCAL_BRANCH}"),
            of("{GIT_BRANCH}").below("origin/"),
            of("{GIT_BRANCH}").unless("TAG_NAME"),
        ],
        build_url: &[of("{BUILD_URL}")],
        repository_url: &[of("{GIT_URL}")],
    },
    System {
        name: "CircleCI",
        marker: "CIRCLECI",
        version: &[of("{CIRCLE_SHA1}")],
        branch: &[of("{CIRCLE_BRANCH}")],
        build_url: &[of("{CIRCLE_BUILD_URL}")],
        repository_url: &[of("{CIRCLE_REPOSITORY_URL}")],
    },
    System {
        name: "Azure Pipelines",
        marker: "TF_BUILD",
        version: &[
            of("{SYSTEM_PULLREQUEST_SOURCECOMMITID}"),
            of("{BUILD_SOURCEVERSION}"),
        ],
        branch: &[
            of("{SYSTEM_PULLREQUEST_SOURCEBRANCH}").below("refs/heads/"),
            of("{SYSTEM_PULLREQUEST_SOURCEBRANCH}"),
            of("{BUILD_SOURCEBRANCH}").below("refs/heads/"),
        ],
        // The first ends with a slash.
        build_url: &[of(
            "{SYSTEM_COLLECTIONURI}{SYSTEM_TEAMPROJECT}/_build/results?buildId={BUILD_BUILDID}",
        )],
        repository_url: &[of("{BUILD_REPOSITORY_URI}")],
    },
    System {
        name: "Buildkite",
        marker: "BUILDKITE",
        version: &[of("{BUILDKITE_COMMIT}")],
        branch: &[of("{BUILDKITE_BRANCH}").unless("BUILDKITE_TAG")],
        build_url: &[of("{BUILDKITE_BUILD_URL}")],
        repository_url: &[of("{BUILDKITE_REPO}")],
    },
    System {
        name: "Bitbucket Pipelines",
        marker: "BITBUCKET_BUILD_NUMBER",
        version: &[of("{BITBUCKET_COMMIT}")],
        branch: &[of("{BITBUCKET_BRANCH}")],
        build_url: &[of(
            "https://bitbucket.org/{BITBUCKET_REPO_FULL_NAME}/pipelines/results/{BITBUCKET_BUILD_NUMBER}",
        )],
        repository_url: &[of("{BITBUCKET_GIT_HTTP_ORIGIN}")],
    },
    System {
        name: "Travis CI",
        marker: "TRAVIS",
        version: &[of("{TRAVIS_PULL_REQUEST_SHA}"), of("{TRAVIS_COMMIT}")],
        branch: &[
            of("{TRAVIS_PULL_REQUEST_BRANCH}"),
            of("{TRAVIS_BRANCH}").unless("TRAVIS_TAG"),
        ],
        build_url: &[of("{TRAVIS_JOB_WEB_URL}"), of("{TRAVIS_BUILD_WEB_URL}")],
        repository_url: &[],
    },
];

/// A fact about the build.
#[derive(Debug, Clone, Copy)]
pub(super) enum About {
    Version,
    Branch,
    BuildUrl,
    RepositoryUrl,
}

impl System {
    /// Returns the system that set these variables.
    pub(super) fn of(variables: &Variables) -> Option<&'static Self> {
        SYSTEMS
            .iter()
            .find(|system| variables.get(system.marker).is_some())
    }

    /// Returns the fact from the system.
    pub(super) fn says(&self, about: About, variables: &Variables) -> Option<Fact> {
        let sources = match about {
            About::Version => self.version,
            About::Branch => self.branch,
            About::BuildUrl => self.build_url,
            About::RepositoryUrl => self.repository_url,
        };
        sources.iter().find_map(|source| {
            let mut value = source.value(variables)?;
            if let About::BuildUrl = about {
                // Names of projects on Azure may have spaces.
                value = value.replace(' ', "%20");
            }
            let source = if source.template.contains(PULL_REQUEST_COMMIT) {
                format!("the pull request, {}", self.name)
            } else {
                format!("{}, {}", names(source.template).join(" and "), self.name)
            };
            Some(Fact { value, source })
        })
    }
}

impl Source {
    fn value(&self, variables: &Variables) -> Option<String> {
        if let Some((name, value)) = self.if_set
            && variables.get(name) != Some(value)
        {
            return None;
        }
        if let Some(name) = self.unless_set
            && variables.get(name).is_some()
        {
            return None;
        }
        let mut value = self.template.to_owned();
        for name in names(self.template) {
            value = value.replace(&format!("{{{name}}}"), variables.get(name)?);
        }
        let value = match self.below {
            Some(prefix) => value.strip_prefix(prefix)?.to_owned(),
            None => value,
        };
        // A detached checkout has this name instead of a branch.
        (!value.is_empty() && value != "HEAD").then_some(value)
    }
}

/// Returns the variables of a template.
fn names(template: &str) -> Vec<&str> {
    template
        .split('{')
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('}')?.0))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Case {
        system: &'static str,
        variables: Variables,
        version: Option<&'static str>,
        branch: Option<&'static str>,
        build_url: Option<&'static str>,
        repository_url: Option<&'static str>,
    }

    fn cases() -> Vec<Case> {
        vec![
            Case {
                system: "GitHub Actions",
                variables: Variables::of([
                    ("GITHUB_ACTIONS", "true"),
                    ("GITHUB_SHA", "abc"),
                    ("GITHUB_REF_NAME", "feat/x"),
                    ("GITHUB_REF_TYPE", "branch"),
                    ("GITHUB_SERVER_URL", "https://github.com"),
                    ("GITHUB_REPOSITORY", "shop/web"),
                    ("GITHUB_RUN_ID", "7"),
                ]),
                version: Some("abc"),
                branch: Some("feat/x"),
                build_url: Some("https://github.com/shop/web/actions/runs/7"),
                repository_url: Some("https://github.com/shop/web"),
            },
            Case {
                system: "GitHub Actions",
                variables: Variables::of([
                    ("GITHUB_ACTIONS", "true"),
                    (PULL_REQUEST_COMMIT, "head"),
                    ("GITHUB_SHA", "merge"),
                    ("GITHUB_HEAD_REF", "feat/x"),
                    ("GITHUB_REF_NAME", "5/merge"),
                    ("GITHUB_REF_TYPE", "branch"),
                ]),
                version: Some("head"),
                branch: Some("feat/x"),
                build_url: None,
                repository_url: None,
            },
            Case {
                system: "GitHub Actions",
                variables: Variables::of([
                    ("GITHUB_ACTIONS", "true"),
                    ("GITHUB_SHA", "abc"),
                    ("GITHUB_REF_NAME", "v1.0"),
                    ("GITHUB_REF_TYPE", "tag"),
                ]),
                version: Some("abc"),
                branch: None,
                build_url: None,
                repository_url: None,
            },
            Case {
                system: "GitLab CI",
                variables: Variables::of([
                    ("GITLAB_CI", "true"),
                    ("CI_COMMIT_SHA", "abc"),
                    ("CI_COMMIT_BRANCH", "main"),
                    ("CI_JOB_URL", "https://gitlab.com/shop/web/-/jobs/7"),
                    ("CI_PROJECT_URL", "https://gitlab.com/shop/web"),
                ]),
                version: Some("abc"),
                branch: Some("main"),
                build_url: Some("https://gitlab.com/shop/web/-/jobs/7"),
                repository_url: Some("https://gitlab.com/shop/web"),
            },
            Case {
                system: "Jenkins",
                variables: Variables::of([
                    ("JENKINS_URL", "https://ci.example.org/"),
                    ("GIT_COMMIT", "abc"),
                    ("GIT_BRANCH", "origin/feat/x"),
                    ("BUILD_URL", "https://ci.example.org/job/web/7/"),
                ]),
                version: Some("abc"),
                branch: Some("feat/x"),
                build_url: Some("https://ci.example.org/job/web/7/"),
                repository_url: None,
            },
            Case {
                system: "CircleCI",
                variables: Variables::of([
                    ("CIRCLECI", "true"),
                    ("CIRCLE_SHA1", "abc"),
                    ("CIRCLE_BRANCH", "main"),
                    ("CIRCLE_BUILD_URL", "https://circleci.com/gh/shop/web/7"),
                ]),
                version: Some("abc"),
                branch: Some("main"),
                build_url: Some("https://circleci.com/gh/shop/web/7"),
                repository_url: None,
            },
            Case {
                system: "Azure Pipelines",
                variables: Variables::of([
                    ("TF_BUILD", "True"),
                    ("BUILD_SOURCEVERSION", "abc"),
                    ("BUILD_SOURCEBRANCH", "refs/heads/feat/x"),
                    ("SYSTEM_COLLECTIONURI", "https://dev.azure.com/shop/"),
                    ("SYSTEM_TEAMPROJECT", "Web Shop"),
                    ("BUILD_BUILDID", "7"),
                ]),
                version: Some("abc"),
                branch: Some("feat/x"),
                build_url: Some("https://dev.azure.com/shop/Web%20Shop/_build/results?buildId=7"),
                repository_url: None,
            },
            Case {
                system: "Azure Pipelines",
                variables: Variables::of([("TF_BUILD", "True"), ("BUILD_SOURCEBRANCH", "refs/tags/v1")]),
                version: None,
                branch: None,
                build_url: None,
                repository_url: None,
            },
            Case {
                system: "Buildkite",
                variables: Variables::of([
                    ("BUILDKITE", "true"),
                    ("BUILDKITE_COMMIT", "HEAD"),
                    ("BUILDKITE_BRANCH", "main"),
                    ("BUILDKITE_BUILD_URL", "https://buildkite.com/shop/web/builds/7"),
                ]),
                version: None,
                branch: Some("main"),
                build_url: Some("https://buildkite.com/shop/web/builds/7"),
                repository_url: None,
            },
            Case {
                system: "Bitbucket Pipelines",
                variables: Variables::of([
                    ("BITBUCKET_BUILD_NUMBER", "7"),
                    ("BITBUCKET_COMMIT", "abc"),
                    ("BITBUCKET_BRANCH", "main"),
                    ("BITBUCKET_REPO_FULL_NAME", "shop/web"),
                ]),
                version: Some("abc"),
                branch: Some("main"),
                build_url: Some("https://bitbucket.org/shop/web/pipelines/results/7"),
                repository_url: None,
            },
            Case {
                system: "Travis CI",
                variables: Variables::of([
                    ("TRAVIS", "true"),
                    ("TRAVIS_COMMIT", "abc"),
                    ("TRAVIS_BRANCH", "v1.0"),
                    ("TRAVIS_TAG", "v1.0"),
                ]),
                version: Some("abc"),
                branch: None,
                build_url: None,
                repository_url: None,
            },
        ]
    }

    #[test]
    fn each_system_says_what_it_builds() {
        for case in cases() {
            let system = System::of(&case.variables).unwrap();
            assert_eq!(system.name, case.system);
            for (about, expected) in [
                (About::Version, case.version),
                (About::Branch, case.branch),
                (About::BuildUrl, case.build_url),
                (About::RepositoryUrl, case.repository_url),
            ] {
                let found = system.says(about, &case.variables);
                let value = found.as_ref().map(|fact| fact.value.as_str());
                assert_eq!(value, expected, "{about:?} of {}", case.system);
            }
        }
    }

    #[test]
    fn every_system_has_a_case() {
        for system in SYSTEMS {
            assert!(
                cases().iter().any(|case| case.system == system.name),
                "{} is not tested",
                system.name
            );
        }
    }
}

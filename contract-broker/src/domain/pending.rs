//! Contracts for verification: why each is included, whether it is pending or work in progress, and the notices for the
//! provider's team.

/// Why a contract was selected.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SelectionReason {
    MainBranch(String),
    Branch(String),
    MatchingBranch(String),
    /// The requested branch has no contract; the fallback branch is used.
    FallbackBranch {
        wanted: String,
        used: String,
    },
    LatestWithTag(String),
    FallbackTag {
        wanted: String,
        used: String,
    },
    WithTag(String),
    Latest,
    DeployedTo(String),
    ReleasedIn(String),
}

impl SelectionReason {
    /// Returns a short reason for lists of contracts.
    pub(crate) fn short(&self, consumer: &str) -> String {
        match self {
            Self::MainBranch(_) => "latest from main branch".into(),
            Self::Branch(name) | Self::MatchingBranch(name) | Self::FallbackBranch { used: name, .. } => {
                format!("latest from branch {name}")
            }
            Self::LatestWithTag(name) | Self::FallbackTag { used: name, .. } => {
                format!("latest with tag {name}")
            }
            Self::WithTag(name) => format!("one of {consumer} {name}"),
            Self::Latest => "latest".into(),
            Self::DeployedTo(environment) => format!("deployed to {environment}"),
            Self::ReleasedIn(environment) => format!("released in {environment}"),
        }
    }

    /// Returns a phrase about a consumer version.
    fn long(&self, consumer: &str, version: &str) -> String {
        match self {
            Self::MainBranch(name) => {
                format!("latest version of {consumer} from its main branch {name} ({version})")
            }
            Self::Branch(name) => format!("latest version of {consumer} from branch {name} ({version})"),
            Self::MatchingBranch(name) => {
                format!("latest version of {consumer} from the branch of the same name, {name} ({version})")
            }
            Self::FallbackBranch { wanted, used } => format!(
                "latest version of {consumer} from branch {used} ({version}), the fallback as branch {wanted} has no contract"
            ),
            Self::LatestWithTag(name) => format!("latest version of {consumer} with tag {name} ({version})"),
            Self::FallbackTag { wanted, used } => format!(
                "latest version of {consumer} with tag {used} ({version}), the fallback as no version has tag {wanted}"
            ),
            Self::WithTag(name) => format!("version {version} of {consumer}, which has tag {name}"),
            Self::Latest => format!("latest version of {consumer} ({version})"),
            Self::DeployedTo(environment) => {
                format!("version of {consumer} currently deployed to {environment} ({version})")
            }
            Self::ReleasedIn(environment) => {
                format!("version of {consumer} currently released and supported in {environment} ({version})")
            }
        }
    }

    /// Returns whether the version is in an environment: its contract must keep working, so it is never pending.
    pub(crate) fn is_live(&self) -> bool {
        matches!(self, Self::DeployedTo(_) | Self::ReleasedIn(_))
    }
}

/// A reason why a content was selected.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Reason {
    pub(crate) why: SelectionReason,
    /// The number of the selected consumer version.
    pub(crate) consumer_version: String,
}

/// Results of a content on the provider version's branch or one of its tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Line {
    /// It passed on this branch (or with this tag) before.
    pub(crate) passed_here: bool,
    /// It had passed on another one before this one was created.
    pub(crate) passed_elsewhere_before: bool,
}

impl Line {
    fn accepted(self) -> bool {
        self.passed_here || self.passed_elsewhere_before
    }
}

/// What identifies the provider version being verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Subject {
    Branch(String),
    Tags(Vec<String>),
    Nothing,
}

/// The facts that decide whether a content is pending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Facts {
    Branch(Line),
    /// In the order of the subject's tags.
    Tags(Vec<Line>),
    /// Whether any version ever passed.
    Anyone(bool),
}

/// Returns whether a content is pending: it is not accepted yet on the provider version's branch, or with each of
/// its tags; without a branch and tags, it never passed.
pub(crate) fn is_pending(facts: &Facts) -> bool {
    match facts {
        Facts::Branch(line) => !line.accepted(),
        Facts::Tags(lines) => lines.iter().any(|line| !line.accepted()),
        Facts::Anyone(passed) => !passed,
    }
}

/// A notice for a verifier to show, with the time to show it.
pub(crate) type Timed = (&'static str, String);

/// A selected contract, for its notices.
#[derive(Debug, Clone)]
pub(crate) struct Included<'a> {
    pub(crate) consumer: &'a str,
    pub(crate) provider: &'a str,
    /// Each reason with the consumer version's number.
    pub(crate) reasons: &'a [Reason],
    /// `None` if pending contracts were not requested.
    pub(crate) pending: Option<bool>,
    /// The date since which work in progress is included.
    pub(crate) wip_since: Option<&'a str>,
    pub(crate) live: bool,
}

/// Returns the notices of a contract for the provider's team.
pub(crate) fn notices(contract: &Included<'_>, url: &str, subject: &Subject) -> Vec<Timed> {
    let Included {
        consumer,
        provider,
        reasons,
        ..
    } = contract;
    let phrases: Vec<String> = reasons
        .iter()
        .map(|reason| reason.why.long(consumer, &reason.consumer_version))
        .collect();
    let of_subject = match subject {
        Subject::Branch(name) => format!("version of {provider} from branch '{name}'"),
        Subject::Tags(tags) => format!("version of {provider} with tag '{}'", tags.join("', '")),
        Subject::Nothing => format!("version of {provider}"),
    };
    let mut notices = vec![(
        "before_verification",
        match contract.wip_since {
            Some(since) => format!(
                "The pact at {url} is being verified because it is a 'work in progress' pact: it was published after {since}, \
                 is the content of the {}, and has not been successfully verified by a {of_subject} yet. (wip)",
                phrases.join("; ")
            ),
            None => format!(
                "The pact at {url} is being verified because the pact content belongs to the consumer {} matching the \
                 following {}:\n{}",
                if phrases.len() == 1 { "version" } else { "versions" },
                if phrases.len() == 1 {
                    "criterion"
                } else {
                    "criteria"
                },
                phrases
                    .iter()
                    .map(|phrase| format!("    * {phrase}"))
                    .collect::<Vec<_>>()
                    .join("\n")
            ),
        },
    )];
    match contract.pending {
        None => {}
        Some(false) => {
            let reason = if contract.live {
                "This pact belongs to a version that is in an environment, and is never pending.".to_owned()
            } else {
                format!("This pact has previously been successfully verified by a {of_subject}.")
            };
            notices.push((
                "before_verification",
                format!("{reason} If this verification fails, it will fail the build."),
            ));
        }
        Some(true) => {
            let still = format!("This pact is still in pending state for any {of_subject}");
            let not_yet = format!("{still} as a successful verification result has not yet been published.");
            notices.push((
                "before_verification",
                format!(
                    "This pact is in pending state for this version of {provider} because a successful verification result \
                     for a {of_subject} has not yet been published. If this verification fails, it will not cause the overall \
                     build to fail."
                ),
            ));
            notices.push((
                "after_verification:success_true_published_false",
                format!(
                    "{still} as the successful verification results have not yet been published: publish them from your CI \
                     build."
                ),
            ));
            notices.push((
                "after_verification:success_false_published_false",
                not_yet.clone(),
            ));
            notices.push((
                "after_verification:success_true_published_true",
                format!(
                    "This pact is no longer in pending state for any {of_subject}, as a successful verification result has \
                     been published. If a verification fails in the future, it will fail the build."
                ),
            ));
            notices.push(("after_verification:success_false_published_true", not_yet));
        }
    }
    notices
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pending_until_it_passed_where_it_counts() {
        let line = |passed_here, passed_elsewhere_before| Line {
            passed_here,
            passed_elsewhere_before,
        };
        for (facts, expected) in [
            (Facts::Branch(line(false, false)), true),
            (Facts::Branch(line(true, false)), false),
            (Facts::Branch(line(false, true)), false),
            (Facts::Tags(vec![line(true, false), line(false, false)]), true),
            (Facts::Tags(vec![line(true, false), line(false, true)]), false),
            (Facts::Anyone(false), true),
            (Facts::Anyone(true), false),
        ] {
            assert_eq!(is_pending(&facts), expected, "{facts:?}");
        }
    }

    #[test]
    fn notices_fit_what_was_asked_for() {
        let reasons = [Reason {
            why: SelectionReason::MainBranch("main".into()),
            consumer_version: "1".to_owned(),
        }];
        let included = |pending| Included {
            consumer: "web",
            provider: "api",
            reasons: &reasons,
            pending,
            wip_since: None,
            live: false,
        };
        let whens = |pending| -> Vec<&str> {
            notices(&included(pending), "http://x", &Subject::Nothing)
                .into_iter()
                .map(|(when, _)| when)
                .collect()
        };
        assert_eq!(whens(None), ["before_verification"]);
        assert_eq!(whens(Some(false)), ["before_verification"; 2]);
        assert_eq!(whens(Some(true)).len(), 6);
    }
}

//! The versions of a query.

use clap::error::ErrorKind as ClapErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use contract_core::broker::CanIDeploy;
use contract_core::{Error, ErrorKind};

use crate::build::Facts;

/// The applications of a query with their flags, in command-line order: a flag applies to the application before it.
#[derive(Debug, Clone)]
pub(in crate::command) struct Selectors(Vec<Selector>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Selector {
    application: String,
    which: Option<Which>,
}

/// Selects versions of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Which {
    Version(String),
    Branch(String),
    MainBranch,
    Latest,
    LatestWithTag(String),
    AllWithTag(String),
}

/// A word of the command line.
enum Word {
    Application(String),
    Which(Which),
}

const APPLICATIONS: &str = "applications";
const PACTICIPANTS: &str = "pacticipant";
const VERSION: &str = "version";
const BRANCH: &str = "branch";
const MAIN_BRANCH: &str = "main_branch";
const LATEST: &str = "latest";
const TAG: &str = "tag";

impl Selectors {
    /// Returns the names of the applications.
    pub(super) fn names(&self) -> Vec<&str> {
        self.0.iter().map(|one| one.application.as_str()).collect()
    }

    /// Returns the query for these versions. If there is a single application without a flag, the commit being built is
    /// used.
    ///
    /// # Errors
    ///
    /// `Usage` if an application or a version is missing.
    pub(super) fn question(self, facts: &Facts) -> Result<CanIDeploy, Error> {
        let usage = |text: String| Error::new(ErrorKind::Usage, text);
        let is_only = self.0.len() == 1;
        let mut question: Option<CanIDeploy> = None;
        let mut follows_latest = false;
        for Selector { application, which } in self.0 {
            let which = match which {
                Some(which) => which,
                None if is_only => Which::Version(facts.version(None)?),
                None => {
                    let hint = if follows_latest {
                        format!("; if {application} is a tag, write --latest={application}")
                    } else {
                        String::new()
                    };
                    return Err(usage(format!(
                        "which version of {application}? Put --version, --branch, --main-branch, --latest or \
                         --tag after its name{hint}"
                    )));
                }
            };
            follows_latest = matches!(which, Which::Latest);
            let one = match which {
                Which::Version(version) => CanIDeploy::version(application, version),
                Which::Branch(branch) => CanIDeploy::branch(application, branch),
                Which::MainBranch => CanIDeploy::main_branch(application),
                Which::Latest => CanIDeploy::latest(application),
                Which::LatestWithTag(tag) => CanIDeploy::latest_with_tag(application, tag),
                Which::AllWithTag(tag) => CanIDeploy::all_with_tag(application, tag),
            };
            question = Some(match question {
                Some(question) => question.and(one),
                None => one,
            });
        }
        question.ok_or_else(|| {
            usage("which application? Give its NAME, or set pacticipant in contract.toml".to_owned())
        })
    }

    /// Combines the words of a command line.
    fn of(words: Vec<Word>) -> Result<Self, String> {
        let mut selectors: Vec<Selector> = Vec::new();
        let mut before_all: Option<Which> = None;
        for word in words {
            match word {
                Word::Application(application) => selectors.push(Selector {
                    application,
                    which: None,
                }),
                Word::Which(which) => {
                    let place = match selectors.last_mut() {
                        Some(last) => &mut last.which,
                        None => &mut before_all,
                    };
                    if place.is_some() {
                        return Err(
                            "give one of --version, --branch, --main-branch, --latest and --tag for each application"
                                .to_owned(),
                        );
                    }
                    *place = Some(which);
                }
            }
        }
        if let Some(which) = before_all {
            // With one application the order does not matter.
            match selectors.as_mut_slice() {
                [only] if only.which.is_none() => only.which = Some(which),
                _ => {
                    return Err("put the flags of an application after its name".to_owned());
                }
            }
        }
        Ok(Self(selectors))
    }
}

impl Args for Selectors {
    fn augment_args(command: Command) -> Command {
        let value = |id: &'static str, name: &'static str, help: &'static str| {
            Arg::new(id)
                .long(id.replace('_', "-"))
                .value_name(name)
                .help(help)
                .action(ArgAction::Append)
        };
        command
            .arg(
                Arg::new(APPLICATIONS)
                    .value_name("NAME")
                    .help("Application; with several, each is followed by its flags")
                    .action(ArgAction::Append)
                    .num_args(0..),
            )
            .arg(value(PACTICIPANTS, "NAME", "Application, instead of NAME").hide(true))
            .arg(value(
                VERSION,
                "VERSION",
                "Version to check; without any of these flags the commit from CI or Git",
            ))
            .arg(value(BRANCH, "BRANCH", "Head of this branch"))
            .arg(
                value(MAIN_BRANCH, "", "Head of the application's main branch")
                    .num_args(0..=1)
                    .require_equals(true)
                    .default_missing_value("true")
                    .value_parser(["true"])
                    .hide_possible_values(true),
            )
            .arg(
                value(LATEST, "TAG", "Newest version, or the newest with this tag")
                    .num_args(0..=1)
                    .require_equals(true)
                    .default_missing_value(""),
            )
            .arg(value(TAG, "TAG", "All versions with this tag"))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Selectors {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Self::of(words(matches))
            .map_err(|text| clap::Error::raw(ClapErrorKind::ArgumentConflict, format!("{text}\n")))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// A value with its position on the command line.
struct Placed {
    index: usize,
    value: String,
}

fn placed(matches: &ArgMatches, id: &str) -> Vec<Placed> {
    let (Some(indices), Some(values)) = (matches.indices_of(id), matches.get_many::<String>(id)) else {
        return Vec::new();
    };
    indices
        .zip(values)
        .map(|(index, value)| Placed {
            index,
            value: value.clone(),
        })
        .collect()
}

/// Returns the words of the command line in order.
fn words(matches: &ArgMatches) -> Vec<Word> {
    let is_default = matches.value_source(PACTICIPANTS) == Some(ValueSource::DefaultValue);
    let named = placed(matches, PACTICIPANTS);
    let mut applications = placed(matches, APPLICATIONS);
    let mut words: Vec<(usize, Word)> = Vec::new();
    let mut add = |index: usize, word: Word| words.push((index, word));
    for Placed { index, value } in placed(matches, LATEST) {
        // `pact broker` accepts the tag as a separate word.
        let tag = applications
            .iter()
            .position(|word| word.index == index + 1)
            .filter(|_| value.is_empty() && !named.is_empty() && !is_default)
            .map_or(value, |position| applications.remove(position).value);
        add(
            index,
            Word::Which(if tag.is_empty() {
                Which::Latest
            } else {
                Which::LatestWithTag(tag)
            }),
        );
    }
    // The application in contract.toml is used unless the command line names one.
    for Placed { index, value } in named {
        if !is_default || applications.is_empty() {
            add(if is_default { 0 } else { index }, Word::Application(value));
        }
    }
    for Placed { index, value } in applications {
        add(index, Word::Application(value));
    }
    for Placed { index, value } in placed(matches, VERSION) {
        add(index, Word::Which(Which::Version(value)));
    }
    for Placed { index, value } in placed(matches, BRANCH) {
        add(index, Word::Which(Which::Branch(value)));
    }
    for Placed { index, .. } in placed(matches, MAIN_BRANCH) {
        add(index, Word::Which(Which::MainBranch));
    }
    for Placed { index, value } in placed(matches, TAG) {
        add(index, Word::Which(Which::AllWithTag(value)));
    }
    words.sort_by_key(|(index, _)| *index);
    words.into_iter().map(|(_, word)| word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Vec<(String, Option<Which>)>, String> {
        let command = Selectors::augment_args(Command::new("test").disable_version_flag(true));
        let matches = command
            .try_get_matches_from(std::iter::once("test").chain(line.split_whitespace()))
            .map_err(|error| error.to_string())?;
        let selectors = Selectors::from_arg_matches(&matches).map_err(|error| error.to_string())?;
        Ok(selectors
            .0
            .into_iter()
            .map(|one| (one.application, one.which))
            .collect())
    }

    #[test]
    fn flags_are_about_the_application_before_them() {
        let version = |text: &str| Some(Which::Version(text.to_owned()));
        let named = |name: &str, which| (name.to_owned(), which);
        for (line, expected) in [
            ("web --version 1", vec![named("web", version("1"))]),
            ("--version 1 web", vec![named("web", version("1"))]),
            ("web", vec![named("web", None)]),
            (
                "web --version 1 api --latest",
                vec![named("web", version("1")), named("api", Some(Which::Latest))],
            ),
            (
                "web --latest api --main-branch",
                vec![
                    named("web", Some(Which::Latest)),
                    named("api", Some(Which::MainBranch)),
                ],
            ),
            (
                "web --main-branch api --main-branch",
                vec![
                    named("web", Some(Which::MainBranch)),
                    named("api", Some(Which::MainBranch)),
                ],
            ),
            (
                "--pacticipant web --version 1 --pacticipant api --latest prod",
                vec![
                    named("web", version("1")),
                    named("api", Some(Which::LatestWithTag("prod".to_owned()))),
                ],
            ),
            (
                "web --latest=prod",
                vec![named("web", Some(Which::LatestWithTag("prod".to_owned())))],
            ),
            (
                "web --tag prod",
                vec![named("web", Some(Which::AllWithTag("prod".to_owned())))],
            ),
            (
                "web --branch feat/x",
                vec![named("web", Some(Which::Branch("feat/x".to_owned())))],
            ),
        ] {
            assert_eq!(read(line), Ok(expected), "{line}");
        }
        for line in ["web --version 1 --latest", "--version 1 web api"] {
            assert!(read(line).is_err(), "{line}");
        }
    }
}

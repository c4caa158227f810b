//! Refuses empty values: those of a variable of the shell that is not set.

use std::ffi::OsStr;

use clap::{Arg, ArgMatches, Command};

/// The command whose flags may be empty: an empty text removes a property.
const UPDATE: &str = "update";

/// Returns why the first empty value of the command that was given is refused, if there is one. Without this,
/// `--to "$ENVIRONMENT"` would ask about no environment at all.
pub(crate) fn empty_value(command: &Command, matches: &ArgMatches) -> Option<String> {
    let (mut command, mut matches) = (command, matches);
    while let Some((name, inner)) = matches.subcommand() {
        (command, matches) = (command.find_subcommand(name)?, inner);
    }
    let empty = command
        .get_arguments()
        .filter(|argument| !may_be_empty(argument, command))
        .find(|argument| is_empty(argument, matches))?;
    Some(match empty.get_long() {
        Some(flag) => format!(
            "the value of --{flag} is empty: give one, or omit the flag; if it is that of a variable, see why the variable \
             is not set"
        ),
        None => format!(
            "{} is empty: give a value; if it is that of a variable, see why the variable is not set",
            empty
                .get_value_names()
                .and_then(|names| names.first())
                .map_or("a value", |name| name.as_str())
        ),
    })
}

fn may_be_empty(argument: &Arg, command: &Command) -> bool {
    let is_property = command.get_name() == UPDATE && argument.get_long().is_some();
    // `--latest` and `--latest=` are the same.
    let is_optional = argument.is_require_equals_set()
        && argument
            .get_num_args()
            .is_some_and(|range| range.min_values() == 0);
    is_property || is_optional || argument.is_last_set() || argument.is_trailing_var_arg_set()
}

fn is_empty(argument: &Arg, matches: &ArgMatches) -> bool {
    let given = matches.try_get_raw(argument.get_id().as_str()).ok().flatten();
    given.is_some_and(|mut values| values.any(OsStr::is_empty))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::empty_value;
    use crate::arguments::Arguments;

    fn refusal(arguments: &[&str]) -> Option<String> {
        let mut command = Arguments::command();
        let given = std::iter::once("contract").chain(arguments.iter().copied());
        let matches = command.try_get_matches_from_mut(given).unwrap();
        empty_value(&command, &matches)
    }

    #[test]
    fn an_empty_value_is_refused_where_it_would_ask_for_something_else() {
        let broker = ["--broker-url", "http://broker"];
        for (arguments, named) in [
            (
                vec!["can-i-deploy", "web", "--version", "", "--to", "prod"],
                "--version",
            ),
            (vec!["can-i-deploy", "web", "--version", "1", "--to="], "--to"),
            (vec!["can-i-deploy", "", "--version", "1"], "NAME"),
            (
                vec!["record-deployment", "web", "--version", "1", "--environment", ""],
                "--environment",
            ),
            (vec!["publish", "contracts", "--tag", "a", "--tag", ""], "--tag"),
            (vec!["pacticipants", "update", "", "--display-name", "x"], "NAME"),
        ] {
            let refused = refusal(&[&arguments[..], &broker].concat()).unwrap();
            assert!(refused.contains(named), "{arguments:?}: {refused}");
        }
        for arguments in [
            vec!["can-i-deploy", "web", "--latest", "--to", "prod"],
            vec!["can-i-deploy", "web", "--latest=", "--to", "prod"],
            vec!["pacticipants", "update", "web", "--display-name", ""],
        ] {
            assert_eq!(
                refusal(&[&arguments[..], &broker].concat()),
                None,
                "{arguments:?}"
            );
        }
        assert_eq!(refusal(&["prune", "--", "cargo", "test", ""]), None);
    }
}

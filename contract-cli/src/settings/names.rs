//! Aliases of flags: the names used by the `pact` command, and its environment variables.

use clap::builder::BoolishValueParser;
use clap::{Arg, ArgAction, Command};

use crate::build::Variables;

/// The aliases of one flag.
struct OtherNames {
    /// The commands with the flag, such as `webhooks create`; all commands if empty.
    commands: &'static [&'static str],
    flag: &'static str,
    /// Long aliases.
    also: &'static [&'static str],
    /// A short alias.
    letter: Option<char>,
    /// Environment variables that are read if the flag's own is not set, in order.
    variables: &'static [&'static str],
}

/// The commands that correspond to those of `pact broker`. `contract verify` has another flag with the name of one of theirs.
const OF_BROKER: &[&str] = &[
    "publish",
    "publish-provider-contract",
    "can-i-deploy",
    "can-i-merge",
    "record-deployment",
    "record-undeployment",
    "record-release",
    "record-support-ended",
    "contracts list",
    "contracts download",
    "create-environment",
    "environments create",
    "environments update",
    "environments delete",
    "environments show",
    "environments list",
    "pacticipants create",
    "pacticipants show",
    "pacticipants list",
    "webhooks create",
    "webhooks delete",
    "webhooks test",
    "branches delete",
    "tags create",
    "tags delete",
    "versions create",
    "versions show",
    "provider-states list",
];

const NONE: OtherNames = OtherNames {
    commands: &[],
    flag: "",
    also: &[],
    letter: None,
    variables: &[],
};

/// One entry per flag.
const OTHER_NAMES: &[OtherNames] = &[
    OtherNames {
        flag: "broker-url",
        also: &["broker-base-url"],
        letter: Some('b'),
        variables: &["PACT_BROKER_BASE_URL"],
        ..NONE
    },
    OtherNames {
        flag: "broker-token",
        letter: Some('k'),
        variables: &["PACT_BROKER_TOKEN"],
        ..NONE
    },
    OtherNames {
        flag: "broker-username",
        also: &["broker-user"],
        variables: &["PACT_BROKER_USERNAME"],
        ..NONE
    },
    OtherNames {
        flag: "broker-password",
        variables: &["PACT_BROKER_PASSWORD"],
        ..NONE
    },
    OtherNames {
        commands: OF_BROKER,
        flag: "broker-header",
        also: &["custom-header"],
        ..NONE
    },
    OtherNames {
        flag: "pacticipant",
        also: &["application"],
        letter: Some('a'),
        ..NONE
    },
    OtherNames {
        commands: &["publish"],
        flag: "version",
        also: &["consumer-app-version"],
        letter: Some('a'),
        ..NONE
    },
    OtherNames {
        commands: &["publish-provider-contract"],
        flag: "version",
        also: &["provider-app-version"],
        letter: Some('a'),
        ..NONE
    },
    OtherNames {
        commands: &[
            "publish",
            "publish-provider-contract",
            "tags create",
            "tags delete",
        ],
        flag: "tag",
        letter: Some('t'),
        ..NONE
    },
    OtherNames {
        commands: &[
            "can-i-deploy",
            "can-i-merge",
            "record-deployment",
            "record-release",
            "record-support-ended",
            "tags create",
            "tags delete",
            "versions create",
            "versions show",
        ],
        flag: "version",
        letter: Some('e'),
        ..NONE
    },
    OtherNames {
        commands: &["can-i-deploy"],
        flag: "latest",
        letter: Some('l'),
        ..NONE
    },
    OtherNames {
        commands: &["environments create", "environments update", "create-environment"],
        flag: "contact-email",
        also: &["contact-email-address"],
        ..NONE
    },
    OtherNames {
        commands: &["contracts download"],
        flag: "dir",
        also: &["download-dir"],
        ..NONE
    },
    OtherNames {
        commands: &["webhooks create", "webhooks update"],
        flag: "request",
        letter: Some('X'),
        ..NONE
    },
    OtherNames {
        commands: &["webhooks create", "webhooks update"],
        flag: "header",
        letter: Some('H'),
        ..NONE
    },
    OtherNames {
        commands: &["webhooks create", "webhooks update"],
        flag: "data",
        letter: Some('d'),
        ..NONE
    },
    OtherNames {
        commands: &["verify"],
        flag: "provider",
        letter: Some('n'),
        variables: &["PACT_PROVIDER_NAME"],
        ..NONE
    },
    OtherNames {
        commands: &["verify"],
        flag: "header",
        also: &["custom-header"],
        letter: Some('H'),
        ..NONE
    },
    OtherNames {
        commands: &["verify", "stub"],
        flag: "file",
        letter: Some('f'),
        ..NONE
    },
    OtherNames {
        commands: &["verify", "stub"],
        flag: "dir",
        letter: Some('d'),
        ..NONE
    },
    OtherNames {
        commands: &["verify", "stub"],
        flag: "url",
        letter: Some('u'),
        ..NONE
    },
    OtherNames {
        commands: &["verify"],
        flag: "state-change-url",
        letter: Some('s'),
        variables: &["PACT_PROVIDER_STATE_CHANGE_URL"],
        ..NONE
    },
    OtherNames {
        commands: &["verify"],
        flag: "filter-consumer",
        letter: Some('c'),
        ..NONE
    },
    OtherNames {
        commands: &["verify"],
        flag: "filter-description",
        variables: &["PACT_DESCRIPTION"],
        ..NONE
    },
    OtherNames {
        commands: &["verify"],
        flag: "filter-state",
        variables: &["PACT_PROVIDER_STATE"],
        ..NONE
    },
    OtherNames {
        commands: &["verify"],
        flag: "request-timeout",
        variables: &["PACT_PROVIDER_REQUEST_TIMEOUT"],
        ..NONE
    },
    OtherNames {
        commands: &["stub"],
        flag: "port",
        letter: Some('p'),
        ..NONE
    },
    OtherNames {
        commands: &["stub"],
        flag: "cors",
        letter: Some('o'),
        ..NONE
    },
    OtherNames {
        commands: &["stub"],
        flag: "state",
        also: &["provider-state"],
        letter: Some('s'),
        ..NONE
    },
    OtherNames {
        commands: &["stub"],
        flag: "state-header",
        also: &["provider-state-header-name"],
        ..NONE
    },
    OtherNames {
        commands: &["stub"],
        flag: "watch",
        letter: Some('w'),
        ..NONE
    },
];

impl OtherNames {
    /// Returns the aliases of a command's flag.
    fn of<'n>(flag: &'n str, command: &'n str) -> impl Iterator<Item = &'static Self> + 'n {
        OTHER_NAMES
            .iter()
            .filter(move |names| names.flag == flag)
            .filter(move |names| names.commands.is_empty() || names.commands.contains(&command))
    }
}

/// Adds aliases to the flags of a command and of its subcommands, and the first variable that is set. An empty variable
/// counts as not set.
pub(crate) fn with_other_names(command: Command, variables: &Variables) -> Command {
    named(command, "", variables)
}

/// Adds aliases. `path` is the command with its parents, without the program's name.
fn named(command: Command, path: &str, variables: &Variables) -> Command {
    command
        .mut_args(|flag| flag_named(flag, path, variables))
        .mut_subcommands(|sub| {
            let below = match path {
                "" => sub.get_name().to_owned(),
                _ => format!("{path} {}", sub.get_name()),
            };
            named(sub, &below, variables)
        })
}

fn flag_named(mut flag: Arg, path: &str, variables: &Variables) -> Arg {
    let Some(long) = flag.get_long().map(str::to_owned) else {
        return flag;
    };
    if matches!(flag.get_action(), ArgAction::SetTrue) {
        // Of a variable: 1 as well as true.
        flag = flag.value_parser(BoolishValueParser::new());
    }
    let own = flag.get_env().and_then(|name| name.to_str()).map(str::to_owned);
    let mut is_set = own.as_ref().is_some_and(|name| variables.get(name).is_some());
    if let Some(own) = own
        && !is_set
        && std::env::var_os(own).is_some()
    {
        flag = flag.env(None::<&'static str>);
    }
    for names in OtherNames::of(&long, path) {
        flag = flag.aliases(names.also);
        if let Some(letter) = names.letter
            && flag.get_short().is_none()
        {
            flag = flag.short_alias(letter);
        }
        for variable in names.variables {
            if !is_set && variables.get(variable).is_some() {
                flag = flag.env(*variable);
                is_set = true;
            }
        }
    }
    flag
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::arguments::Arguments;

    fn find<'c>(root: &'c Command, path: &str) -> &'c Command {
        path.split(' ')
            .filter(|name| !name.is_empty())
            .fold(root, |command, name| {
                command
                    .find_subcommand(name)
                    .unwrap_or_else(|| panic!("no command {path:?}"))
            })
    }

    #[test]
    fn every_entry_is_about_a_flag_that_there_is() {
        let root = Arguments::command();
        for names in OTHER_NAMES {
            for path in names.commands {
                let has = find(&root, path)
                    .get_arguments()
                    .any(|flag| flag.get_long() == Some(names.flag));
                assert!(has, "`contract {path}` has no flag --{}", names.flag);
            }
        }
    }

    #[test]
    fn no_name_is_given_twice() {
        with_other_names(Arguments::command(), &Variables::default()).debug_assert();
    }

    #[test]
    fn the_variables_of_pact_are_read() {
        let variables = Variables::of([("PACT_BROKER_BASE_URL", "http://broker")]);
        let command = with_other_names(Arguments::command(), &variables);
        let publish = find(&command, "publish");
        let url = publish
            .get_arguments()
            .find(|flag| flag.get_long() == Some("broker-url"));
        let variable = url.and_then(Arg::get_env).and_then(|name| name.to_str());
        assert_eq!(variable, Some("PACT_BROKER_BASE_URL"));
    }

    /// The command corresponding to one of `pact broker`, `pact verifier` or `pact stub`.
    const SAME_COMMANDS: &[(&str, &str)] = &[
        ("publish", "publish"),
        ("get-pacts", "contracts download"),
        ("create-environment", "environments create"),
        ("update-environment", "environments update"),
        ("record-deployment", "record-deployment"),
        ("record-undeployment", "record-undeployment"),
        ("can-i-deploy", "can-i-deploy"),
        ("can-i-merge", "can-i-merge"),
        ("create-or-update-pacticipant", "pacticipants create"),
        ("create-webhook", "webhooks create"),
        ("create-or-update-webhook", "webhooks create"),
        ("delete-webhook", "webhooks delete"),
        ("test-webhook", "webhooks test"),
        ("delete-branch", "branches delete"),
        ("create-version-tag", "tags create"),
        ("delete-version-tag", "tags delete"),
        ("create-or-update-version", "versions create"),
        ("provider-states list", "provider-states list"),
        ("verifier", "verify"),
        ("stub", "stub"),
    ];

    /// The book claims that these flags of `pact` are *the same* here.
    #[test]
    fn flags_that_the_book_calls_the_same_are_taken() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/src/pact-flags.md");
        let page = std::fs::read_to_string(page).unwrap();
        let root = with_other_names(Arguments::command(), &Variables::default());
        let mut checked = 0;
        for line in page.lines() {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let [_, commands, flag, here, _] = cells.as_slice() else {
                continue;
            };
            let Some(flag) = flag.strip_prefix("`--").and_then(|flag| flag.strip_suffix('`')) else {
                continue;
            };
            if !here.starts_with("the same") || flag == "help" {
                continue;
            }
            for command in commands.split(", ") {
                let Some((_, ours)) = SAME_COMMANDS.iter().find(|(theirs, _)| *theirs == command) else {
                    continue;
                };
                let takes = find(&root, ours).get_arguments().any(|arg| {
                    arg.get_long() == Some(flag)
                        || arg.get_all_aliases().is_some_and(|names| names.contains(&flag))
                });
                assert!(
                    takes,
                    "`contract {ours}` does not take --{flag}, unlike `{command}`"
                );
                checked += 1;
            }
        }
        assert!(checked > 60, "only {checked} flags were found in the page");
    }
}

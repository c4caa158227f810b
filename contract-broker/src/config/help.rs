//! The command line, made from the table of settings.

use clap::{Arg, ArgAction, Command};

use super::{Setting, settings};

/// The flag and the variable that name the settings file.
pub(super) const FILE_FLAG: &str = "config";
pub(super) const FILE_VARIABLE: &str = "CONTRACT_BROKER_CONFIG";

/// The command line of `contract-broker`; its help explains every setting.
pub fn command() -> Command {
    let file = Arg::new(FILE_FLAG)
        .long(FILE_FLAG)
        .value_name("FILE")
        .help(format!("Settings file (TOML). [env: {FILE_VARIABLE}]"));
    Command::new("contract-broker")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Stores contracts, verification results and deployments, and says what can be deployed.")
        .after_help(
            "A setting is taken from its flag, else from its environment variable, else from the settings file, \
             else it has the default shown. In the file a dot separates table and key: webhook.timeout is the key \
             timeout of the table [webhook]. Secrets have no flag: each is also read from a file that its _FILE \
             variable, its _file key or its flag names. Lists are separated by spaces or commas.",
        )
        .next_line_help(true)
        .arg(file)
        .args(settings().iter().map(argument))
}

fn argument(setting: &Setting) -> Arg {
    let arg = Arg::new(setting.key)
        .long(setting.flag())
        .value_name(if setting.secret { "PATH" } else { setting.shape })
        .help(help(setting));
    if setting.switch {
        arg.num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
    } else if setting.list {
        arg.action(ArgAction::Append)
    } else {
        arg
    }
}

fn help(setting: &Setting) -> String {
    let holds = if setting.secret {
        " The flag names a file that holds it."
    } else {
        ""
    };
    let default = match setting.default() {
        default if default.is_empty() => String::new(),
        default => format!(" [default: {default}]"),
    };
    format!(
        "{}{holds}{default} [env: {}] [file: {}]",
        setting.help(),
        setting.env(),
        setting.key
    )
}

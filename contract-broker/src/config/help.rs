//! The command line, generated from the table of settings.

use std::{ffi::OsString, path::PathBuf};

use clap::{Arg, ArgAction, Command};

use super::{
    ConfigError, Setting, settings,
    tenants_command::{self, TenantsAction},
};

/// The flag and the variable that name the settings file.
pub(super) const FILE_FLAG: &str = "config";
pub(super) const FILE_VARIABLE: &str = "CONTRACT_BROKER_CONFIG";

const RETENTION: &str = "retention";
const DRY_RUN: &str = "dry-run";
const FORGET_SECRETS: &str = "forget-webhook-secrets";
const GENERATE_KEY: &str = "generate-key";
const HEALTH: &str = "health";
const URL: &str = "url";
const ADMIN: &str = "admin";
const EMAIL: &str = "email";
const NAME: &str = "name";
const DAYS: &str = "expires-in-days";
const AUDIT: &str = "audit";
const VERIFY: &str = "verify";
const BACKUP: &str = "backup";
const RESTORE: &str = "restore";
const EXPORT: &str = "export";
const IMPORT: &str = "import";
const SECRETS: &str = "secrets";
const ROTATE: &str = "rotate";
const MIGRATE: &str = "migrate";
const PLAN: &str = "plan";
const SCHEMA_VERSION: &str = "schema-version";
const TO: &str = "to";
const FROM: &str = "from";
const CHECK: &str = "check";
const FORCE: &str = "force";
const WITHOUT_KEY: &str = "without-key";

/// The command of a broker process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Listen until it is stopped.
    Serve,
    /// Apply the retention rules once.
    Retain {
        /// Delete nothing, say what would be deleted.
        dry_run: bool,
    },
    /// Discard the secrets of webhooks that cannot be decrypted.
    ForgetWebhookSecrets,
    /// Print a new encryption key.
    GenerateKey,
    /// Copy the SQLite database while the broker runs.
    BackUp {
        /// The file to write.
        to: PathBuf,
        /// Leave the encryption key out.
        without_key: bool,
    },
    /// Put a back-up in the place of the database.
    Restore {
        /// The back-up.
        from: PathBuf,
    },
    /// Bring the tables up to date.
    Migrate {
        /// Only say what would be done.
        plan: bool,
    },
    /// Print the newest step of the schema.
    SchemaVersion,
    /// Encrypt what is stored with the first key.
    RotateSecrets,
    /// Write everything as JSON lines.
    Export {
        /// The file to write, or `-`.
        to: String,
    },
    /// Read what an export wrote, or what a Pact Broker serves or stores.
    Import {
        /// The file to read, or `-`, or the address of a Pact Broker or of its database.
        from: String,
        /// Only compare this broker with the Pact Broker.
        check: bool,
        /// Read the database of a Pact Broker whose schema is newer than the known one.
        force: bool,
    },
    /// Ask a broker that runs whether it is ready.
    Health {
        /// Where to ask; none for the broker of these settings.
        url: Option<String>,
    },
    /// Make an administrator and a token for them.
    MakeAdministrator {
        /// What they are called; the email address if nothing is said.
        name: String,
        /// How they are known.
        email: String,
        /// After how many days the token expires; never if nothing is said.
        days: Option<u32>,
    },
    /// Find out whether the audit log was changed.
    VerifyAudit,
    /// Manage tenants.
    Tenants(TenantsAction),
}

impl Action {
    /// Parses a command line, which starts with the program's name.
    ///
    /// # Errors
    /// [`ConfigError::Usage`] for an invalid command line, and for `--help` and `--version`.
    pub fn of<A: IntoIterator<Item = OsString>>(args: A) -> Result<Self, ConfigError> {
        let matches = command().try_get_matches_from(args)?;
        Ok(match matches.subcommand() {
            Some((RETENTION, retention)) => Self::Retain {
                dry_run: retention.get_flag(DRY_RUN),
            },
            Some((FORGET_SECRETS, _)) => Self::ForgetWebhookSecrets,
            Some((GENERATE_KEY, _)) => Self::GenerateKey,
            Some((BACKUP, backup)) => Self::BackUp {
                to: text(backup, TO).into(),
                without_key: backup.get_flag(WITHOUT_KEY),
            },
            Some((RESTORE, restore)) => Self::Restore {
                from: text(restore, FROM).into(),
            },
            Some((MIGRATE, migrate)) => Self::Migrate {
                plan: migrate.get_flag(PLAN),
            },
            Some((SCHEMA_VERSION, _)) => Self::SchemaVersion,
            Some((SECRETS, _)) => Self::RotateSecrets,
            Some((EXPORT, export)) => Self::Export { to: text(export, TO) },
            Some((IMPORT, import)) => Self::Import {
                from: text(import, FROM),
                check: import.get_flag(CHECK),
                force: import.get_flag(FORCE),
            },
            Some((HEALTH, health)) => Self::Health {
                url: health.get_one::<String>(URL).cloned(),
            },
            Some((ADMIN, admin)) => {
                let email = admin.get_one::<String>(EMAIL).cloned().unwrap_or_default();
                Self::MakeAdministrator {
                    name: admin
                        .get_one::<String>(NAME)
                        .cloned()
                        .unwrap_or_else(|| email.clone()),
                    days: admin.get_one::<u32>(DAYS).copied(),
                    email,
                }
            }
            Some((AUDIT, _)) => Self::VerifyAudit,
            Some((tenants_command::TENANTS, tenants)) => Self::Tenants(TenantsAction::of(tenants)),
            _ => Self::Serve,
        })
    }
}

/// Returns the command line of `contract-broker`; its help describes every setting.
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
        .arg(file.global(true))
        .arg(tenants_command::tenant_argument())
        .args(settings().iter().map(|setting| argument(setting).global(true)))
        .subcommand(
            Command::new(RETENTION)
                .about("Deletes the versions that no rule of retention keeps, once, and ends.")
                .next_line_help(true)
                .arg(
                    Arg::new(DRY_RUN)
                        .long(DRY_RUN)
                        .action(ArgAction::SetTrue)
                        .help("Only says what would be deleted."),
                ),
        )
        .subcommand(
            Command::new(FORGET_SECRETS)
                .about(
                    "Disables the webhooks that the encryption key cannot decrypt, and accepts the key: for a database \
                     whose key is lost.",
                )
                .next_line_help(true),
        )
        .subcommand(
            Command::new(GENERATE_KEY)
                .about("Prints a new key for webhook.encryption_key.")
                .next_line_help(true),
        )
        .subcommand(
            Command::new(BACKUP)
                .about(
                    "Copies the SQLite database and its encryption key, while the broker runs, and checks the copy.",
                )
                .next_line_help(true)
                .arg(required(TO, "FILE").help("The file to write; the key goes beside it, with .key added to its name."))
                .arg(
                    Arg::new(WITHOUT_KEY)
                        .long(WITHOUT_KEY)
                        .action(ArgAction::SetTrue)
                        .help("Leaves the encryption key out, to be kept elsewhere."),
                ),
        )
        .subcommand(
            Command::new(RESTORE)
                .about(
                    "Puts a back-up where the SQLite database belongs, if it is whole and the encryption key is its own. \
                     The broker must not run.",
                )
                .next_line_help(true)
                .arg(required(FROM, "FILE").help("The back-up.")),
        )
        .subcommand(
            Command::new(MIGRATE)
                .about("Brings the tables up to date, whatever database.migrate says, and ends.")
                .next_line_help(true)
                .arg(
                    Arg::new(PLAN)
                        .long(PLAN)
                        .action(ArgAction::SetTrue)
                        .help("Only says which steps are missing."),
                ),
        )
        .subcommand(
            Command::new(SCHEMA_VERSION)
                .about("Prints the newest step of the schema that was applied; 0 for a database without tables.")
                .next_line_help(true),
        )
        .subcommand(
            Command::new(SECRETS)
                .about("Manages what is stored encrypted.")
                .subcommand_required(true)
                .subcommand(
                    Command::new(ROTATE)
                        .about(
                            "Encrypts everything with the first of several keys in webhook.encryption_key or the key file, \
                             so that the others can be removed. The brokers may run, with the same keys.",
                        )
                        .next_line_help(true),
                ),
        )
        .subcommand(
            Command::new(EXPORT)
                .about("Writes everything that is stored as JSON lines, while the broker runs. The encryption key is not in it.")
                .next_line_help(true)
                .arg(required(TO, "FILE").help("The file to write, or - for standard output.")),
        )
        .subcommand(
            Command::new(IMPORT)
                .about(
                    "Reads an export into an empty database, SQLite or PostgreSQL, or copies what a Pact Broker serves or \
                     stores. It can be started again after an error. The broker must not run.",
                )
                .next_line_help(true)
                .arg(required(FROM, "FILE|URL").help(
                    "The export, - for standard input, or the address of a Pact Broker; PACT_BROKER_TOKEN, or \
                     PACT_BROKER_USERNAME and PACT_BROKER_PASSWORD, are its credentials. sqlite:PATH or \
                     postgres://USER@HOST/NAME reads the database of a Pact Broker; PACT_BROKER_DATABASE_PASSWORD is \
                     its password.",
                ))
                .arg(
                    Arg::new(CHECK)
                        .long(CHECK)
                        .action(ArgAction::SetTrue)
                        .help("Copies nothing: asks both brokers can-i-deploy for everything that is deployed; with a \
                               database, compares what is stored. Exit code 1 if anything differs."),
                )
                .arg(
                    Arg::new(FORCE)
                        .long(FORCE)
                        .action(ArgAction::SetTrue)
                        .help("Reads the database of a Pact Broker that is newer than those that are known."),
                ),
        )
        .subcommand(
            Command::new(HEALTH)
                .about("Asks a running broker whether it is ready: exit code 0 if so, 1 if not. For containers.")
                .next_line_help(true)
                .arg(
                    Arg::new(URL)
                        .long(URL)
                        .value_name("URL")
                        .help("Where to ask. Unset: /readyz at metrics.bind, or at bind."),
                ),
        )
        .subcommand(
            Command::new(ADMIN)
                .about(
                    "Makes an administrator and prints a token for them, once. From then on the broker asks everyone who \
                     they are. Used again with the same email address it makes another token.",
                )
                .next_line_help(true)
                .arg(
                    Arg::new(EMAIL)
                        .long(EMAIL)
                        .value_name("ADDRESS")
                        .required(true)
                        .help("Email address of the administrator."),
                )
                .arg(
                    Arg::new(NAME)
                        .long(NAME)
                        .value_name("NAME")
                        .help("Name of the administrator; the email address if nothing is said."),
                )
                .arg(
                    Arg::new(DAYS)
                        .long(DAYS)
                        .value_name("DAYS")
                        .value_parser(clap::value_parser!(u32).range(1..=3650))
                        .help("Days until the token expires; never if nothing is said."),
                ),
        )
        .subcommand(
            Command::new(AUDIT)
                .about("The audit log.")
                .subcommand_required(true)
                .subcommand(
                    Command::new(VERIFY)
                        .about("Finds out whether the audit log was changed after it was sealed.")
                        .next_line_help(true),
                ),
        )
        .subcommand(tenants_command::command())
}

pub(super) fn required(name: &'static str, value: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).required(true)
}

/// The value of an argument that [`required`] made.
pub(super) fn text(matches: &clap::ArgMatches, name: &str) -> String {
    matches.get_one::<String>(name).cloned().unwrap_or_default()
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

//! The commands that manage tenants, and the flag by which the other commands name one.

use std::ffi::OsString;

use clap::{Arg, ArgMatches, Command};

use super::{
    ByteSize, ConfigError, Raw, Value as _,
    help::{command as whole_command, required, text},
};

/// The name of the command.
pub(super) const TENANTS: &str = "tenants";
/// The flag by which other commands name a tenant.
const TENANT: &str = "tenant";
const CREATE: &str = "create";
const LIST: &str = "list";
const SHOW: &str = "show";
const LIMIT: &str = "limit";
const SUSPEND: &str = "suspend";
const RESUME: &str = "resume";
const EXPORT: &str = "export";
const DELETE: &str = "delete";
const NAME: &str = "name";
const EMAIL: &str = "admin-email";
const ADMIN_NAME: &str = "admin-name";
const FROM: &str = "from";
const TO: &str = "to";
const CONFIRM: &str = "confirm";
const APPLICATIONS: &str = "max-applications";
const BYTES: &str = "max-bytes";
const REQUESTS: &str = "max-requests";

/// What to do about tenants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TenantsAction {
    /// Make a tenant with an administrator.
    Create {
        /// Its name, a label of a host name.
        name: String,
        /// The address of its administrator.
        email: String,
        /// What the administrator is called; the address if nothing is said.
        admin_name: Option<String>,
        /// An export to begin with.
        from: Option<String>,
        /// What it may use at most.
        limits: LimitFlags,
    },
    /// Say which tenants there are.
    List,
    /// Tell about one tenant, and what was done to it.
    Show {
        /// Its name.
        name: String,
    },
    /// Set what a tenant may use.
    Limit {
        /// Its name.
        name: String,
        /// What it may use at most.
        limits: LimitFlags,
    },
    /// Serve a tenant no longer, and keep it.
    Suspend {
        /// Its name.
        name: String,
    },
    /// Serve a suspended tenant again.
    Resume {
        /// Its name.
        name: String,
    },
    /// Write everything that a tenant stores as JSON lines.
    Export {
        /// Its name.
        name: String,
        /// The file to write, or `-`.
        to: String,
    },
    /// Delete a tenant with everything that it stores.
    Delete {
        /// Its name.
        name: String,
        /// Its name again.
        confirm: String,
    },
}

/// Limits as flags set them: of those that are missing nothing is said, 0 is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LimitFlags {
    /// Applications that it may have.
    pub applications: Option<u32>,
    /// Bytes that its database may take.
    pub bytes: Option<ByteSize>,
    /// Requests that are answered at once.
    pub requests: Option<u32>,
}

impl LimitFlags {
    fn of(matches: &ArgMatches) -> Self {
        Self {
            applications: matches.get_one(APPLICATIONS).copied(),
            bytes: matches.get_one(BYTES).copied(),
            requests: matches.get_one(REQUESTS).copied(),
        }
    }
}

impl TenantsAction {
    /// Reads the sub-command of `tenants`.
    pub(super) fn of(matches: &ArgMatches) -> Self {
        match matches.subcommand() {
            Some((CREATE, create)) => Self::Create {
                name: text(create, NAME),
                email: text(create, EMAIL),
                admin_name: create.get_one(ADMIN_NAME).cloned(),
                from: create.get_one(FROM).cloned(),
                limits: LimitFlags::of(create),
            },
            Some((SHOW, show)) => Self::Show {
                name: text(show, NAME),
            },
            Some((LIMIT, limit)) => Self::Limit {
                name: text(limit, NAME),
                limits: LimitFlags::of(limit),
            },
            Some((SUSPEND, suspend)) => Self::Suspend {
                name: text(suspend, NAME),
            },
            Some((RESUME, resume)) => Self::Resume {
                name: text(resume, NAME),
            },
            Some((EXPORT, export)) => Self::Export {
                name: text(export, NAME),
                to: text(export, TO),
            },
            Some((DELETE, delete)) => Self::Delete {
                name: text(delete, NAME),
                confirm: text(delete, CONFIRM),
            },
            _ => Self::List,
        }
    }

    /// The tenant that a command line names with `--tenant`, for the commands that work on what is stored.
    ///
    /// # Errors
    /// [`ConfigError::Usage`] for an invalid command line, and for `--help` and `--version`.
    pub fn tenant_of<A: IntoIterator<Item = OsString>>(args: A) -> Result<Option<String>, ConfigError> {
        let matches = whole_command().try_get_matches_from(args)?;
        let mut flags = &matches;
        while let Some((_, inner)) = flags.subcommand() {
            flags = inner;
        }
        Ok(flags.get_one::<String>(TENANT).cloned())
    }
}

/// The flag that names a tenant.
pub(super) fn tenant_argument() -> Arg {
    Arg::new(TENANT)
        .long(TENANT)
        .value_name("NAME")
        .global(true)
        .help("Tenant that a command works on, such as export, backup, retention or admin; for brokers with tenants.host.")
}

/// The commands about tenants.
pub(super) fn command() -> Command {
    let named = |name: &'static str, about: &'static str| {
        let tenant = Arg::new(NAME).value_name("NAME").required(true);
        Command::new(name)
            .about(about)
            .next_line_help(true)
            .arg(tenant.help("Name of the tenant: the first label of its host name."))
    };
    Command::new(TENANTS)
        .about("Manages the tenants of a broker with tenants.host. The broker may run meanwhile.")
        .subcommand_required(true)
        .subcommand(with_limits(
            named(
                CREATE,
                "Makes a tenant with an administrator, and prints a token for them, once.",
            )
            .arg(required(EMAIL, "ADDRESS").help("Email address of its administrator."))
            .arg(
                Arg::new(ADMIN_NAME)
                    .long(ADMIN_NAME)
                    .value_name("NAME")
                    .help("Name of its administrator; the email address if nothing is said."),
            )
            .arg(
                Arg::new(FROM)
                    .long(FROM)
                    .value_name("FILE")
                    .help("Export that the tenant begins with, of a broker or of another tenant."),
            ),
        ))
        .subcommand(
            Command::new(LIST)
                .about("Lists the tenants with their status.")
                .next_line_help(true),
        )
        .subcommand(named(SHOW, "Shows a tenant, and what was done to it."))
        .subcommand(with_limits(named(
            LIMIT,
            "Sets limits of a tenant; those without a flag stay.",
        )))
        .subcommand(named(
            SUSPEND,
            "Serves a tenant no longer, and keeps what it stores.",
        ))
        .subcommand(named(RESUME, "Serves a suspended tenant again."))
        .subcommand(
            named(EXPORT, "Writes everything that a tenant stores as JSON lines.")
                .arg(required(TO, "FILE").help("The file to write, or - for standard output.")),
        )
        .subcommand(
            named(
                DELETE,
                "Deletes a tenant and everything that it stores, its encryption key included.",
            )
            .arg(required(CONFIRM, "NAME").help("Name of the tenant once more.")),
        )
}

fn with_limits(command: Command) -> Command {
    let number = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .value_name("NUMBER")
            .value_parser(clap::value_parser!(u32))
            .help(help)
    };
    let size = |text: &str| ByteSize::parse(Raw::Text(text.to_owned()));
    command
        .arg(number(
            APPLICATIONS,
            "Applications that it may have; 0: no limit.",
        ))
        .arg(
            Arg::new(BYTES)
                .long(BYTES)
                .value_name(ByteSize::SHAPE)
                .value_parser(size)
                .help("Size of its database from which on nothing more is published; 0: no limit."),
        )
        .arg(number(
            REQUESTS,
            "Requests that one node answers at once; 0: as tenants.max_requests says.",
        ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Action;

    fn action(args: &[&str]) -> Option<TenantsAction> {
        let args = std::iter::once("contract-broker").chain(args.iter().copied());
        match Action::of(args.map(OsString::from)) {
            Ok(Action::Tenants(action)) => Some(action),
            _ => None,
        }
    }

    #[test]
    fn commands_about_tenants_are_read() {
        assert_eq!(action(&["tenants", "list"]), Some(TenantsAction::List));
        let create = [
            "tenants",
            "create",
            "acme",
            "--admin-email",
            "a@example.com",
            "--max-bytes",
            "1GiB",
            "--max-applications",
            "0",
        ];
        let Some(TenantsAction::Create {
            name, limits, from, ..
        }) = action(&create)
        else {
            unreachable!("it is read")
        };
        assert_eq!((name.as_str(), from), ("acme", None));
        assert_eq!(limits.bytes, Some(ByteSize::mebibytes(1024)));
        assert_eq!((limits.applications, limits.requests), (Some(0), None));
        // A tenant is deleted by whoever writes its name twice.
        assert_eq!(action(&["tenants", "delete", "acme"]), None);
        assert_eq!(action(&["tenants", "create", "acme"]), None);
        assert_eq!(
            action(&[
                "tenants",
                "create",
                "a",
                "--admin-email",
                "a@b.c",
                "--max-bytes",
                "lots"
            ]),
            None
        );
    }

    #[test]
    fn any_command_can_name_a_tenant() {
        let tenant = |args: &[&str]| {
            let args = std::iter::once("contract-broker").chain(args.iter().copied());
            TenantsAction::tenant_of(args.map(OsString::from)).ok().flatten()
        };
        assert_eq!(
            tenant(&["export", "--to", "-", "--tenant", "acme"]).as_deref(),
            Some("acme")
        );
        assert_eq!(
            tenant(&["--tenant", "acme", "retention"]).as_deref(),
            Some("acme")
        );
        assert_eq!(tenant(&["retention"]), None);
    }
}

//! The broker's settings: from the file, the environment and flags, in ascending order of precedence.
//!
//! The table in [`settings`] defines the fields of [`Config`], the keys of the file, the names of the environment
//! variables, the flags and the text of `--help`. To add a setting, add a row there.

mod ci_rule;
mod database;
mod error;
mod help;
mod load;
mod log_format;
mod log_level;
mod login_rule;
mod logins;
mod migrate;
mod secret;
mod settings;
mod tables;
mod tenants;
mod tenants_command;
mod value;

pub use ci_rule::CiRule;
pub use error::ConfigError;
pub use help::{Action, command};
pub use load::Loaded;
pub use log_format::LogFormat;
pub use log_level::LogLevel;
pub use login_rule::LoginRule;
pub use migrate::Migrate;
pub use secret::Secret;
pub use settings::{Config, Setting, settings};
pub use tables::{Entry, Tables};
pub use tenants::HostPattern;
pub use tenants_command::{LimitFlags, TenantsAction};
pub use value::{ByteSize, Raw, StatusRange, Value};

/// The source of a setting's value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Origin {
    /// Not set.
    #[default]
    Default,
    /// The settings file, with the line number (from 1).
    File {
        /// The path as given by the operator.
        path: std::path::PathBuf,
        /// The line, counted from 1.
        line: usize,
    },
    /// An environment variable, by its name.
    Environment(String),
    /// A command-line flag, by its name.
    Flag(String),
    /// Set by the embedding program.
    Program,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Environment(name) | Self::Flag(name) => f.write_str(name),
            Self::Program => f.write_str("the embedding program"),
        }
    }
}

/// Whether an issuer can have this address: https, or http on this machine alone.
fn is_issuer(address: &str) -> bool {
    let is_web = address
        .parse::<http::Uri>()
        .is_ok_and(|uri| uri.authority().is_some() && uri.query().is_none());
    is_web && (address.starts_with("https://") || is_loopback(address))
}

/// Whether this is an address of this machine, without TLS.
pub(crate) fn is_loopback(address: &str) -> bool {
    let uri = address.parse::<http::Uri>();
    uri.is_ok_and(|uri| {
        uri.scheme_str() == Some("http") && matches!(uri.host(), Some("localhost" | "127.0.0.1" | "[::1]"))
    })
}

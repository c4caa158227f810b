//! The broker's settings: from the file, the environment and flags, in ascending order of precedence.
//!
//! The table in [`settings`] defines the fields of [`Config`], the keys of the file, the names of the environment
//! variables, the flags and the text of `--help`. To add a setting, add a row there.

mod error;
mod help;
mod load;
mod log_format;
mod migrate;
mod nearest;
mod secret;
mod settings;
mod value;

pub use error::ConfigError;
pub use help::{Action, command};
pub use load::Loaded;
pub use log_format::LogFormat;
pub use migrate::Migrate;
pub(crate) use nearest::nearest;
pub use secret::Secret;
pub use settings::{Config, Setting, settings};
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

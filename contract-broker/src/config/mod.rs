//! The broker's settings: one file, then the environment, then flags; the later wins.
//!
//! [`settings`] holds the one table from which the fields of [`Config`], the keys of the file, the names of
//! the environment variables, the flags and the text of `--help` all come. To add a setting, add a row there.

mod error;
mod help;
mod load;
mod log_format;
mod nearest;
mod secret;
mod settings;
mod value;

pub use error::ConfigError;
pub use help::{Action, command};
pub use load::Loaded;
pub use log_format::LogFormat;
pub use secret::Secret;
pub use settings::{Config, Setting, settings};
pub use value::{ByteSize, Raw, StatusRange, Value};

/// Where the value of a setting came from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Origin {
    /// Nobody set it.
    #[default]
    Default,
    /// The settings file, with the line that set it (counted from 1).
    File {
        /// The file, as it was named by the operator.
        path: std::path::PathBuf,
        /// The line, counted from 1.
        line: usize,
    },
    /// An environment variable, by its name.
    Environment(String),
    /// A command-line flag, by its name.
    Flag(String),
    /// Set by the program that embeds the broker.
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

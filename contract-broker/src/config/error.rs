//! Errors in the settings.

/// Why the settings could not be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The command line is invalid, or requests help or the version. Print it as clap does.
    #[error(transparent)]
    Usage(#[from] clap::Error),
    /// The settings are invalid: every problem found, one per line.
    #[error("the settings are not usable:\n{}", .0.iter().map(|p| format!("  - {p}")).collect::<Vec<_>>().join("\n"))]
    Invalid(Vec<String>),
}

impl ConfigError {
    /// Returns the problems; empty for a usage error.
    pub fn problems(&self) -> &[String] {
        match self {
            Self::Usage(_) => &[],
            Self::Invalid(problems) => problems,
        }
    }
}

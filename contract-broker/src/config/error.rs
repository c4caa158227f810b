//! What is wrong with the settings.

/// Why the settings could not be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The command line could not be read, or it asked for help or the version. Print it as clap does.
    #[error(transparent)]
    Usage(#[from] clap::Error),
    /// The settings are wrong: every problem that was found, one a line.
    #[error("the settings are not usable:\n{}", .0.iter().map(|p| format!("  - {p}")).collect::<Vec<_>>().join("\n"))]
    Invalid(Vec<String>),
}

impl ConfigError {
    /// The problems that were found; empty for a usage error.
    pub fn problems(&self) -> &[String] {
        match self {
            Self::Usage(_) => &[],
            Self::Invalid(problems) => problems,
        }
    }
}

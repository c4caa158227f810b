//! The version of the broker.

/// The version of the program and its database, as labels of one metric.
#[derive(Debug, Clone)]
pub(crate) struct Build {
    /// `SQLite` or `PostgreSQL`.
    pub(crate) database: &'static str,
}

impl Build {
    pub(crate) const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    /// The commit that it was built from, if `CONTRACT_BROKER_COMMIT` was set for the build.
    pub(crate) const COMMIT: &'static str = match option_env!("CONTRACT_BROKER_COMMIT") {
        Some(commit) => commit,
        None => "unknown",
    };

    pub(super) fn is_sqlite(&self) -> bool {
        self.database == "SQLite"
    }

    /// Returns the labels.
    pub(super) fn labels(&self) -> Vec<(&'static str, &'static str)> {
        vec![
            ("version", Self::VERSION),
            ("commit", Self::COMMIT),
            ("database", self.database),
        ]
    }
}

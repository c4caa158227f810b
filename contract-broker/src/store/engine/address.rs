//! The address of the database.

use super::{Error, Result, server::Server};

/// The database behind a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// Returns the name of the database in OpenTelemetry's semantic conventions.
    pub(crate) fn system(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgresql",
        }
    }
}

/// The address of the database.
pub(crate) enum Address {
    /// The path of a file.
    Sqlite(String),
    Postgres(Box<Server>),
}

impl Address {
    /// Parses `sqlite:PATH`, `sqlite://PATH` or `postgres://…` (or `postgresql://…`).
    ///
    /// # Errors
    /// What is wrong with it, without repeating it: it may contain a password.
    pub(crate) fn read(url: &str) -> Result<Self> {
        let wrong = |problem: String| Error::unavailable("reading database.url", problem);
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() || path.starts_with(":memory:") {
                return Err(wrong(format!(
                    "{url:?} names no file; give a path such as sqlite:contract-broker.sqlite3"
                )));
            }
            return Ok(Self::Sqlite(path.to_owned()));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(Box::new(Server::read(url).map_err(wrong)?)));
        }
        Err(wrong(
            "expected sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME".to_owned(),
        ))
    }

    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }
}

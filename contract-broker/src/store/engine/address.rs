//! The address of the database.

use std::path::Path;

use super::{Error, Result, Trouble, server::Server};

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

    /// Names the database in an error at the start, and says what to do about it.
    pub(super) fn explain(&self, error: Error) -> Error {
        match error {
            Error::Database {
                doing,
                message,
                trouble,
            } => Error::Database {
                doing,
                message: format!("{}: {message}{}", self.name(), self.way_out(trouble)),
                trouble,
            },
            other => other,
        }
    }

    /// Returns what messages call the database: the file, or the server and the name. No password is in it.
    fn name(&self) -> String {
        match self {
            Self::Sqlite(path) => path.clone(),
            Self::Postgres(server) => server.name(),
        }
    }

    /// Returns what to do if the database cannot be used at the start, as the end of a message; may be empty.
    fn way_out(&self, trouble: Trouble) -> String {
        let Self::Sqlite(path) = self else {
            return String::new();
        };
        let file = Path::new(path.split('?').next().unwrap_or_default());
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        match trouble {
            Trouble::Away if file.is_dir() => {
                "; it is a folder: name a file in it with database.url".to_owned()
            }
            Trouble::Away | Trouble::ReadOnly => match folder.filter(|folder| !folder.is_dir()) {
                Some(folder) => format!(
                    "; there is no folder {}: create it, or name another file with database.url",
                    folder.display()
                ),
                None => "; the broker has to be able to write the file and its folder".to_owned(),
            },
            Trouble::Damaged => "; restore a back-up, or name another file with database.url".to_owned(),
            Trouble::DiskFull => "; free some space on its disk".to_owned(),
            Trouble::MetAnother | Trouble::Busy | Trouble::Cancelled | Trouble::Other => String::new(),
        }
    }

    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }
}

//! Why something could not be read or written.

use crate::domain::Refusal;

pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure of the store.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum Error {
    /// The rules of the domain forbid it; nothing was written.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The database failed.
    #[error("{doing}: {message}")]
    Database {
        doing: &'static str,
        message: String,
        /// The transaction may succeed when it is run again: it met another one, or a row that it had found was
        /// deleted meanwhile.
        again: bool,
    },
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Self::unavailable("using the database", error)
    }
}

impl Error {
    /// A transaction that may succeed when it is run again: another one came between.
    pub(super) fn met_another(message: &str) -> Self {
        Self::Database {
            doing: "using the database",
            message: message.to_owned(),
            again: true,
        }
    }

    pub(crate) fn unavailable(doing: &'static str, message: impl std::fmt::Display) -> Self {
        Self::Database {
            doing,
            message: message.to_string(),
            again: false,
        }
    }
}

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

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let again = match &error {
            sqlx::Error::Database(database) => database
                .code()
                .is_some_and(|code| matches!(code.as_ref(), "40001" | "40P01" | "23503")),
            sqlx::Error::RowNotFound => true,
            _ => false,
        };
        Self::Database {
            doing: "using the database",
            message: error.to_string(),
            again,
        }
    }
}

impl Error {
    pub(super) fn unavailable(doing: &'static str, message: impl std::fmt::Display) -> Self {
        Self::Database {
            doing,
            message: message.to_string(),
            again: false,
        }
    }
}

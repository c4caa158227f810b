//! Errors of use cases.

use crate::{
    domain::Refusal,
    store::{self, Trouble},
};

pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a use case failed. Nothing was written, unless the use case says otherwise.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// Refused by the rules of the domain.
    #[error(transparent)]
    Refused(Refusal),
    /// The caller lacks the permission.
    #[error("{0}")]
    Forbidden(String),
    /// The database cannot be reached, cancelled a statement, or has no space left.
    #[error("{0}")]
    Unavailable(&'static str),
    /// Data written by the broker cannot be read; the text names table, row and column.
    #[error("{0}")]
    Unreadable(String),
    /// Data of a webhook cannot be encrypted or decrypted.
    #[error("the webhook's request cannot be kept or read: {0}")]
    Encryption(String),
    /// An internal error.
    #[error("{0}")]
    Internal(String),
}

impl Error {
    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::Refused(Refusal::NotFound(message.into()))
    }

    pub(crate) fn internal(error: &dyn std::fmt::Display) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Refused(refusal) => Self::Refused(refusal),
            store::Error::Unreadable { .. } => {
                tracing::error!(%error, "a stored text cannot be read");
                Self::Unreadable(error.to_string())
            }
            store::Error::Database { .. } => match out_of_service(&error) {
                Some(message) => {
                    tracing::error!(%error, "the database does not serve");
                    Self::Unavailable(message)
                }
                None => Self::internal(&error),
            },
            store::Error::MergeFirst(_) => Self::internal(&error),
        }
    }
}

/// Returns the message for a database failure that ends by itself or that the operator can fix; `None` for
/// any other failure.
fn out_of_service(error: &store::Error) -> Option<&'static str> {
    Some(match error.trouble()? {
        Trouble::Away => "the database cannot be reached at the moment; try again in a few seconds",
        Trouble::Busy => "the database is busy with other work at the moment; try again in a few seconds",
        Trouble::ReadOnly => {
            "the database accepts no changes at the moment, as the log of the broker says; try again in a few seconds"
        }
        Trouble::Cancelled => {
            "the database cancelled this, because it took too long or an operator ended it; try again in a few seconds"
        }
        Trouble::DiskFull => "the database has no room left: free some space on its disk, then try again",
        Trouble::MetAnother | Trouble::Damaged | Trouble::Other => return None,
    })
}

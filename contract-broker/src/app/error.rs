//! Why a use case was not done.

use crate::{
    domain::Refusal,
    store::{self, Trouble},
};

pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a use case was not done. Nothing was written, unless the use case says otherwise.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The rules say no.
    #[error(transparent)]
    Refused(Refusal),
    /// Whoever asks may not do this.
    #[error("{0}")]
    Forbidden(String),
    /// The database cannot be reached at the moment, gave up, or has no room left.
    #[error("{0}")]
    Unavailable(&'static str),
    /// What the broker itself wrote cannot be read back; the text names table, row and column.
    #[error("{0}")]
    Unreadable(String),
    /// Something of a webhook cannot be encrypted or decrypted.
    #[error("the webhook's request cannot be kept or read: {0}")]
    Encryption(String),
    /// The broker's own fault.
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

/// What a client is told of a failure of the database that ends by itself or by its operator; `None` for any other.
fn out_of_service(error: &store::Error) -> Option<&'static str> {
    Some(match error.trouble()? {
        Trouble::Away | Trouble::Busy => {
            "the database cannot be reached at the moment; try again in a few seconds"
        }
        Trouble::Cancelled => {
            "the database cancelled this, because it took too long or an operator ended it; try again in a few seconds"
        }
        Trouble::DiskFull => "the database has no room left: free some space on its disk, then try again",
        Trouble::MetAnother | Trouble::Other => return None,
    })
}

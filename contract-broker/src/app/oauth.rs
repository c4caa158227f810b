//! Tokens that clients get for something else than a user name and a password (OAuth 2.0).

use super::Error;
use crate::domain::{Refusal, access::TokenText};

/// A token that a client gets.
#[derive(Debug, Clone)]
pub(crate) struct Granted {
    pub(crate) token: TokenText,
    /// How long it works.
    pub(crate) seconds: i64,
}

/// Why a client gets no token.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotGranted {
    /// One of the errors of OAuth, and what it means here.
    #[error("{description}")]
    Refused {
        error: &'static str,
        description: String,
    },
    #[error(transparent)]
    Failed(#[from] Error),
}

impl NotGranted {
    pub(crate) fn refused(error: &'static str, description: impl Into<String>) -> Self {
        Self::Refused {
            error,
            description: description.into(),
        }
    }

    /// What the client brought is not accepted.
    pub(super) fn grant(description: impl Into<String>) -> Self {
        Self::refused("invalid_grant", description)
    }

    /// A refusal by what is stored; other failures stay what they are.
    pub(super) fn of(error: Error) -> Self {
        match error {
            Error::Refused(Refusal::Conflict(message)) => Self::grant(message),
            other => Self::Failed(other),
        }
    }
}

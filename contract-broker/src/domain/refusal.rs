//! Why the broker says no.

use super::Notice;

/// Something that the rules forbid or that is not there. Nothing was written.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum Refusal {
    /// What was asked for does not exist.
    #[error("{0}")]
    NotFound(String),
    /// The request is wrong as a whole.
    #[error("{0}")]
    Malformed(String),
    /// Members of the request are wrong: each with its name and what is the matter.
    #[error("{}", .0.iter().map(|(field, message)| format!("{field} {message}")).collect::<Vec<_>>().join(", "))]
    Invalid(Vec<(String, String)>),
    /// The request is wrong; messages that belong to no one member.
    #[error("{}", .0.join(", "))]
    Unusable(Vec<String>),
    /// The request is understood and contradicts what is stored.
    #[error("{0}")]
    Conflict(String),
    /// A contract with this name and version was published before with different content.
    #[error("{message}")]
    ContentConflict {
        /// One line that says which contract.
        message: String,
        /// Its provider, and the content that was published before.
        provider: String,
        content_id: i64,
        /// What to tell the publisher.
        notices: Vec<Notice>,
    },
    /// A change that is understood and not possible.
    #[error("{0}")]
    Impossible(String),
}

impl Refusal {
    pub(crate) fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid(vec![(field.into(), message.into())])
    }

    pub(crate) fn no_pacticipant(name: &str) -> Self {
        Self::NotFound(format!("No pacticipant with name '{name}' found"))
    }
}

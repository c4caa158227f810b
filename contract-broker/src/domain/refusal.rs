//! Why the broker refuses a request.

use super::Notice;

/// Something that the rules forbid or that does not exist. Nothing was written.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum Refusal {
    /// The requested resource does not exist.
    #[error("{0}")]
    NotFound(String),
    /// The request is wrong as a whole.
    #[error("{0}")]
    Malformed(String),
    /// Members of the request are invalid: each with its name and a message.
    #[error("{}", .0.iter().map(|(field, message)| format!("{field} {message}")).collect::<Vec<_>>().join(", "))]
    Invalid(Vec<(String, String)>),
    /// The request is invalid; messages that belong to no single member.
    #[error("{}", .0.join(", "))]
    Unusable(Vec<String>),
    /// The request is valid but contradicts stored data.
    #[error("{0}")]
    Conflict(String),
    /// The same is being done already: asked for again, it is answered.
    #[error("{0}")]
    UnderWay(&'static str),
    /// A contract with this name and version was published before with different content.
    #[error("{message}")]
    ContentConflict {
        /// A line that names the contract.
        message: String,
        /// Its provider, and the published content.
        provider: String,
        content_id: i64,
        /// Notices for the publisher.
        notices: Vec<Notice>,
    },
    /// A description would break consumers.
    #[error("{message}")]
    Incompatible {
        message: String,
        /// What breaks.
        notices: Vec<Notice>,
    },
    /// A change that is valid but for which a limit leaves no room.
    #[error("{0}")]
    OverLimit(String),
    /// A change that is valid but not possible.
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

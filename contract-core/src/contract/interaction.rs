//! One interaction of a contract.

use crate::json::Value;

use super::{HttpInteraction, Members, Message, ProviderState, SyncMessage};

/// Something that the consumer expects of the provider, with the states that the provider must be in.
///
/// Within a contract an interaction is known by its description, its provider states and its kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Interaction {
    /// What happens, in words: `a request for user 42`.
    pub description: String,
    /// What must be true at the provider before.
    pub provider_states: Vec<ProviderState>,
    /// The request and response, or the messages.
    pub kind: InteractionKind,
    /// The `key` of version 4: unique within the file, chosen by its author.
    pub key: Option<String>,
    /// `pending` of version 4: a failure does not fail the provider's verification.
    pub pending: bool,
    /// `comments` of version 4: `testname`, `text`, `references` and anything else.
    pub comments: Members,
    /// Which of the provider's transports serves it (`http`, `message`, …).
    pub transport: Option<String>,
    /// Unknown members, among them `pluginConfiguration` and `interactionMarkup`.
    pub extra: Members,
}

/// What an interaction consists of.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum InteractionKind {
    /// `Synchronous/HTTP`
    Http(Box<HttpInteraction>),
    /// `Asynchronous/Messages`
    Message(Box<Message>),
    /// `Synchronous/Messages`
    SyncMessage(Box<SyncMessage>),
    /// A type that this library does not know; kept as it was and reported when it is to be verified.
    Unknown {
        /// The `type` member.
        type_name: String,
        /// All members but those that [`Interaction`] has fields for.
        members: Members,
    },
}

impl Interaction {
    /// Creates an interaction of this kind without provider states.
    pub fn new(description: impl Into<String>, kind: InteractionKind) -> Self {
        Self {
            description: description.into(),
            provider_states: Vec::new(),
            kind,
            key: None,
            pending: false,
            comments: Members::new(),
            transport: None,
            extra: Members::new(),
        }
    }

    /// Whether both are the same interaction by the specification's identity: description, provider states and kind.
    pub fn same_identity(&self, other: &Self) -> bool {
        self.description == other.description
            && self.provider_states == other.provider_states
            && self.kind.type_name() == other.kind.type_name()
    }

    /// Returns the HTTP request and response, if it is one.
    pub fn as_http(&self) -> Option<&HttpInteraction> {
        match &self.kind {
            InteractionKind::Http(http) => Some(http),
            _ => None,
        }
    }

    /// Returns the comments for people (`comments.text`), line by line.
    pub fn comment_lines(&self) -> impl Iterator<Item = &str> {
        self.comments
            .get("text")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
    }

    /// Returns the place of the consumer's test that wrote it (`comments.testname`), if it says.
    pub fn test_name(&self) -> Option<&str> {
        self.comments.get("testname").and_then(Value::as_str)
    }
}

impl InteractionKind {
    /// Returns the `type` member of version 4.
    pub fn type_name(&self) -> &str {
        match self {
            Self::Http(_) => "Synchronous/HTTP",
            Self::Message(_) => "Asynchronous/Messages",
            Self::SyncMessage(_) => "Synchronous/Messages",
            Self::Unknown { type_name, .. } => type_name,
        }
    }
}

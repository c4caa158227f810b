//! One interaction of a contract.

use std::borrow::Cow;

use crate::json::Value;

use super::{HttpInteraction, Members, Message, ProviderState, SyncMessage};

/// Something that the consumer expects from the provider, with the required provider states.
///
/// Within a contract an interaction is identified by its description, its provider states and its kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Interaction {
    /// A description: `a request for user 42`.
    pub description: String,
    /// The states that the provider must be in.
    pub provider_states: Vec<ProviderState>,
    /// The request and response, or the messages.
    pub kind: InteractionKind,
    /// The `key` of version 4: unique within the file, chosen by the author.
    pub key: Option<String>,
    /// `pending` of version 4: a failure does not fail the provider's verification.
    pub pending: bool,
    /// `comments` of version 4: `testname`, `text`, `references` and others.
    pub comments: Members,
    /// The transport over which the provider serves it (`http`, `message`, …).
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
    /// A type unknown to this library. It is kept as written, and reported when it is to be verified.
    Unknown {
        /// The `type` member.
        type_name: String,
        /// All members except those that [`Interaction`] has fields for.
        members: Members,
    },
}

/// What an interaction is identified by within a contract.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Identity {
    /// The `type` member of version 4.
    pub(crate) kind: Cow<'static, str>,
    pub(crate) description: String,
    /// The provider states with their parameters, as text.
    pub(crate) provider_states: Vec<String>,
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

    /// Returns whether both are the same interaction by the specification's identity: description, provider states and
    /// kind.
    pub fn same_identity(&self, other: &Self) -> bool {
        self.description == other.description
            && self.provider_states == other.provider_states
            && self.kind.type_name() == other.kind.type_name()
    }

    /// Returns what identifies it within a contract.
    pub(crate) fn identity(&self) -> Identity {
        Identity {
            kind: match &self.kind {
                InteractionKind::Http(_) => Cow::Borrowed(InteractionKind::HTTP),
                InteractionKind::Message(_) => Cow::Borrowed(InteractionKind::MESSAGE),
                InteractionKind::SyncMessage(_) => Cow::Borrowed(InteractionKind::SYNC_MESSAGE),
                InteractionKind::Unknown { type_name, .. } => Cow::Owned(type_name.clone()),
            },
            description: self.description.clone(),
            provider_states: self.provider_states.iter().map(ToString::to_string).collect(),
        }
    }

    /// Returns the request and response of an HTTP interaction.
    pub fn as_http(&self) -> Option<&HttpInteraction> {
        match &self.kind {
            InteractionKind::Http(http) => Some(http),
            _ => None,
        }
    }

    /// Returns the lines of the human-readable comments (`comments.text`).
    pub fn comment_lines(&self) -> impl Iterator<Item = &str> {
        self.comments
            .get("text")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
    }

    /// Returns the consumer test that wrote it (`comments.testname`), if known.
    pub fn test_name(&self) -> Option<&str> {
        self.comments.get("testname").and_then(Value::as_str)
    }
}

impl InteractionKind {
    pub(crate) const HTTP: &'static str = "Synchronous/HTTP";
    pub(crate) const MESSAGE: &'static str = "Asynchronous/Messages";
    pub(crate) const SYNC_MESSAGE: &'static str = "Synchronous/Messages";

    /// Returns the `type` member of version 4.
    pub fn type_name(&self) -> &str {
        match self {
            Self::Http(_) => Self::HTTP,
            Self::Message(_) => Self::MESSAGE,
            Self::SyncMessage(_) => Self::SYNC_MESSAGE,
            Self::Unknown { type_name, .. } => type_name,
        }
    }
}

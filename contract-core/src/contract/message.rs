//! Messages: events, and requests with responses that are not HTTP.

use super::{Body, Generators, MatchingRules, Members};

/// The contents of one message with its metadata.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Message {
    /// The payload.
    pub contents: Body,
    /// Metadata by name: topic, key, content type, …
    pub metadata: Members,
    /// Rules for `body` and `metadata`.
    pub rules: MatchingRules,
    /// Generators for `body` and `metadata`.
    pub generators: Generators,
    /// Unknown members.
    pub extra: Members,
}

/// A request message and its responses.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SyncMessage {
    /// What the consumer sends.
    pub request: Message,
    /// What the provider responds, in order.
    pub responses: Vec<Message>,
}

//! The subject of a report.

use crate::contract::{Message, ProviderState, Request, Response};
use crate::matching::Mismatch;

/// One interaction that failed.
#[derive(Debug, Clone)]
pub struct Failure<'a> {
    /// The consumer's name.
    pub consumer: &'a str,
    /// The provider's name.
    pub provider: &'a str,
    /// The interaction's description.
    pub description: &'a str,
    /// The interaction's provider states.
    pub provider_states: &'a [ProviderState],
    /// The test that wrote the interaction, if known.
    pub test: Option<&'a str>,
    /// The contract file or URL of the interaction, if known.
    pub source: Option<&'a str>,
    /// All differences, in the order in which they were found.
    pub mismatches: &'a [Mismatch],
    /// The expected and the actual message.
    pub exchange: Exchange<'a>,
    /// The request that was sent, shown if there is no command that repeats it.
    pub request: Option<&'a Request>,
    /// A command that repeats the request ([`curl`](super::curl)).
    pub reproduce: Option<String>,
    /// Texts that are masked wherever they occur, such as the token that was sent.
    pub secrets: Vec<String>,
}

/// What was compared: an expected and an actual message.
#[derive(Debug, Clone, Copy)]
pub enum Exchange<'a> {
    /// The consumer sent a request.
    Request {
        /// As specified by the interaction.
        expected: &'a Request,
        /// As received.
        actual: &'a Request,
    },
    /// The provider responded.
    Response {
        /// As specified by the interaction.
        expected: &'a Response,
        /// As received.
        actual: &'a Response,
    },
    /// One side produced a message.
    Message {
        /// As specified by the interaction.
        expected: &'a Message,
        /// As received.
        actual: &'a Message,
    },
}

impl Exchange<'_> {
    /// Returns `request`, `response` or `message`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Request { .. } => "request",
            Self::Response { .. } => "response",
            Self::Message { .. } => "message",
        }
    }
}

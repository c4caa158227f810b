//! What a report is about.

use crate::contract::{Interaction, Message, Request, Response};
use crate::matching::Mismatch;

/// One interaction that did not go as the contract says.
#[derive(Debug, Clone)]
pub struct Failure<'a> {
    /// The consumer's name.
    pub consumer: &'a str,
    /// The provider's name.
    pub provider: &'a str,
    /// The interaction.
    pub interaction: &'a Interaction,
    /// The contract file or URL that holds the interaction, if it is known.
    pub source: Option<&'a str>,
    /// All differences, in the order in which they were found.
    pub mismatches: &'a [Mismatch],
    /// What was expected and what came.
    pub exchange: Exchange<'a>,
    /// The request that was sent, shown if no command can repeat it.
    pub request: Option<&'a Request>,
    /// A command that repeats the request, if there is one ([`curl`](super::curl)).
    pub reproduce: Option<String>,
    /// Texts that are masked wherever they would be shown, such as the token that was sent.
    pub secrets: Vec<String>,
}

/// What was compared: an expected message and the one that came.
#[derive(Debug, Clone, Copy)]
pub enum Exchange<'a> {
    /// The consumer sent a request.
    Request {
        /// As the interaction states it.
        expected: &'a Request,
        /// As it came.
        actual: &'a Request,
    },
    /// The provider answered.
    Response {
        /// As the interaction states it.
        expected: &'a Response,
        /// As it came.
        actual: &'a Response,
    },
    /// One side produced a message.
    Message {
        /// As the interaction states it.
        expected: &'a Message,
        /// As it came.
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

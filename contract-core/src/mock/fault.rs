//! What goes wrong because a test wants it so.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::answer;
use super::handler::{Answer, Delivery};
use crate::contract::{HttpInteraction, Response};
use crate::pattern::ResponseBuilder;
use crate::{Error, ErrorKind};

/// What a mock provider does in place of answering as the contract says, to test how the consumer copes.
///
/// A fault is no promise of the provider: it is never written into the contract. See
/// [`Expectation::fail_once`](super::Expectation::fail_once).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Fault {
    /// Answers with this response: `Response::status(503).header("retry-after", "1")`. If it has patterns, with their
    /// examples.
    Response(Box<Response>),
    /// Closes the connection without an answer. Over HTTP/2, resets the request's stream.
    Close,
    /// Resets the connection (TCP RST) without an answer. Over HTTP/2, resets the request's stream.
    Reset,
    /// Sends the head and half of the body as the contract says, then closes the connection.
    Truncate,
}

impl From<Response> for Fault {
    fn from(response: Response) -> Self {
        Self::Response(Box::new(response))
    }
}

impl From<ResponseBuilder> for Fault {
    fn from(response: ResponseBuilder) -> Self {
        Response::from(response).into()
    }
}

/// A fault made ready for the wire.
#[derive(Debug, Clone)]
pub(super) struct PreparedFault {
    /// The answer; `None` for that of the contract.
    pub(super) answer: Option<Arc<Answer>>,
    pub(super) delivery: Delivery,
}

impl PreparedFault {
    /// Prepares a fault of this interaction.
    ///
    /// # Errors
    ///
    /// `Invalid` if the response cannot go over the wire, or there is no body that could break off.
    pub(super) fn new(fault: &Fault, of: &HttpInteraction) -> Result<Self, Error> {
        let (answer, delivery) = match fault {
            Fault::Response(response) => (Some(answer::example(response, of)?), Delivery::Whole),
            Fault::Close => (Some(nothing()), Delivery::Closed),
            Fault::Reset => (Some(nothing()), Delivery::Reset),
            Fault::Truncate if answer::example(&of.response, of)?.body.len() < 2 => {
                return Err(Error::new(
                    ErrorKind::Invalid,
                    "the response has no body that could be truncated: use Fault::Close",
                ));
            }
            Fault::Truncate => (None, Delivery::Truncated),
        };
        Ok(Self {
            answer: answer.map(Arc::new),
            delivery,
        })
    }
}

fn nothing() -> Answer {
    Answer {
        status: StatusCode::INTERNAL_SERVER_ERROR,
        headers: HeaderMap::new(),
        body: Bytes::new(),
    }
}

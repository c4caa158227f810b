//! Faults that a test injects.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::answer;
use super::handler::{Answer, Delivery};
use crate::contract::{HttpInteraction, Response};
use crate::pattern::ResponseBuilder;
use crate::{Error, ErrorKind};

/// What a mock provider does instead of responding as the contract says, to test how the consumer handles it.
///
/// A fault is not part of the contract and is never written to it. See
/// [`Expectation::fail_once`](super::Expectation::fail_once).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Fault {
    /// Sends this response: `Response::status(503).header("retry-after", "1")`. Patterns in it are replaced
    /// by their examples.
    Response(Box<Response>),
    /// Closes the connection without a response. Over HTTP/2, resets the request's stream.
    Close,
    /// Resets the connection (TCP RST) without a response. Over HTTP/2, resets the request's stream.
    Reset,
    /// Sends the head and half of the body of the contract's response, then closes the connection.
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

/// A fault prepared for sending.
#[derive(Debug, Clone)]
pub(super) struct PreparedFault {
    /// The response; `None` for that of the contract.
    pub(super) answer: Option<Arc<Answer>>,
    pub(super) delivery: Delivery,
}

impl PreparedFault {
    /// Prepares a fault for this interaction.
    ///
    /// # Errors
    ///
    /// `Invalid` if the response cannot be sent, or there is no body to truncate.
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

//! The interface between the server and the code that answers requests.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::contract::Request;

/// Answers requests, independently of sockets.
pub(super) trait Handler: Send + Sync + 'static {
    /// Returns the response to a request that was read completely, and how to deliver it.
    fn answer(&self, request: &Arc<Request>) -> Reply;

    /// Records a request that could not be read, and returns the response to it.
    fn broken(&self, broken: BrokenRequest) -> Arc<Answer>;
}

/// A request that could not be read.
#[derive(Debug)]
pub(super) struct BrokenRequest {
    /// The part that was read: method, target and headers, without a body. Empty if not even those could be
    /// read.
    pub(super) request: Request,
    /// The status of the response.
    pub(super) status: StatusCode,
    /// Why it could not be read, as a lower-case fragment.
    pub(super) problem: String,
}

/// A response, prepared for sending.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// Without fields that frame the body, which the server computes. In a response to `HEAD`,
    /// `Content-Length` frames nothing.
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// A response and how to deliver it.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    pub(super) answer: Arc<Answer>,
    /// The delay before the response is sent.
    pub(super) delay: Duration,
    pub(super) delivery: Delivery,
}

/// How a response is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delivery {
    /// Completely, without a delay.
    Whole,
    /// The body in pieces, over this duration in total.
    Slow(Duration),
    /// The head and half of the body; then the connection is closed.
    Truncated,
    /// No response: the connection is closed.
    Closed,
    /// No response: the connection is reset.
    Reset,
}

impl From<Arc<Answer>> for Reply {
    fn from(answer: Arc<Answer>) -> Self {
        Self {
            answer,
            delay: Duration::ZERO,
            delivery: Delivery::Whole,
        }
    }
}

impl From<Answer> for Reply {
    fn from(answer: Answer) -> Self {
        Arc::new(answer).into()
    }
}

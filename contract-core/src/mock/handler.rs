//! The seam between what answers requests and the server that receives them.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::contract::Request;

/// Answers requests. Knows nothing of sockets.
pub(super) trait Handler: Send + Sync + 'static {
    /// Returns the answer to a request that was read to its end, and how it is delivered.
    fn answer(&self, request: &Arc<Request>) -> Reply;

    /// Records a request that could not be read and returns the answer to it.
    fn broken(&self, broken: BrokenRequest) -> Arc<Answer>;
}

/// A request that could not be read.
#[derive(Debug)]
pub(super) struct BrokenRequest {
    /// What was read of it: the method, target and headers, without a body. Empty if not even those could be read.
    pub(super) request: Request,
    /// The status of the answer.
    pub(super) status: StatusCode,
    /// Why it could not be read, as a lower-case fragment.
    pub(super) problem: String,
}

/// A response, ready for the wire.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// Without fields that frame the body, which the server computes. `Content-Length` in an answer to `HEAD` frames nothing.
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// An answer and how it is delivered.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    pub(super) answer: Arc<Answer>,
    /// How long the answer is held back.
    pub(super) delay: Duration,
    pub(super) delivery: Delivery,
}

/// How an answer is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delivery {
    /// At once, to its end.
    Whole,
    /// The body in pieces that take this long together.
    Slow(Duration),
    /// The head and half of the body; then the connection is closed.
    Truncated,
    /// Not at all: the connection is closed.
    Closed,
    /// Not at all: the connection is reset.
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

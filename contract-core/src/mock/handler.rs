//! The seam between what answers requests and the server that receives them.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::contract::Request;

/// Answers requests. Knows nothing of sockets.
pub(super) trait Handler: Send + Sync + 'static {
    /// Returns the answer to a request that was read to its end.
    fn answer(&self, request: &Request) -> Arc<Answer>;

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

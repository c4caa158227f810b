//! The seam between the mock provider and the server that listens for it.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};

use crate::contract::Request;

/// Answers requests; knows nothing of sockets.
pub(super) trait Handler: Send + Sync + 'static {
    /// The answer to a request.
    fn answer(&self, request: Request) -> Arc<Answer>;
}

/// A server that passes each request to a [`Handler`], until it is dropped.
pub(super) trait Listener: Send + Sync {
    /// Where it listens.
    fn address(&self) -> SocketAddr;
}

/// A response ready for the wire.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) body: Bytes,
}

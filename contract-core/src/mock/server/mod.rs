//! The HTTP server of the mock provider and of stubs, on hyper.
//!
//! A server has its own thread with its own runtime, so that it responds even if the test blocks or has no
//! runtime. Dropping it ends the thread and closes its sockets before the drop returns. Memory does not grow
//! with the number of requests.
//!
//! It supports HTTP/1.1 and, with the feature `http2`, HTTP/2: without TLS by prior knowledge, with TLS by
//! ALPN.

mod body;
mod connections;
mod exchange;
mod response;
mod running;
mod stream;
mod target;
#[cfg(any(feature = "tls-ring", feature = "tls-aws-lc-rs"))]
mod tls;

pub(super) use self::running::{Protection, Server};
#[cfg(any(feature = "tls-ring", feature = "tls-aws-lc-rs"))]
pub use self::tls::ServerTls;

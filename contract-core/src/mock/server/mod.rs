//! The HTTP server of the mock provider and of stubs, on hyper.
//!
//! A server has one thread with a runtime of its own, so that it answers whatever the test does meanwhile: block, or run
//! without a runtime. Dropping it ends the thread and closes its sockets before the drop returns. Memory does not grow
//! with the number of requests.
//!
//! HTTP/1.1, with the feature `http2` also HTTP/2: without TLS by prior knowledge, behind TLS by ALPN.

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

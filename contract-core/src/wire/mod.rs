//! Converts between the contract model and HTTP messages.
//!
//! Mock provider, stub and verifier convert incoming messages with [`receive`] and outgoing ones with [`send`]. They
//! share:
//!
//! - [`coding`]: content codings (`Content-Encoding`) are decoded before bodies are compared;
//! - [`charset`]: text is decoded by byte order mark, `charset` parameter or XML declaration;
//! - [`framing`]: header fields computed by the sender are never taken from a contract;
//! - [`target`]: paths and queries are encoded as required by URIs.

pub(crate) mod charset;
#[cfg(feature = "encodings")]
mod codec;
pub(crate) mod coding;
pub(crate) mod framing;
#[cfg(any(feature = "consumer", feature = "provider"))]
pub(crate) mod receive;
#[cfg(any(feature = "consumer", feature = "provider"))]
pub(crate) mod send;
pub(crate) mod set_cookie;
pub(crate) mod target;

/// The default maximum size of a body, encoded or decoded: 64 MiB.
pub(crate) const BODY_LIMIT: usize = 64 * 1024 * 1024;

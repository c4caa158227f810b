//! Between the contract model and what HTTP carries, in both directions.
//!
//! Mock provider, stub and verifier take what comes from the wire through [`receive`] and put what a contract says onto
//! the wire through [`send`]. What they have in common is here alone:
//!
//! - [`coding`]: content codings (`Content-Encoding`) are undone before bodies are compared;
//! - [`charset`]: text is decoded by byte order mark, `charset` parameter or XML declaration;
//! - [`framing`]: which header fields are computed by whoever sends a message, never taken from a contract;
//! - [`target`]: paths and queries as a URI may hold them.

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

/// How many bytes a body may have, decoded or not, unless said otherwise: 64 MiB.
pub(crate) const BODY_LIMIT: usize = 64 * 1024 * 1024;

//! Values made fresh for each use of an example: random ones, dates, values of provider states, the mock provider's
//! address.
//!
//! [`request`], [`response`] and [`message`] take an expected message and give it back with its generators applied.
//! The mock provider does so to a response before it sends it ([`Mode::Consumer`]), the verifier to a request
//! ([`Mode::Provider`]). Provider-state values are known to the provider's side alone and the mock provider's address
//! to the consumer's: on the other side those generators leave the example as it is.
//!
//! Generators apply to the path, query parameters, header fields, the status, metadata, and to JSON, XML (feature
//! `xml`) and form bodies. Wildcards in a body's path apply to everything that they match; a path that the example
//! does not have changes nothing. The example's type is kept: a number that replaces a text is written as text.
//!
//! A generator that cannot work is an error, never a value that was not asked for.

mod body;
mod context;
mod data_type;
mod date_expression;
mod message;
mod random;
#[cfg(test)]
mod tests;
mod value;

pub(crate) use self::body::at_body_path;
pub use self::context::{Context, Mode};
pub use self::message::{is_generated, message, request, response};
pub(crate) use self::message::{set_parameter, text};
#[cfg(feature = "xml")]
pub(crate) use self::value::too_much;
pub use self::value::value;

//! Values generated for each use of an example: random values, dates, values of provider states, the address of the
//! mock provider.
//!
//! [`request`], [`response`] and [`message`] return an expected message with its generators applied. The mock provider
//! applies them to a response before sending it ([`Mode::Consumer`]), the verifier to a request ([`Mode::Provider`]).
//! Provider-state values exist only on the provider's side and the mock provider's address only on the consumer's: on
//! the other side those generators keep the example.
//!
//! Generators apply to the path, query parameters, header fields, the status, metadata, and to JSON, XML (feature
//! `xml`) and form bodies. Wildcards in a body path apply to everything that they match; a path that the example does
//! not have has no effect. The example's type is kept: a number that replaces text is written as text.
//!
//! A generator that cannot produce a value is an error.

mod body;
mod context;
mod data_type;
mod date_expression;
mod message;
mod random;
#[cfg(test)]
mod tests;
mod value;
#[cfg(feature = "consumer")]
mod variant;

pub(crate) use self::body::at_body_path;
pub use self::context::{Context, Mode};
pub use self::message::{is_generated, message, request, response};
pub(crate) use self::message::{set_parameter, text};
#[cfg(feature = "xml")]
pub(crate) use self::value::too_much;
pub use self::value::value;
#[cfg(feature = "consumer")]
pub(crate) use self::variant::variant;

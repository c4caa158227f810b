//! Validation of a value by a schema, with every broken keyword and both places.
//!
//! Keywords are judged in the order in which Ajv judges them, and a failure carries the paths that Ajv gives, because
//! findings that teams already know are addressed by them.

mod array;
mod coerce;
mod combine;
mod evaluated;
mod failure;
mod object;
mod path;
mod scalar;
mod validator;

pub(crate) use self::failure::Failure;
pub(crate) use self::validator::{Dialect, Validator};

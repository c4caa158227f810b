//! Validates a value with a schema, and reports every violated keyword with both places.
//!
//! Keywords are validated in the same order as in Ajv, and failures have the same paths, because known
//! findings are identified by them.

mod array;
mod coerce;
mod combine;
mod evaluated;
mod failure;
mod object;
mod path;
mod scalar;
mod undecided;
mod validator;

pub(crate) use self::failure::Failure;
pub(crate) use self::undecided::{Undecided, Verdict};
pub(crate) use self::validator::{Dialect, MAX_WORK, Validator};

//! Whether a contract can be used, and whether all of it is.

mod dates;
mod example;
mod faults;
mod nowhere;
mod part;
mod unused;

#[cfg(feature = "provider")]
pub(crate) use self::example::{misfits_of_message, misfits_of_request, misfits_of_response};

//! Checks whether a contract can be used, and whether all of it has an effect.
//!
//! [`Contract::findings`](crate::contract::Contract::findings) runs all lints in [`Lint::ALL`].

mod dates;
mod example;
mod faults;
mod finding;
mod findings;
mod lint;
mod nowhere;
mod part;
mod practice;
mod unused;

pub use self::finding::{Finding, Position};
pub use self::lint::{Level, Lint};

#[cfg(feature = "provider")]
pub(crate) use self::example::{misfits_of_message, misfits_of_request, misfits_of_response};

//! Checks whether a contract can be used, and whether all of it has an effect.
//!
//! [`Contract::findings`](crate::contract::Contract::findings) runs the lints in [`Lint::ALL`]
//! that one contract shows, [`Contract::loosened_since`](crate::contract::Contract::loosened_since) the one that takes an earlier
//! contract.

mod dates;
mod empty;
mod example;
mod faults;
mod finding;
mod findings;
mod lint;
mod loosened;
mod nowhere;
mod part;
mod practice;
mod unused;

pub use self::finding::{Finding, Position};
pub use self::lint::{Level, Lint};

#[cfg(feature = "provider")]
pub(crate) use self::example::{Misfit, misfits_of_message, misfits_of_request, misfits_of_response};

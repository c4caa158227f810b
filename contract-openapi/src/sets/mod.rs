//! Compares sets of values: all values that a description allows with all that a contract accepts.
//!
//! The result is contained, not contained with a witness, or unknown with the reason. A witness is a concrete
//! value that was checked on both sides.

mod alternative;
mod candidate;
mod containment;
mod edit;
mod instance;
mod oracle;
mod permitted;
mod rules;
mod survey;
mod trial;

pub use self::containment::{Containment, Draft, contains};
pub(crate) use self::edit::EditKind;
pub(crate) use self::oracle::{Answer, Effort, Oracle, Refutation, Second};
pub(crate) use self::permitted::permitted;
pub(crate) use self::survey::{Survey, survey};

//! Sets of values: all that a description allows against all that a contract accepts.
//!
//! An answer is one of three: contained, not contained with a witness, or unknown with the reason. A witness is a concrete
//! value, and it is checked on both sides before it is told.

mod alternative;
mod candidate;
mod containment;
mod edit;
mod instance;
mod oracle;
mod rules;
mod survey;

pub use self::containment::{Containment, Draft, contains};
pub(crate) use self::edit::EditKind;
pub(crate) use self::oracle::{Answer, Oracle, Refutation};
pub(crate) use self::survey::{Survey, survey};

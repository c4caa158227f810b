//! Finds out which contracted fields of the provider's answers a test does not need.
//!
//! A test that passed is run again in processes of its own ([`rerun`]), each time with some fields of the answers changed
//! ([`change`]): left out, `null`, another value. What the test does then decides: it passes, or it needs what was changed.
//! Fields are tried in groups first ([`search`]), so that few runs find the few fields that are needed. The result is written
//! into the interaction's comments ([`Usage`](crate::contract::Usage)), and what can be left out is reported ([`report`]), if the
//! pattern is found in the source of the test also as a patch ([`source`]).

mod change;
mod field;
mod learn;
mod probe;
mod report;
mod rerun;
mod search;
mod source;
mod tokens;

pub(super) use self::learn::learn;
pub(super) use self::probe::Probe;

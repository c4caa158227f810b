//! Generates a document for a type of which only its `Deserialize` is known.
//!
//! The type is deserialised repeatedly. Each run provides simple values for what the type requests (a number,
//! a list, the fields of a struct) and records the resulting document. A failed run determines which value to
//! change: a text of another form, a missing field of an object whose fields serde does not know in advance,
//! the next variant of an enum.

mod access;
mod choices;
mod error;
mod invent;
mod tracer;

pub(super) use self::invent::{Invented, invent};

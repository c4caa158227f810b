//! A document for a type of which nothing is known but its `Deserialize`.
//!
//! The type is deserialised again and again. Each run answers what the type asks for (a number, a list, the fields of a
//! struct) with simple values and notes the document that they make up. A run that fails tells what to answer otherwise:
//! a text of another form, a field that is missing in an object whose fields serde does not name beforehand, the next
//! variant of an enum.

mod access;
mod choices;
mod error;
mod invent;
mod tracer;

pub(super) use self::invent::{Invented, invent};

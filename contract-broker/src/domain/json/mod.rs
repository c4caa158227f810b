//! JSON as it was written: where in a document a value is, and its canonical text. `serde_json` parses; its raw values keep
//! numbers and positions, which a map of values would lose.

mod canonical;
mod part;

pub(crate) use part::{Malformed, Member, Members, Part};

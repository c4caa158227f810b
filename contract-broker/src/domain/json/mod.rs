//! JSON with its original text: the positions of values in a document, and their canonical text. `serde_json` parses;
//! its raw values keep numbers and positions, which a map of values would lose.

mod canonical;
mod part;

pub(crate) use part::{Malformed, Member, Members, Part};

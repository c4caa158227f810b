//! What is stored of a contract: its bytes as published, the hash that says whether two contents mean the same, and
//! the edits that make the served form (an `_id` for each interaction) out of the bytes.

mod analysed;
mod edits;
mod interactions;
mod outline;

pub(crate) use analysed::{Content, hex, without_mark};
pub(crate) use edits::Edits;
pub(crate) use interactions::{descriptions, interactions};
pub(super) use outline::LISTS;

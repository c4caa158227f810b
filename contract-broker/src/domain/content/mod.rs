//! The stored form of a contract: its bytes as published, a hash that identifies equivalent contents, and the edits
//! that turn the bytes into the served form (with an `_id` for each interaction).

mod analysed;
mod edits;
mod interactions;
mod outline;

pub(crate) use analysed::{Content, hex, without_mark};
pub(crate) use edits::Edits;
pub(crate) use interactions::{descriptions, interactions};
pub(super) use outline::LISTS;

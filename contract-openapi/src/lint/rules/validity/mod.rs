//! What the specification demands and forbids.

pub(in crate::lint) mod document;
pub(in crate::lint) mod parameters;
pub(in crate::lint) mod schemas;
pub(in crate::lint) mod security;
pub(in crate::lint) mod structure;

use crate::document::Node;
use crate::lint::document::Spot;

/// Returns the text of a member.
fn text<'n>(spot: &Spot<'n>, member: &str) -> Option<&'n str> {
    spot.node.get(member).and_then(Node::as_str)
}

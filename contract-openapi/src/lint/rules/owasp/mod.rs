//! Security, after the OWASP API Security Top 10. Ids, levels and triggers are those of vacuum's rule set `vacuum:owasp`.

pub(in crate::lint) mod operations;
pub(in crate::lint) mod schemas;
pub(in crate::lint) mod schemes;

use crate::document::Node;
use crate::lint::document::Spot;

/// Returns the text of a member.
fn text<'n>(spot: &Spot<'n>, member: &str) -> Option<&'n str> {
    spot.node.get(member).and_then(Node::as_str)
}

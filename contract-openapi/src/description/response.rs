//! Finds the response for a status.

use super::Operation;
use crate::document::Node;

/// How a response was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StatusKey {
    /// By the status itself.
    Exact,
    /// By its range: `2XX`.
    Range,
    /// By `default`.
    Default,
}

/// A response of an operation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FoundResponse<'a> {
    /// The response, with references resolved.
    pub(crate) node: &'a Node,
    /// The node in the operation, which may be a reference.
    pub(crate) written: &'a Node,
    pub(crate) key: StatusKey,
    /// The name of the member: `200`, `2XX`, `default`.
    pub(crate) name: &'a str,
}

/// Returns the response of an operation for a status: the status itself, otherwise its range, otherwise
/// `default` (OpenAPI 3.0, "responses object").
pub(crate) fn response_for<'a>(operation: &Operation<'a>, status: u16) -> Option<FoundResponse<'a>> {
    let responses = operation.node.get("responses")?.as_object()?;
    let exact = status.to_string();
    let range = format!("{}XX", status / 100);
    let keys = [
        (exact.as_str(), StatusKey::Exact),
        (range.as_str(), StatusKey::Range),
        ("default", StatusKey::Default),
    ];
    keys.into_iter().find_map(|(wanted, key)| {
        let (name, member) = responses.iter().find(|(name, _)| *name == wanted)?;
        let written = &member.node;
        Some(FoundResponse {
            node: operation.description().resolve(written),
            written,
            key,
            name,
        })
    })
}

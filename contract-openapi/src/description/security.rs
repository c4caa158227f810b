//! Security requirements and schemes.

use super::{Description, Operation};
use crate::document::Node;

/// Returns the security alternatives of an operation: each is a list of schemes that are required together. Empty if
/// nothing is required.
pub(crate) fn alternatives<'a>(operation: &Operation<'a>) -> Vec<Vec<&'a str>> {
    let list = operation.security().and_then(Node::as_array).unwrap_or_default();
    list.iter()
        .map(|alternative| alternative.entries().map(|(name, _)| name).collect())
        .collect()
}

/// Returns the security scheme with this name, with references resolved.
pub(crate) fn scheme<'a>(description: &'a Description, name: &str) -> Option<&'a Node> {
    schemes(description)?
        .get(name)
        .map(|scheme| description.resolve(scheme))
}

/// Returns all security schemes: `securityDefinitions` (OpenAPI 2.0) or `components.securitySchemes`.
pub(crate) fn schemes(description: &Description) -> Option<&Node> {
    let root = description.root();
    root.get("securityDefinitions")
        .or_else(|| root.descend(["components", "securitySchemes"]))
}

//! A violated keyword.

use crate::document::{Node, Position};

/// A keyword that a value violates.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    /// JSON Pointer to the value, from the validated value.
    pub(crate) instance_path: String,
    /// Path to the keyword, in Ajv's notation: `#/properties/id/type`.
    pub(crate) schema_path: String,
    /// What the value must be, in Ajv's words.
    pub(crate) message: String,
    /// The value; `None` if it is missing.
    pub(crate) instance: Option<Node>,
    /// The keyword's value.
    pub(crate) keyword_value: Node,
    /// The position of the schema with the keyword.
    pub(crate) schema_at: Position,
    /// The position of the value.
    pub(crate) instance_at: Position,
}

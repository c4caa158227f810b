//! A broken keyword.

use crate::document::{Node, Position};

/// A keyword that a value breaks.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    /// JSON Pointer to the value, from the validated value.
    pub(crate) instance_path: String,
    /// Path to the keyword, as Ajv spells it: `#/properties/id/type`.
    pub(crate) schema_path: String,
    /// What the value must be, in the words of Ajv.
    pub(crate) message: String,
    /// The value; `None` if there is none.
    pub(crate) instance: Option<Node>,
    /// The keyword's value.
    pub(crate) keyword_value: Node,
    /// The position of the schema with the keyword.
    pub(crate) schema_at: Position,
    /// The position of the value.
    pub(crate) instance_at: Position,
}

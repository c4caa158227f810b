//! Schemas that hold for a value whatever members are added to it.

use crate::document::{Node, Object, Value};
use crate::schema::Bundle;

/// Maximum nesting of schemas.
const MAX_DEPTH: usize = 32;

/// Keywords about values that stay as they are: scalars, and the number of elements and members.
const LASTING: [&str; 15] = [
    "type",
    "required",
    "minProperties",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "minItems",
    "maxItems",
    "nullable",
];

/// Keywords that say nothing about values.
const ANNOTATIONS: [&str; 6] = [
    "title",
    "description",
    "default",
    "example",
    "examples",
    "$comment",
];

/// Returns a schema that is as strict or stricter and, if it holds for a value, also holds for each value with more members.
/// `None` if there is none to be had.
pub(super) fn definite(bundle: &Bundle, schema: &Node) -> Option<Node> {
    of(bundle, schema, 0)
}

fn of(bundle: &Bundle, schema: &Node, depth: usize) -> Option<Node> {
    let Value::Object(object) = &schema.value else {
        return Some(schema.clone());
    };
    if depth > MAX_DEPTH {
        return None;
    }
    let mut result = Object::default();
    let mut required: Vec<Node> = schema
        .get("required")
        .and_then(Node::as_array)
        .unwrap_or_default()
        .to_vec();
    let mut all = Vec::new();
    for (name, member) in object.iter() {
        let node = &member.node;
        match name {
            "const" | "enum" if !is_nested(node) => result.insert(name, node.clone()),
            // A member that is missing may be added with any value.
            "properties" => {
                let mut properties = Object::default();
                for (property, schema) in node.entries() {
                    properties.insert(property, of(bundle, schema, depth + 1)?);
                    required.push(Node::from(property));
                }
                result.insert(name, properties.into());
            }
            "items" => result.insert(name, of(bundle, node, depth + 1)?),
            "allOf" => {
                for branch in node.as_array()? {
                    all.push(of(bundle, branch, depth + 1)?);
                }
            }
            "anyOf" => {
                let branches = node.as_array()?.iter();
                let branches: Vec<Node> = branches
                    .filter_map(|branch| of(bundle, branch, depth + 1))
                    .collect();
                if branches.is_empty() {
                    return None;
                }
                result.insert(name, branches.into());
            }
            "$ref" => all.push(of(bundle, bundle.target_of(schema)?, depth + 1)?),
            _ if LASTING.contains(&name) => result.insert(name, node.clone()),
            _ if ANNOTATIONS.contains(&name) || name.starts_with("x-") => {}
            _ => return None,
        }
    }
    if !required.is_empty() {
        result.insert("required", required.into());
    }
    if !all.is_empty() {
        result.insert("allOf", all.into());
    }
    Some(Node {
        value: Value::Object(result),
        at: schema.at,
    })
}

/// Returns whether values have members or elements, which may be missing.
fn is_nested(value: &Node) -> bool {
    match &value.value {
        Value::Object(_) => true,
        Value::Array(elements) => elements
            .iter()
            .any(|element| matches!(element.value, Value::Array(_) | Value::Object(_))),
        _ => false,
    }
}

//! Tells the parts of a document from values of the API and from maps of names.

use super::{Node, Value};

/// Members that hold values of the API instead of parts of the description: what looks like a keyword there is none.
const VALUES: [&str; 5] = ["example", "examples", "default", "enum", "const"];

/// Members whose own members are names, not keywords: one that is called `default` is no default value.
const NAMED: [&str; 22] = [
    "properties",
    "patternProperties",
    "dependentSchemas",
    "definitions",
    "$defs",
    "schemas",
    "responses",
    "parameters",
    "headers",
    "requestBodies",
    "securitySchemes",
    "callbacks",
    "links",
    "pathItems",
    "paths",
    "webhooks",
    "content",
    "messages",
    "encoding",
    "mapping",
    "scopes",
    "variables",
];

/// What a node of a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// A part of the description: its members are keywords.
    Keywords,
    /// A map: its members are named as its author likes.
    Names,
}

impl Part {
    /// Returns what a member is; `None` for a value of the API.
    pub(super) fn member(self, name: &str) -> Option<Self> {
        match self {
            Self::Keywords if VALUES.contains(&name) || name.starts_with("x-") => None,
            Self::Keywords if NAMED.contains(&name) => Some(Self::Names),
            _ => Some(Self::Keywords),
        }
    }
}

/// Calls `visit` for each node below that is no value of the API, with what it is.
pub(super) fn below<'n>(node: &'n Node, part: Part, visit: &mut dyn FnMut(&'n Node, Part)) {
    match &node.value {
        Value::Array(elements) => {
            for element in elements {
                visit(element, Part::Keywords);
            }
        }
        Value::Object(object) => {
            for (name, member) in object.iter() {
                if let Some(part) = part.member(name) {
                    visit(&member.node, part);
                }
            }
        }
        _ => {}
    }
}

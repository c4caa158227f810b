//! Members that only one side sends.

use std::collections::HashSet;

use crate::document::{Documents, Node, Object, Position, Value};

use super::Direction;
use super::minimum::visit;

/// Maximum nesting of schemas that apply to one place.
const MAX_DEPTH: usize = 16;

/// Handles members that only the other side sends (OpenAPI 3.0, "schema object": `readOnly`, `writeOnly`). A
/// `readOnly` member is not required in a request, and a `writeOnly` one is not allowed in a response. The mark may be in
/// another part of the schema than the requirement: in another member of `allOf`.
pub(super) fn drop(documents: &Documents, schema: &mut Node, direction: Direction) {
    let mark = match direction {
        Direction::Sent => "readOnly",
        Direction::Received => "writeOnly",
    };
    let marks = Marks { documents, mark };
    visit(schema, &mut |place| {
        let mut names = Vec::new();
        marks.collect(place, 0, &mut HashSet::new(), &mut names);
        if !names.is_empty() {
            marks.drop(place, &names, direction, 0);
        }
    });
}

struct Marks<'d> {
    documents: &'d Documents,
    mark: &'static str,
}

impl Marks<'_> {
    /// Collects the names of marked members of a place.
    fn collect(&self, schema: &Node, depth: usize, seen: &mut HashSet<Position>, names: &mut Vec<String>) {
        if depth > MAX_DEPTH {
            return;
        }
        let properties = schema.get("properties").into_iter().flat_map(Node::entries);
        for (name, property) in properties {
            if self.is_marked(property, 0) {
                names.push(name.to_owned());
            }
        }
        for branch in parts(schema) {
            let target = branch
                .get("$ref")
                .and_then(|_| self.documents.resolve(branch).ok());
            if target.is_none_or(|target| seen.insert(target.at)) {
                self.collect(target.unwrap_or(branch), depth + 1, seen, names);
            }
        }
    }

    fn is_marked(&self, property: &Node, depth: usize) -> bool {
        if property.get(self.mark).and_then(Node::as_bool) == Some(true) {
            return true;
        }
        let all_of = property.get("allOf").and_then(Node::as_array).unwrap_or_default();
        let target = property
            .get("$ref")
            .and_then(|_| self.documents.resolve(property).ok());
        depth < MAX_DEPTH
            && all_of
                .iter()
                .chain(target)
                .any(|part| self.is_marked(part, depth + 1))
    }

    fn drop(&self, schema: &mut Node, names: &[String], direction: Direction, depth: usize) {
        let Value::Object(object) = &mut schema.value else {
            return;
        };
        if let Some(Node {
            value: Value::Array(required),
            ..
        }) = object.get_mut("required")
        {
            required.retain(|name| {
                !name
                    .as_str()
                    .is_some_and(|name| names.iter().any(|dropped| dropped == name))
            });
        }
        if direction == Direction::Received {
            self.forbid(object);
        }
        if depth > MAX_DEPTH {
            return;
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            if let Some(Node {
                value: Value::Array(branches),
                ..
            }) = object.get_mut(keyword)
            {
                for branch in branches {
                    self.drop(branch, names, direction, depth + 1);
                }
            }
        }
    }

    fn forbid(&self, object: &mut Object) {
        let Some(Node {
            value: Value::Object(properties),
            ..
        }) = object.get_mut("properties")
        else {
            return;
        };
        for (_, member) in properties.iter_mut() {
            if self.is_marked(&member.node, 0) {
                member.node.value = Value::Bool(false);
            }
        }
    }
}

/// Returns the schemas that apply to the same place as this one.
fn parts(schema: &Node) -> impl Iterator<Item = &Node> {
    ["allOf", "anyOf", "oneOf"]
        .into_iter()
        .flat_map(|keyword| schema.get(keyword).and_then(Node::as_array).unwrap_or_default())
}

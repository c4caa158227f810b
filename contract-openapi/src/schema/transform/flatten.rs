//! Merges `allOf` into its schema, so that the merged object can be closed.

use indexmap::IndexSet;

use crate::document::{Node, Object, Value};
use crate::schema::Bundle;
use crate::schema::bundle::Target;

use super::SchemaRules;
use super::merge::{conjoin, merge_members};

/// Maximum nesting of `allOf`.
const MAX_DEPTH: usize = 64;

/// Merges `allOf` in a schema and all targets of its references.
pub(super) fn flatten(bundle: &Bundle, rules: SchemaRules) -> Bundle {
    let mut flat = Flatten {
        bundle,
        rules,
        active: IndexSet::new(),
        depth: 0,
    };
    let root = flat.schema(&bundle.root);
    let mut result = Bundle::of(root);
    for target in bundle.references() {
        if let Some(schema) = bundle.target(&target) {
            flat.active.clear();
            flat.active.insert(target.clone());
            let schema = flat.schema(schema);
            result.insert(target, schema);
        }
    }
    result
}

struct Flatten<'a> {
    bundle: &'a Bundle,
    rules: SchemaRules,
    /// References that are being merged: a recursive one stays a reference.
    active: IndexSet<Target>,
    depth: usize,
}

impl Flatten<'_> {
    fn schema(&mut self, schema: &Node) -> Node {
        if self.depth >= MAX_DEPTH {
            return schema.clone();
        }
        self.depth += 1;
        let flat = if schema.get("allOf").is_some() {
            self.all_of(schema)
        } else if self.rules.all_of_is_conjunction {
            self.everywhere(schema)
        } else {
            self.first_kind(schema)
        };
        self.depth -= 1;
        flat
    }

    fn all_of(&mut self, schema: &Node) -> Node {
        let mut merged = schema.clone();
        let Value::Object(object) = &mut merged.value else {
            return merged;
        };
        object.remove("allOf");
        if self.rules.all_of_is_conjunction {
            let mut whole = Object::default();
            conjoin(&mut whole, object);
            let mut kept = Vec::new();
            for branch in schema.get("allOf").and_then(Node::as_array).unwrap_or_default() {
                match self.branch(branch) {
                    Some(Node {
                        value: Value::Object(branch),
                        ..
                    }) => conjoin(&mut whole, &branch),
                    Some(other) => kept.push(other),
                    None => kept.push(branch.clone()),
                }
            }
            let mut rest = whole
                .get("allOf")
                .and_then(Node::as_array)
                .unwrap_or_default()
                .to_vec();
            rest.extend(kept);
            if !rest.is_empty() {
                whole.insert("allOf", rest.into());
            }
            return self.everywhere(&Node {
                value: Value::Object(whole),
                at: schema.at,
            });
        }
        for branch in schema.get("allOf").and_then(Node::as_array).unwrap_or_default() {
            if let Some(branch) = self.branch(branch) {
                let branch = self.inline_properties(branch);
                merge_members(&mut merged, &branch);
            }
        }
        merged
    }

    /// Returns a member of `allOf` with the target of its reference inlined; `None` if it is recursive.
    fn branch(&mut self, branch: &Node) -> Option<Node> {
        let Some(target) = Target::of(branch) else {
            return Some(self.schema(branch));
        };
        if !self.active.insert(target.clone()) {
            return None;
        }
        let mut whole = branch.clone();
        if let Value::Object(object) = &mut whole.value {
            object.remove("$ref");
            let referenced = self.bundle.target(&target).and_then(Node::as_object);
            for (name, member) in referenced.into_iter().flat_map(Object::iter) {
                object.insert_member(name.into(), member.clone());
            }
        }
        let flat = self.schema(&whole);
        self.active.shift_remove(&target);
        Some(flat)
    }

    /// Replaces properties that are only a reference by their targets, so that merging does not mix both.
    fn inline_properties(&mut self, mut schema: Node) -> Node {
        let Value::Object(object) = &mut schema.value else {
            return schema;
        };
        let Some(Node {
            value: Value::Object(properties),
            ..
        }) = object.get_mut("properties")
        else {
            return schema;
        };
        for (_, member) in properties.iter_mut() {
            let is_reference_alone = member
                .node
                .as_object()
                .is_some_and(|property| property.len() == 1);
            let Some(target) = Target::of(&member.node).filter(|_| is_reference_alone) else {
                continue;
            };
            if !self.active.insert(target.clone()) {
                continue;
            }
            if let Some(referenced) = self.bundle.target(&target) {
                member.node = self.schema(referenced);
            }
            self.active.shift_remove(&target);
        }
        schema
    }

    /// Transforms the properties, or the schemas of the first other keyword, like the `parity` profile.
    fn first_kind(&mut self, schema: &Node) -> Node {
        let mut flat = schema.clone();
        let Value::Object(object) = &mut flat.value else {
            return flat;
        };
        if let Some(Node {
            value: Value::Object(properties),
            ..
        }) = object.get_mut("properties")
        {
            for (_, member) in properties.iter_mut() {
                member.node = self.schema(&member.node);
            }
            return flat;
        }
        for keyword in ["oneOf", "anyOf", "not", "items", "additionalProperties"] {
            if let Some(below) = object.get_mut(keyword) {
                self.keyword(below);
                return flat;
            }
        }
        flat
    }

    /// Transforms the schemas of all keywords.
    fn everywhere(&mut self, schema: &Node) -> Node {
        let mut flat = schema.clone();
        let Value::Object(object) = &mut flat.value else {
            return flat;
        };
        for keyword in ["properties", "patternProperties", "dependentSchemas"] {
            if let Some(Node {
                value: Value::Object(properties),
                ..
            }) = object.get_mut(keyword)
            {
                for (_, member) in properties.iter_mut() {
                    member.node = self.schema(&member.node);
                }
            }
        }
        for keyword in [
            "allOf",
            "oneOf",
            "anyOf",
            "prefixItems",
            "not",
            "items",
            "additionalProperties",
            "if",
            "then",
            "else",
            "contains",
            "propertyNames",
        ] {
            if let Some(below) = object.get_mut(keyword) {
                self.keyword(below);
            }
        }
        flat
    }

    fn keyword(&mut self, below: &mut Node) {
        match &mut below.value {
            Value::Array(branches) => {
                for branch in branches {
                    *branch = self.schema(branch);
                }
            }
            _ => *below = self.schema(below),
        }
    }
}

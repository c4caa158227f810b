//! Converts schemas of values that the consumer receives: a contract has only the members that the consumer
//! needs, so none is required, and all must be declared.

use std::collections::HashSet;

use crate::document::{Node, Value};
use crate::schema::Bundle;
use crate::schema::bundle::Target;

use super::SchemaRules;

/// Closes objects and removes `required`, in the schema and in all targets of its references.
pub(crate) fn received(bundle: &mut Bundle, rules: SchemaRules) {
    let mut reached = Reached::default();
    let mut root = std::mem::take(&mut bundle.root);
    reached.walk(&mut root, rules);
    bundle.root = root;
    while let Some(target) = reached.waiting.pop() {
        let nullable = reached.nullable.contains(&target);
        if let Some(schema) = bundle.target_mut(&target) {
            if nullable {
                mark_nullable(schema);
            }
            reached.walk(schema, rules);
        }
    }
}

#[derive(Default)]
struct Reached {
    seen: HashSet<Target>,
    waiting: Vec<Target>,
    /// References that were `nullable`; their targets are nullable as well.
    nullable: HashSet<Target>,
}

/// Makes the target of a `nullable` reference nullable; it then is an object if it has no type.
fn mark_nullable(schema: &mut Node) {
    let Value::Object(object) = &mut schema.value else {
        return;
    };
    object.insert("nullable", true.into());
    if !object.contains("type") {
        object.insert("type", "object".into());
    }
}

impl Reached {
    fn walk(&mut self, schema: &mut Node, rules: SchemaRules) {
        if let Some(target) = Target::of(schema) {
            let is_nullable = schema.get("nullable").and_then(Node::as_bool) == Some(true);
            if self.seen.insert(target.clone()) {
                if is_nullable && !rules.nullable_needs_type {
                    self.nullable.insert(target.clone());
                }
                self.waiting.push(target);
            }
            return;
        }
        let Value::Object(object) = &mut schema.value else {
            return;
        };
        for keyword in ["allOf", "oneOf", "anyOf", "prefixItems"] {
            if let Some(Node {
                value: Value::Array(branches),
                ..
            }) = object.get_mut(keyword)
            {
                for branch in branches {
                    self.walk(branch, rules);
                }
            }
        }
        if let Some(Node {
            value: Value::Object(properties),
            ..
        }) = object.get_mut("properties")
        {
            for (_, member) in properties.iter_mut() {
                self.walk(&mut member.node, rules);
            }
        }
        for keyword in ["not", "items", "additionalProperties"] {
            if let Some(below) = object.get_mut(keyword) {
                self.walk(below, rules);
            }
        }
        close(schema, rules);
    }
}

/// Closes an object and removes its requirements.
fn close(schema: &mut Node, rules: SchemaRules) {
    let at = schema.at;
    let Value::Object(object) = &mut schema.value else {
        return;
    };
    let is_object = object.get("type").and_then(Node::as_str) == Some("object");
    let is_combined = ["oneOf", "allOf", "anyOf"]
        .iter()
        .any(|keyword| object.contains(keyword));
    let is_open = match object
        .get("additionalProperties")
        .map(|additional| &additional.value)
    {
        None => true,
        Some(Value::Bool(true)) => !rules.free_form_maps,
        Some(_) => false,
    };
    let has_other_members = rules.free_form_maps
        && ["patternProperties", "unevaluatedProperties"]
            .iter()
            .any(|keyword| object.contains(keyword));
    if is_object && is_open && !is_combined && !has_other_members {
        object.insert(
            "additionalProperties",
            Node {
                at,
                ..Node::from(false)
            },
        );
    }
    if !object.contains("oneOf") {
        object.remove("required");
    } else if rules.one_of_is_any_of && !object.contains("discriminator") {
        object.remove("required");
        if let Some(branches) = object.remove("oneOf") {
            if object.contains("anyOf") {
                object.insert("oneOf", branches);
            } else {
                object.insert("anyOf", branches);
            }
        }
    }
}

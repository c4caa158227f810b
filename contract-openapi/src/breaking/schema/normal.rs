//! Compares schemas independently of their notation.

use crate::description::Description;
use crate::document::{Node, Value};

/// Keywords without an effect on which values are valid.
const ANNOTATIONS: &[&str] = &[
    "title",
    "description",
    "example",
    "examples",
    "default",
    "deprecated",
    "externalDocs",
    "xml",
    "readOnly",
    "writeOnly",
    "$comment",
];

/// Returns whether a keyword has no effect on which values are valid.
pub(super) fn is_annotation(keyword: &str) -> bool {
    ANNOTATIONS.contains(&keyword) || keyword.starts_with("x-")
}

/// Returns whether a schema has no effect on which values are valid.
pub(super) fn says_nothing(schema: &Node) -> bool {
    match &schema.value {
        Value::Bool(flag) => *flag,
        _ => schema.entries().all(|(keyword, _)| is_annotation(keyword)),
    }
}

/// Returns whether two schemas are written with the same keywords, annotations aside. `resolve` follows references, a
/// few steps.
pub(super) fn is_equivalent(
    one: &Node,
    other: &Node,
    resolve: &dyn Fn(&Node, bool) -> Node,
    depth: usize,
) -> bool {
    if depth > 24 {
        return false;
    }
    let reference = |node: &Node| node.get("$ref").and_then(Node::as_str).map(str::to_owned);
    if let (Some(one), Some(other)) = (reference(one), reference(other))
        && one == other
        && depth > 0
    {
        return true;
    }
    let (one, other) = (resolve(one, true), resolve(other, false));
    match (&one.value, &other.value) {
        (Value::Object(members), Value::Object(others)) => {
            let says = |keyword: &str| !is_annotation(keyword);
            let count = |node: &Node| node.entries().filter(|(keyword, _)| says(keyword)).count();
            count(&one) == count(&other)
                && members
                    .iter()
                    .filter(|(keyword, _)| says(keyword))
                    .all(|(keyword, member)| {
                        others.get(keyword).is_some_and(|other| {
                            if is_set(keyword) {
                                same_set(&member.node, other)
                            } else {
                                is_equivalent_keyword(keyword, &member.node, other, resolve, depth)
                            }
                        })
                    })
        }
        _ => one.same_value(&other),
    }
}

/// Returns whether two parts of descriptions say the same, annotations aside, with references followed.
pub(in crate::breaking) fn is_alike(
    base: &Description,
    one: &Node,
    revision: &Description,
    other: &Node,
) -> bool {
    alike(base, one, revision, other, 0)
}

/// Like [`is_alike`]; parts that are nested deeper than any that are written by hand are alike.
fn alike(base: &Description, one: &Node, revision: &Description, other: &Node, depth: usize) -> bool {
    if depth > 24 {
        return true;
    }
    let (one, other) = (base.resolve(one), revision.resolve(other));
    let below = |one: &Node, other: &Node| alike(base, one, revision, other, depth + 1);
    match (&one.value, &other.value) {
        (Value::Object(_), Value::Object(_)) => {
            let says = |(keyword, _): &(&str, &Node)| !is_annotation(keyword) && !NAMES.contains(keyword);
            one.entries().filter(says).count() == other.entries().filter(says).count()
                && one.entries().filter(says).all(|(keyword, member)| {
                    other.get(keyword).is_some_and(|other| {
                        if is_set(keyword) {
                            same_set(member, other)
                        } else {
                            below(member, other)
                        }
                    })
                })
        }
        (Value::Array(ones), Value::Array(others)) => {
            ones.len() == others.len() && ones.iter().zip(others).all(|(one, other)| below(one, other))
        }
        _ => one.same_value(other),
    }
}

/// Members of operations and responses that name and explain.
const NAMES: [&str; 3] = ["summary", "operationId", "tags"];

/// Returns whether the order of the keyword's elements is irrelevant.
fn is_set(keyword: &str) -> bool {
    matches!(keyword, "required" | "enum" | "type")
}

fn same_set(one: &Node, other: &Node) -> bool {
    match (one.as_array(), other.as_array()) {
        (Some(one), Some(other)) => {
            one.len() == other.len() && one.iter().all(|element| other.contains(element))
        }
        _ => one.same_value(other),
    }
}

fn is_equivalent_keyword(
    keyword: &str,
    one: &Node,
    other: &Node,
    resolve: &dyn Fn(&Node, bool) -> Node,
    depth: usize,
) -> bool {
    match keyword {
        "properties" | "patternProperties" | "dependentSchemas" => {
            one.entries().count() == other.entries().count()
                && one.entries().all(|(name, schema)| {
                    other
                        .get(name)
                        .is_some_and(|other| is_equivalent(schema, other, resolve, depth + 1))
                })
        }
        "allOf" | "anyOf" | "oneOf" | "prefixItems" => {
            let (one, other) = (
                one.as_array().unwrap_or_default(),
                other.as_array().unwrap_or_default(),
            );
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other)
                    .all(|(one, other)| is_equivalent(one, other, resolve, depth + 1))
        }
        "items" | "additionalProperties" | "not" | "if" | "then" | "else" | "contains" | "propertyNames" => {
            is_equivalent(one, other, resolve, depth + 1)
        }
        _ => one.same_value(other),
    }
}

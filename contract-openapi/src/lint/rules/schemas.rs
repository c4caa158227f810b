//! Schemas.

use super::{Doc, Findings, first_repeated};
use crate::description::Version;
use crate::document::{Node, Value};

pub(in crate::lint) fn repeated_enum_values(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for spot in doc.everything() {
        let Some(list) = spot
            .node
            .get("enum")
            .and_then(Node::as_array)
            .filter(|_| spot.name() != Some("properties"))
        else {
            continue;
        };
        if first_repeated(list).is_some() {
            findings.at(&spot.below("enum"), "the enum must not have a value twice");
        }
    }
}

pub(in crate::lint) fn reference_siblings(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    if doc.version.is_some_and(|version| version > Version::V3_0) {
        return;
    }
    for spot in doc.everything() {
        let is_reference = spot.node.get("$ref").is_some();
        for child in spot
            .children()
            .into_iter()
            .filter(|child| is_reference && child.name() != Some("$ref"))
        {
            findings.at(&child.path, "nothing must stand beside $ref");
        }
    }
}

pub(in crate::lint) fn array_items(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for spot in doc.everything() {
        let is_array = spot.node.get("type").and_then(Node::as_str) == Some("array");
        if is_array && !spot.node.get("items").is_some_and(super::is_truthy) {
            findings.at(&spot.path, "a schema of arrays must have items");
        }
    }
}

pub(in crate::lint) fn typed_enum(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for spot in doc.everything() {
        let (Some(list), Some(types)) = (
            spot.node.get("enum").and_then(Node::as_array),
            spot.node.get("type"),
        ) else {
            continue;
        };
        let mut names: Vec<&str> = types.as_str().into_iter().chain(types.strings()).collect();
        let is_true = |member: &str| spot.node.get(member).and_then(Node::as_bool) == Some(true);
        if is_true("nullable") && doc.version == Some(Version::V3_0) || is_true("x-nullable") && doc.is_v2() {
            names.push("null");
        }
        if names.is_empty() {
            continue;
        }
        for (index, value) in list.iter().enumerate() {
            if !names.iter().any(|name| is_of_type(value, name)) {
                let mut path = spot.below("enum");
                path.push(index.into());
                findings.at(
                    &path,
                    format!(
                        "the enum value {} must be of type {}",
                        value.to_json(),
                        names.join(", ")
                    ),
                );
            }
        }
    }
}

/// Returns whether a value has this type of JSON Schema.
pub(in crate::lint) fn is_of_type(value: &Node, name: &str) -> bool {
    match (&value.value, name) {
        (Value::Null, "null")
        | (Value::Bool(_), "boolean")
        | (Value::String(_), "string")
        | (Value::Array(_), "array")
        | (Value::Object(_), "object")
        | (Value::Number(_), "number") => true,
        (Value::Number(number), "integer") => number.as_f64().fract() == 0.0,
        _ => false,
    }
}

pub(in crate::lint) fn discriminator(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for definition in doc
        .at(&["definitions"])
        .filter(|_| doc.is_v2())
        .map(|spot| spot.children())
        .unwrap_or_default()
    {
        let Some(name) = definition.node.get("discriminator").and_then(Node::as_str) else {
            continue;
        };
        if definition
            .node
            .get("properties")
            .and_then(|properties| properties.get(name))
            .is_none()
        {
            findings.exactly(
                &definition.below("properties"),
                "the discriminator must be a property of the schema",
            );
        }
        if !definition
            .node
            .get("required")
            .into_iter()
            .flat_map(Node::strings)
            .any(|other| other == name)
        {
            findings.exactly(
                &definition.below("required"),
                "the discriminator must be required",
            );
        }
    }
}

pub(in crate::lint) fn any_of_v2(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    keyword_v2(doc, findings, "anyOf");
}

pub(in crate::lint) fn one_of_v2(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    keyword_v2(doc, findings, "oneOf");
}

fn keyword_v2(doc: &Doc<'_>, findings: &mut Findings<'_>, keyword: &str) {
    for spot in doc
        .everything()
        .iter()
        .filter(|spot| doc.is_v2() && spot.name() == Some(keyword))
    {
        findings.at(&spot.path, format!("{keyword} does not exist in OpenAPI 2.0"));
    }
}

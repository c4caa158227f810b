//! Schemas.

use super::text;
use crate::description::Version;
use crate::document::Node;
use crate::lint::document::Doc;
use crate::lint::group::Findings;

pub(in crate::lint) fn types(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for schema in doc.schemas() {
        let Some(node) = schema.node.get("type") else {
            continue;
        };
        let names: Vec<&str> = node.as_str().into_iter().chain(node.strings()).collect();
        let is_new = doc.version.is_some_and(Version::has_json_schema);
        let is_known = |name: &&str| match *name {
            "string" | "number" | "integer" | "boolean" | "array" | "object" => true,
            "null" => is_new,
            "file" => doc.is_v2(),
            _ => false,
        };
        let is_list_allowed = node.as_array().is_none() || is_new;
        if names.is_empty() || !names.iter().all(is_known) || !is_list_allowed {
            findings.at(
                &schema.below("type"),
                format!("{} is no type of this version of OpenAPI", node.to_json()),
            );
        }
    }
}

pub(in crate::lint) fn items(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    if doc.version.is_some_and(Version::has_json_schema) {
        return;
    }
    for schema in doc.schemas() {
        if text(schema, "type") == Some("array") && schema.node.get("items").is_none() {
            findings.at(&schema.path, "a schema of arrays must have items");
        }
    }
}

pub(in crate::lint) fn patterns(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for schema in doc.schemas() {
        let Some(pattern) = text(schema, "pattern") else {
            continue;
        };
        if doc.patterns.pattern(pattern).is_match("").is_none() {
            findings.at(
                &schema.below("pattern"),
                format!("{pattern} is no regular expression that can be read"),
            );
        }
    }
}

fn ordered(doc: &Doc<'_>, findings: &mut Findings<'_>, low: &str, high: &str) {
    for schema in doc.schemas() {
        let number = |keyword: &str| schema.node.get(keyword).and_then(Node::as_f64);
        if let (Some(least), Some(most)) = (number(low), number(high))
            && least > most
        {
            findings.at(
                &schema.below(low),
                format!("{low} {least} is more than {high} {most}: nothing is valid"),
            );
        }
    }
}

pub(in crate::lint) fn bounds(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    ordered(doc, findings, "minimum", "maximum");
}

pub(in crate::lint) fn lengths(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    ordered(doc, findings, "minLength", "maxLength");
}

pub(in crate::lint) fn item_counts(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    ordered(doc, findings, "minItems", "maxItems");
}

pub(in crate::lint) fn property_counts(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    ordered(doc, findings, "minProperties", "maxProperties");
}

pub(in crate::lint) fn multiples(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for schema in doc.schemas() {
        if schema
            .node
            .get("multipleOf")
            .and_then(Node::as_f64)
            .is_some_and(|step| step <= 0.0)
        {
            findings.at(&schema.below("multipleOf"), "multipleOf must be greater than 0");
        }
    }
}

pub(in crate::lint) fn empty_enums(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for schema in doc.schemas() {
        if schema
            .node
            .get("enum")
            .and_then(Node::as_array)
            .is_some_and(<[Node]>::is_empty)
        {
            findings.at(&schema.below("enum"), "the enum has no value: nothing is valid");
        }
    }
}

pub(in crate::lint) fn constants(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for schema in doc.schemas() {
        let (Some(constant), Some(list)) = (
            schema.node.get("const"),
            schema.node.get("enum").and_then(Node::as_array),
        ) else {
            continue;
        };
        if !list.contains(constant) {
            findings.at(
                &schema.below("const"),
                "const must be one of the values of enum: nothing is valid",
            );
        }
    }
}

pub(in crate::lint) fn required_twice(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for schema in doc.schemas() {
        let names: Vec<&str> = schema
            .node
            .get("required")
            .into_iter()
            .flat_map(Node::strings)
            .collect();
        if let Some(name) = names
            .iter()
            .enumerate()
            .find(|(index, name)| names[..*index].contains(name))
            .map(|(_, name)| name)
        {
            findings.at(&schema.below("required"), format!("{name} is listed twice"));
        }
    }
}

pub(in crate::lint) fn read_and_write_only(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for schema in doc.schemas() {
        let is_true = |keyword: &str| schema.node.get(keyword).and_then(Node::as_bool) == Some(true);
        if is_true("readOnly") && is_true("writeOnly") {
            findings.at(&schema.path, "a property must not be both readOnly and writeOnly");
        }
    }
}

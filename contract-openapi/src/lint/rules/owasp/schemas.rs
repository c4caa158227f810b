//! Schemas and parameters: what is not bounded can be abused.

use super::text;
use crate::document::{Node, Value};
use crate::lint::document::{Doc, Spot};
use crate::lint::group::Findings;
use crate::lint::rules::validity::parameters::all_parameters;

fn is_of_type(schema: &Spot<'_>, name: &str) -> bool {
    schema
        .node
        .get("type")
        .is_some_and(|types| types.as_str() == Some(name) || types.strings().any(|other| other == name))
}

fn has_any(schema: &Spot<'_>, keywords: &[&str]) -> bool {
    keywords.iter().any(|keyword| schema.node.get(keyword).is_some())
}

/// Reports schemas of a type that have none of these keywords.
fn without(doc: &Doc<'_>, findings: &mut Findings<'_>, name: &str, keywords: &[&str]) {
    for schema in doc.schemas().iter().filter(|schema| is_of_type(schema, name)) {
        if !has_any(schema, keywords) {
            findings.at(
                &schema.below("type"),
                format!("a schema of type {name} must have {}", keywords.join(", ")),
            );
        }
    }
}

pub(in crate::lint) fn numeric_ids(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for parameter in all_parameters(doc) {
        let is_id = text(&parameter, "name").is_some_and(|name| name.to_ascii_lowercase().ends_with("id"));
        let schema = if doc.is_v2() {
            Some(parameter)
        } else {
            parameter.member("schema")
        };
        if let Some(schema) = schema.filter(|schema| is_id && is_of_type(schema, "integer")) {
            findings.at(
                &schema.below("type"),
                "an id must not be a number: use random ids, which cannot be guessed",
            );
        }
    }
}

pub(in crate::lint) fn array_limit(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    without(doc, findings, "array", &["maxItems"]);
}

pub(in crate::lint) fn string_limit(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    without(doc, findings, "string", &["maxLength", "const", "enum"]);
}

pub(in crate::lint) fn string_restricted(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    without(doc, findings, "string", &["format", "const", "enum", "pattern"]);
}

pub(in crate::lint) fn integer_limit(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for schema in doc
        .schemas()
        .iter()
        .filter(|schema| is_of_type(schema, "integer"))
    {
        let is_bounded = has_any(schema, &["const", "enum"])
            || has_any(schema, &["minimum", "exclusiveMinimum"])
                && has_any(schema, &["maximum", "exclusiveMaximum"]);
        if !is_bounded {
            findings.at(
                &schema.below("type"),
                "a schema of type integer must have a minimum and a maximum",
            );
        }
    }
}

pub(in crate::lint) fn integer_format(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for schema in doc
        .schemas()
        .iter()
        .filter(|schema| is_of_type(schema, "integer"))
    {
        if !matches!(text(schema, "format"), Some("int32" | "int64")) {
            findings.at(
                &schema.below("type"),
                "a schema of type integer must have the format int32 or int64",
            );
        }
    }
}

pub(in crate::lint) fn additional_properties(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for schema in doc.schemas().iter().filter(|schema| is_of_type(schema, "object")) {
        let admits_any = schema
            .node
            .get("additionalProperties")
            .is_none_or(|node| node.as_bool() == Some(true));
        if admits_any && schema.node.get("unevaluatedProperties").and_then(Node::as_bool) != Some(false) {
            findings.at(
                &schema.path,
                "an object that admits any member invites mass assignment: set additionalProperties to false or to a schema",
            );
        }
    }
}

pub(in crate::lint) fn constrained_properties(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for schema in doc.schemas().iter().filter(|schema| is_of_type(schema, "object")) {
        let admits_more = match schema.node.get("additionalProperties").map(|node| &node.value) {
            Some(Value::Object(_)) => true,
            Some(Value::Bool(flag)) => *flag,
            _ => false,
        };
        if admits_more && schema.node.get("maxProperties").is_none() {
            findings.at(
                &schema.path,
                "an object with additionalProperties must have maxProperties",
            );
        }
    }
}

//! Examples and defaults.

use std::cell::Cell;

use super::{Doc, Findings, Segment};
use crate::description::Version;
use crate::document::{Node, Value, unescape};
use crate::lint::document::Spot;
use crate::schema::plain;
use crate::schema::validate::{Dialect, MAX_WORK, Validator};

pub(in crate::lint) fn schema_v2(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    if doc.is_v2() {
        schemas(
            doc,
            findings,
            &["definitions", "parameters", "responses"],
            &["example", "x-example", "default"],
        );
    }
}

pub(in crate::lint) fn schema_v3(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    if doc.is_v3() {
        schemas(
            doc,
            findings,
            &["schemas", "content", "headers", "parameters"],
            &["example", "default"],
        );
    }
}

/// Reports defaults that their schemas do not allow.
pub(in crate::lint) fn defaults(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    let places: &[&str] = if doc.is_v2() {
        &["definitions", "parameters", "responses"]
    } else {
        &["schemas", "content", "headers", "parameters"]
    };
    schemas(doc, findings, places, &["default"]);
}

/// Checks examples next to the keywords of a schema.
fn schemas(doc: &Doc<'_>, findings: &mut Findings<'_>, places: &[&str], members: &[&str]) {
    for spot in doc.everything() {
        let is_schema = ["enum", "type", "format", "$ref", "properties", "items"]
            .iter()
            .any(|keyword| spot.node.get(keyword).is_some());
        let is_placed = places.iter().any(|place| spot.is_below(place)) && spot.name() != Some("properties");
        if !is_schema || !is_placed || is_in_example(spot) {
            continue;
        }
        for member in members {
            if let Some(example) = spot.node.get(member) {
                judge(doc, findings, spot.node, example, spot.below(*member));
            }
        }
    }
}

/// Returns whether a node is part of an example, not of the description.
fn is_in_example(spot: &Spot<'_>) -> bool {
    let names: Vec<&str> = spot
        .path
        .iter()
        .filter_map(|segment| match segment {
            Segment::Name(name) => Some(name.as_str()),
            Segment::Index(_) => None,
        })
        .collect();
    names.windows(2).any(|pair| {
        matches!(pair[1], "example" | "examples") && pair[0] != "properties" && pair[0] != "components"
    })
}

pub(in crate::lint) fn media_v2(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    if !doc.is_v2() {
        return;
    }
    for spot in doc.everything().iter().filter(|spot| spot.is_below("responses")) {
        let (Some(schema), Some(examples)) = (spot.node.get("schema"), spot.member("examples")) else {
            continue;
        };
        for example in examples.children() {
            judge(doc, findings, schema, example.node, example.path.clone());
        }
    }
}

pub(in crate::lint) fn media_v3(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    if !doc.is_v3() {
        return;
    }
    for spot in doc.everything() {
        let is_placed = ["content", "headers", "parameters"]
            .iter()
            .any(|place| spot.is_below(place));
        let Some(schema) = spot
            .node
            .get("schema")
            .filter(|_| is_placed && !is_in_example(spot))
        else {
            continue;
        };
        if let Some(example) = spot.node.get("example") {
            judge(doc, findings, schema, example, spot.below("example"));
            continue;
        }
        for example in spot
            .member("examples")
            .map(|examples| examples.children())
            .unwrap_or_default()
        {
            let node = doc.resolve(example.node);
            let Some(value) = node.get("value").filter(|_| node.get("externalValue").is_none()) else {
                continue;
            };
            judge(doc, findings, schema, value, example.below("value"));
        }
    }
}

/// Reports the first keyword that an example violates.
fn judge(doc: &Doc<'_>, findings: &mut Findings<'_>, schema: &Node, example: &Node, path: Vec<Segment>) {
    let mut schema = schema.clone();
    if let Value::Object(object) = &mut schema.value {
        // In parameters of OpenAPI 2.0, `required` is a Boolean.
        if object.get("required").and_then(Node::as_bool).is_some() {
            object.remove("required");
        }
        if object.get("type").and_then(Node::as_str) == Some("file") {
            object.remove("type");
        }
    }
    let bundle = plain(doc.documents, &schema);
    let is_new = doc.version.is_some_and(Version::has_json_schema);
    let dialect = if is_new {
        Dialect::Draft202012
    } else {
        Dialect::Draft201909
    };
    let validator = Validator {
        bundle: &bundle,
        patterns: &doc.patterns,
        dialect,
        bounds_int64: true,
        coerces: false,
        budget: &Cell::new(MAX_WORK),
    };
    let Some(failure) = validator.outcome(Some(example)).failures.into_iter().next() else {
        return;
    };
    let is_default = matches!(path.last(), Some(Segment::Name(name)) if name == "default");
    let what = if is_default { "default" } else { "example" };
    let mut place = path;
    let mut node = example;
    for token in failure.instance_path.split('/').skip(1).map(unescape) {
        let segment = match node.as_array() {
            Some(_) => Segment::Index(token.parse().unwrap_or_default()),
            None => Segment::Name(token.into_owned()),
        };
        node = match &segment {
            Segment::Name(name) => node.get(name).unwrap_or(node),
            Segment::Index(index) => node
                .as_array()
                .and_then(|elements| elements.get(*index))
                .unwrap_or(node),
        };
        place.push(segment);
    }
    findings.at(&place, format!("the {what} {}", failure.message));
}

pub(in crate::lint) fn value_or_external(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    if !doc.is_v3() {
        return;
    }
    for spot in doc.everything() {
        if spot.name() != Some("examples") || spot.node.as_object().is_none() {
            continue;
        }
        let above: Vec<String> = spot.path.iter().map(ToString::to_string).collect();
        let is_of_components = above == ["components", "examples"];
        let is_of_media = above.len() >= 3
            && matches!(
                above[above.len() - 3].as_str(),
                "content" | "parameters" | "headers"
            )
            && (above[0] == "paths" || above[0] == "components");
        if !is_of_components && !is_of_media {
            continue;
        }
        for example in spot.children() {
            let has = |member: &str| example.node.get(member).is_some();
            let is_object = example.node.as_object().is_some() && !has("$ref");
            if is_object && has("value") == has("externalValue") {
                findings.at(
                    &example.path,
                    "an example must have either value or externalValue",
                );
            }
        }
    }
}

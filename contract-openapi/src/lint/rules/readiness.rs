//! Requirements for a comparison with contracts.

use super::{Doc, Findings};
use crate::description::{MediaType, Version};
use crate::document::Node;
use crate::lint::document::Spot;
use crate::schema::Format;

/// Returns the schemas of JSON responses.
fn response_media<'d>(doc: &Doc<'d>) -> Vec<Spot<'d>> {
    let responses = doc
        .operations()
        .into_iter()
        .filter_map(|operation| operation.member("responses"));
    let responses = responses.flat_map(|responses| responses.children());
    let resolved = responses.map(|response| Spot {
        node: doc.resolve(response.node),
        ..response
    });
    let content = resolved.filter_map(|response| response.member("content"));
    let media = content.flat_map(|content| content.children());
    media
        .filter(|media| media.name().is_some_and(|name| MediaType::parse(name).is_json()))
        .collect()
}

pub(in crate::lint) fn version(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    if doc.version == Some(Version::V3_2) {
        findings.at(
            &["openapi".into()],
            "this version is read as OpenAPI 3.1 with the method query and additionalOperations: what else is new in it is not checked",
        );
    }
}

pub(in crate::lint) fn response_schema(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for media in response_media(doc) {
        if media.node.get("schema").is_none() {
            findings.at(
                &media.path,
                "the JSON response has no schema: every body agrees with it",
            );
        }
    }
}

pub(in crate::lint) fn required_stated(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for media in response_media(doc) {
        let Some(schema) = media.node.get("schema") else {
            continue;
        };
        let resolved = doc.resolve(schema);
        let has_properties = resolved
            .get("properties")
            .is_some_and(|properties| properties.entries().next().is_some());
        if has_properties && resolved.get("required").is_none() && resolved.get("allOf").is_none() {
            findings.at(
                &media.below("schema"),
                "the object requires no property: every one of them may be absent",
            );
        }
    }
}

pub(in crate::lint) fn object_type(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for schema in doc.schemas() {
        let is_untyped = schema.node.get("properties").is_some() && schema.node.get("type").is_none();
        let is_part = schema.is_below("allOf")
            || schema.is_below("anyOf")
            || schema.is_below("oneOf")
            || schema.node.get("allOf").is_some();
        if is_untyped && !is_part {
            findings.at(
                &schema.path,
                "the schema has properties and no type: any text agrees with it",
            );
        }
    }
}

pub(in crate::lint) fn nullable_type(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for schema in doc.schemas() {
        let is_nullable = schema.node.get("nullable").and_then(Node::as_bool) == Some(true);
        if is_nullable && schema.node.get("type").is_none() {
            findings.at(&schema.below("nullable"), "nullable says nothing without type");
        }
    }
}

pub(in crate::lint) fn discriminator(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    if !doc.is_v3() {
        return;
    }
    for schema in doc.schemas() {
        let Some(discriminator) = schema.member("discriminator") else {
            continue;
        };
        let mapping = discriminator
            .member("mapping")
            .map(|mapping| mapping.children())
            .unwrap_or_default();
        for target in mapping {
            let text = target.node.as_str().unwrap_or_default();
            let is_name = doc
                .at(&["components", "schemas"])
                .is_some_and(|schemas| schemas.node.get(text).is_some());
            if !is_name && doc.documents.lookup(target.node.at.base(), text).is_err() {
                findings.at(
                    &target.path,
                    format!("the discriminator maps to {text}, which does not exist"),
                );
            }
        }
    }
}

pub(in crate::lint) fn formats(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    const UNCHECKED: [&str; 5] = ["float", "double", "binary", "password", "decimal"];
    for schema in doc.schemas() {
        let Some(name) = schema.node.get("format").and_then(Node::as_str) else {
            continue;
        };
        if Format::named(name).is_none() && !UNCHECKED.contains(&name) {
            findings.at(
                &schema.below("format"),
                format!("the format {name} is not checked: every value has it"),
            );
        }
    }
}

pub(in crate::lint) fn dynamic_references(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for schema in doc.schemas() {
        if schema.node.get("$dynamicRef").is_some()
            && schema.node.get("$ref").is_none()
            && doc.documents.dynamic_reference(schema.node).is_none()
        {
            findings.at(
                &schema.below("$dynamicRef"),
                "several schemas have this anchor: what the reference leads to is not compared",
            );
        }
    }
}

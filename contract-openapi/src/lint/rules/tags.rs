//! Tags.

use super::{Doc, Findings, truthy};
use crate::document::Node;

fn names(doc: &Doc<'_>) -> Vec<String> {
    let tags = doc.at(&["tags"]).map(|tags| tags.children()).unwrap_or_default();
    tags.iter()
        .filter_map(|tag| tag.node.get("name").and_then(Node::as_str))
        .map(str::to_owned)
        .collect()
}

pub(in crate::lint) fn defined(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    let defined = names(doc);
    for operation in doc.operations() {
        for tag in operation
            .member("tags")
            .map(|tags| tags.children())
            .unwrap_or_default()
        {
            if tag
                .node
                .as_str()
                .is_some_and(|name| !defined.iter().any(|other| other == name))
            {
                findings.at(
                    &tag.path,
                    "tags of operations must be defined in the document's tags",
                );
            }
        }
    }
}

pub(in crate::lint) fn alphabetical(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    let names = names(doc);
    if let Some(index) = names.windows(2).position(|pair| pair[0] > pair[1]) {
        let path = ["tags".into(), index.into()];
        findings.at(
            &path,
            format!("{} must be placed after {}", names[index], names[index + 1]),
        );
    }
}

pub(in crate::lint) fn unique(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    let mut seen: Vec<String> = Vec::new();
    for tag in doc.at(&["tags"]).map(|tags| tags.children()).unwrap_or_default() {
        let Some(name) = tag.node.get("name").and_then(Node::as_str) else {
            continue;
        };
        if seen.iter().any(|other| other == name) {
            findings.at(&tag.below("name"), format!("the tag {name} is defined before"));
        } else {
            seen.push(name.to_owned());
        }
    }
}

pub(in crate::lint) fn present(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    let has_tags = doc
        .root()
        .node
        .get("tags")
        .and_then(Node::as_array)
        .is_some_and(|tags| !tags.is_empty());
    if !has_tags {
        findings.at(&["tags".into()], "the document must have tags");
    }
}

pub(in crate::lint) fn description(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for tag in doc.at(&["tags"]).map(|tags| tags.children()).unwrap_or_default() {
        truthy(findings, &tag, "description", "the tag must have a description");
    }
}

//! Unused components.

use super::{Doc, Findings};
use crate::document::{Node, escape};

pub(in crate::lint) fn unused_v2(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    if doc.is_v2() {
        unused(doc, findings, &["definitions"]);
    }
}

pub(in crate::lint) fn unused_v3(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    if !doc.is_v3() {
        return;
    }
    for kind in [
        "schemas",
        "responses",
        "parameters",
        "examples",
        "requestBodies",
        "headers",
        "links",
        "callbacks",
    ] {
        unused(doc, findings, &["components", kind]);
    }
}

fn unused(doc: &Doc<'_>, findings: &mut Findings<'_>, place: &[&str]) {
    let name_of_file = doc.documents.name(doc.documents.root().at.file).to_owned();
    let references: Vec<String> = doc
        .documents
        .files()
        .flat_map(|file| references(doc.documents.root_of(file)))
        .map(|reference| match reference.split_once('#') {
            Some((file, fragment)) if file.is_empty() || name_of_file.ends_with(file) => {
                format!("#{fragment}")
            }
            _ => reference,
        })
        .map(|reference| {
            percent_encoding::percent_decode_str(&reference)
                .decode_utf8_lossy()
                .into_owned()
        })
        .collect();
    for component in doc.at(place).map(|spot| spot.children()).unwrap_or_default() {
        let Some(name) = component.name() else { continue };
        let own = format!("#/{}/{}", place.join("/"), escape(name));
        let is_used = references.iter().any(|reference| {
            reference == &own
                || reference
                    .strip_prefix(own.as_str())
                    .is_some_and(|rest| rest.starts_with('/'))
        });
        if !is_used {
            findings.at(&component.path, "nothing refers to this component");
        }
    }
}

/// Returns all references below a node, including those in discriminator mappings.
fn references(root: &Node) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting = vec![root];
    while let Some(node) = waiting.pop() {
        found.extend(node.get("$ref").and_then(Node::as_str).map(str::to_owned));
        let mapping = node
            .get("discriminator")
            .and_then(|discriminator| discriminator.get("mapping"));
        let mapped = mapping
            .into_iter()
            .flat_map(Node::entries)
            .filter_map(|(_, target)| target.as_str());
        found.extend(mapped.map(|target| {
            let is_name = !target.contains(['/', '#', '.']);
            if is_name {
                format!("#/components/schemas/{target}")
            } else {
                target.to_owned()
            }
        }));
        waiting.extend(node.as_array().unwrap_or_default());
        waiting.extend(node.entries().map(|(_, below)| below));
    }
    found
}

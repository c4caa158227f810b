//! Unused components.

use std::collections::HashSet;

use super::{Doc, Findings};
use crate::document::{Node, escape};
use crate::lint::document::holds_any;

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
    let mut targets = HashSet::new();
    for file in doc.documents.files() {
        collect_targets(doc, doc.documents.root_of(file), &mut targets);
    }
    for component in doc.at(place).map(|spot| spot.children()).unwrap_or_default() {
        if !holds_any(component.node, &targets) {
            findings.at(&component.path, "nothing refers to this component");
        }
    }
}

/// Collects what references below a node lead to, including those in discriminator mappings.
fn collect_targets(doc: &Doc<'_>, root: &Node, targets: &mut HashSet<*const Node>) {
    let mut waiting = vec![root];
    while let Some(node) = waiting.pop() {
        let mapping = node
            .get("discriminator")
            .and_then(|discriminator| discriminator.get("mapping"));
        let mut add = |reference: &Node, text: &str| {
            let target = doc.documents.lookup(reference.at.base(), text);
            targets.extend(target.ok().map(std::ptr::from_ref));
        };
        for value in mapping
            .into_iter()
            .flat_map(Node::entries)
            .map(|(_, value)| value)
        {
            match value.as_str() {
                Some(text) if text.contains(['/', '#', '.']) => add(value, text),
                Some(name) => add(value, &format!("#/components/schemas/{}", escape(name))),
                None => {}
            }
        }
        if let Some(reference) = node.get("$ref")
            && let Some(text) = reference.as_str()
        {
            add(reference, text);
        }
        waiting.extend(node.as_array().unwrap_or_default());
        waiting.extend(node.entries().map(|(_, below)| below));
    }
}

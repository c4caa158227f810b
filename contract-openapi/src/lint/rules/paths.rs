//! Paths.

use std::collections::BTreeMap;

use super::{Doc, Findings, Segment};
use crate::document::Node;
use crate::lint::document::Spot;

fn names(doc: &Doc<'_>, findings: &mut Findings<'_>, is_wrong: impl Fn(&str) -> bool, message: &str) {
    for path in doc.paths() {
        if path.name().is_some_and(&is_wrong) {
            findings.at(&path.path, message);
        }
    }
}

pub(in crate::lint) fn declared(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    names(
        doc,
        findings,
        |name| name.contains("{}"),
        "a parameter of a path must have a name",
    );
}

pub(in crate::lint) fn no_trailing_slash(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    names(
        doc,
        findings,
        |name| name.len() > 1 && name.ends_with('/'),
        "the path must not end with a slash",
    );
}

pub(in crate::lint) fn no_query(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    names(
        doc,
        findings,
        |name| name.contains('?'),
        "the path must not include a query",
    );
}

/// Returns the names in braces, in order; `?`, `;` and `*` are not part of a name.
pub(super) fn template_names(path: &str) -> Vec<String> {
    let parts = path.split('{').skip(1).filter_map(|part| part.split_once('}'));
    parts
        .map(|(name, _)| {
            name.trim_start_matches([';', '?', '.'])
                .trim_end_matches('*')
                .to_owned()
        })
        .filter(|name| {
            !name.is_empty()
                && name
                    .chars()
                    .all(|character| character.is_ascii_alphanumeric() || "_-".contains(character))
        })
        .collect()
}

/// Returns a path whose parameters have no names.
pub(super) fn without_names(path: &str) -> String {
    let mut text = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        text.push('%');
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    text.push_str(rest);
    text
}

pub(in crate::lint) fn parameters(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for path in doc.paths() {
        let Some(template) = path.name().map(str::to_owned) else {
            continue;
        };
        if let Some(other) = seen.get(&without_names(&template)) {
            findings.at(
                &path.path,
                format!("the paths {other} and {template} must not be equivalent"),
            );
        } else {
            seen.insert(without_names(&template), template.clone());
        }
        let mut expected: Vec<String> = Vec::new();
        for name in template_names(&template) {
            if expected.contains(&name) {
                findings.at(
                    &path.path,
                    format!("the path {template} must not use the parameter {{{name}}} twice"),
                );
            } else {
                expected.push(name);
            }
        }
        let shared = listed(doc, findings, &path);
        for operation in doc.operations_of(&path) {
            let mut defined = shared.clone();
            defined.extend(listed(doc, findings, &operation));
            for (name, way) in &defined {
                if !expected.contains(name) {
                    findings.at(
                        way,
                        format!("the parameter {name} must be used in the path {template}"),
                    );
                }
            }
            for name in expected.iter().filter(|name| !defined.contains_key(*name)) {
                findings.at(
                    &operation.path,
                    format!("the operation must define the parameter {{{name}}} of the path {template}"),
                );
            }
        }
    }
}

/// Returns the path parameters of a path or an operation, with their places.
fn listed<'d>(doc: &Doc<'d>, findings: &mut Findings<'_>, spot: &Spot<'d>) -> BTreeMap<String, Vec<Segment>> {
    let mut defined: BTreeMap<String, Vec<Segment>> = BTreeMap::new();
    for parameter in spot
        .member("parameters")
        .map(|list| list.children())
        .unwrap_or_default()
    {
        let node = doc.resolve(parameter.node);
        let text = |member: &str| node.get(member).and_then(Node::as_str);
        let (Some("path"), Some(name)) = (text("in"), text("name")) else {
            continue;
        };
        if node.get("required").and_then(Node::as_bool) != Some(true) {
            findings.at(
                &parameter.path,
                format!("the path parameter {name} must be required"),
            );
        }
        if defined.contains_key(name) {
            findings.at(
                &parameter.path,
                format!("the path parameter {name} must not be defined twice"),
            );
        } else {
            defined.insert(name.to_owned(), parameter.path.clone());
        }
    }
    defined
}

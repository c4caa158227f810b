//! Security requirements.

use super::{Doc, Findings};
use crate::document::Node;
use crate::lint::document::Spot;

pub(in crate::lint) fn defined_v2(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    if doc.is_v2() {
        defined(doc, findings);
    }
}

pub(in crate::lint) fn defined_v3(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    if doc.is_v3() {
        defined(doc, findings);
    }
}

/// Where a document defines its schemes.
fn place_of_schemes(doc: &Doc<'_>) -> &'static [&'static str] {
    if doc.is_v2() {
        &["securityDefinitions"]
    } else {
        &["components", "securitySchemes"]
    }
}

/// Reports names of schemes that are not defined.
pub(in crate::lint) fn undefined(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    let place = place_of_schemes(doc);
    let schemes = doc.at(place);
    for named in required_schemes(doc) {
        let is_defined = named.name().is_none_or(|name| {
            schemes
                .as_ref()
                .is_some_and(|schemes| schemes.node.get(name).is_some())
        });
        if !is_defined {
            let message = format!("security must name a scheme of {}", place.join("."));
            findings.at(&named.path, message);
        }
    }
}

/// Returns what security requirements of the document and of operations name.
fn required_schemes<'d>(doc: &Doc<'d>) -> Vec<Spot<'d>> {
    let mut owners = vec![doc.root()];
    owners.extend(doc.operations());
    let lists = owners.into_iter().filter_map(|owner| owner.member("security"));
    let requirements = lists.flat_map(|list| list.children());
    requirements
        .flat_map(|requirement| requirement.children())
        .collect()
}

fn defined(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    let place = place_of_schemes(doc);
    let schemes = doc.at(place);
    for named in required_schemes(doc) {
        let Some(name) = named.name() else { continue };
        let scheme = schemes.as_ref().and_then(|schemes| schemes.node.get(name));
        let Some(scheme) = scheme else {
            findings.at(
                &named.path,
                format!("security must name a scheme of {}", place.join(".")),
            );
            continue;
        };
        for scope in named.children() {
            let is_known = scope
                .node
                .as_str()
                .is_some_and(|scope| has_scope(doc.resolve(scheme), scope));
            if !is_known {
                findings.at(
                    &scope.path,
                    "the scope must be listed among the scopes of the scheme",
                );
            }
        }
    }
}

fn has_scope(scheme: &Node, scope: &str) -> bool {
    let lists = |node: &Node| {
        node.get("scopes")
            .is_some_and(|scopes| scopes.get(scope).is_some())
    };
    lists(scheme)
        || scheme
            .get("flows")
            .into_iter()
            .flat_map(Node::entries)
            .any(|(_, flow)| lists(flow))
}

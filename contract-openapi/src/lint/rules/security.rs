//! Security requirements.

use super::{Doc, Findings};
use crate::document::Node;
use crate::lint::document::Spot;

pub(in crate::lint) fn defined_v2(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    if doc.is_v2() {
        defined(doc, findings, &["securityDefinitions"]);
    }
}

pub(in crate::lint) fn defined_v3(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    if doc.is_v3() {
        defined(doc, findings, &["components", "securitySchemes"]);
    }
}

fn defined(doc: &Doc<'_>, findings: &mut Findings<'_>, place: &[&str]) {
    let schemes = doc.at(place);
    let lists = doc.root().member("security").into_iter();
    let lists = lists.chain(
        doc.operations()
            .into_iter()
            .filter_map(|operation| operation.member("security")),
    );
    let requirements: Vec<Spot<'_>> = lists.flat_map(|list| list.children()).collect();
    for requirement in requirements {
        for named in requirement.children() {
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

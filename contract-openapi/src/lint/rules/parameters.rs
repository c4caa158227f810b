//! Parameters.

use super::{Doc, Findings, truthy};
use crate::document::Node;
use crate::lint::document::Spot;

pub(in crate::lint) fn operation_parameters(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for operation in doc.operations() {
        let Some(list) = operation.member("parameters") else {
            continue;
        };
        let own: Vec<Spot<'_>> = list
            .children()
            .into_iter()
            .filter(|spot| spot.node.as_object().is_some() && spot.node.get("$ref").is_none())
            .collect();
        let text = |spot: &Spot<'_>, member: &str| {
            spot.node
                .get(member)
                .and_then(Node::scalar_text)
                .unwrap_or_default()
        };
        for (index, parameter) in own.iter().enumerate() {
            let is_repeated = own[..index].iter().any(|other| {
                text(other, "in") == text(parameter, "in") && text(other, "name") == text(parameter, "name")
            });
            if is_repeated {
                findings.at(
                    &parameter.path,
                    "a parameter with this name and place is listed before",
                );
            }
        }
        let bodies: Vec<&Spot<'_>> = own.iter().filter(|spot| text(spot, "in") == "body").collect();
        let has_form = own.iter().any(|spot| text(spot, "in") == "formData");
        if !bodies.is_empty() && has_form {
            findings.at(
                &list.path,
                "an operation must not have both a body and form fields",
            );
        }
        for body in bodies.iter().skip(1) {
            findings.at(&body.path, "an operation must not have more than one body");
        }
    }
}

pub(in crate::lint) fn description_v2(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    if !doc.is_v2() {
        return;
    }
    let lists = doc
        .everything()
        .iter()
        .filter(|spot| spot.name() == Some("parameters"));
    described(findings, lists.flat_map(Spot::children).collect());
}

pub(in crate::lint) fn description_v3(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    if !doc.is_v3() {
        return;
    }
    let lists = doc
        .paths()
        .into_iter()
        .chain(doc.operations())
        .filter_map(|spot| spot.member("parameters"));
    let lists = lists.chain(doc.at(&["components", "parameters"]));
    described(findings, lists.flat_map(|list| list.children()).collect());
}

fn described(findings: &mut Findings<'_>, parameters: Vec<Spot<'_>>) {
    for parameter in parameters {
        if parameter.node.get("in").is_some() {
            truthy(
                findings,
                &parameter,
                "description",
                "the parameter must have a description",
            );
        }
    }
}

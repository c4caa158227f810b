//! Parameters.

use super::text;
use crate::document::Node;
use crate::lint::document::{Doc, Spot};
use crate::lint::group::Findings;
use crate::lint::rules::paths::template_names;

/// Returns the parameters of an operation and its path, with references resolved.
fn parameters_of<'d>(doc: &Doc<'d>, operation: &Spot<'d>) -> Vec<Spot<'d>> {
    // `paths`, and the path.
    let names: Vec<String> = operation.path.iter().take(2).map(ToString::to_string).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let item = doc.at(&names).map(|item| Spot {
        node: doc.resolve(item.node),
        ..item
    });
    let lists = operation
        .member("parameters")
        .into_iter()
        .chain(item.and_then(|item| item.member("parameters")));
    let parameters = lists.flat_map(|list| list.children());
    parameters
        .map(|spot| Spot {
            node: doc.resolve(spot.node),
            ..spot
        })
        .collect()
}

pub(in crate::lint) fn path_parameters(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for operation in doc.operations() {
        let template = operation.path.get(1).map(ToString::to_string).unwrap_or_default();
        let expected = template_names(&template);
        let parameters = parameters_of(doc, &operation);
        let defined: Vec<&str> = parameters
            .iter()
            .filter(|spot| text(spot, "in") == Some("path"))
            .filter_map(|spot| text(spot, "name"))
            .collect();
        for name in expected.iter().filter(|name| !defined.contains(&name.as_str())) {
            findings.at(
                &operation.path,
                format!("the operation must define the path parameter {name}"),
            );
        }
        for name in defined
            .iter()
            .filter(|name| !expected.iter().any(|other| other == *name))
        {
            findings.at(&operation.path, format!("the path has no parameter {name}"));
        }
    }
}

/// Returns all parameters: of components, paths and operations.
pub(in crate::lint) fn all_parameters<'d>(doc: &Doc<'d>) -> Vec<Spot<'d>> {
    let owners = doc.paths().into_iter().chain(doc.operations());
    let lists = owners.filter_map(|owner| owner.member("parameters"));
    let lists = lists
        .chain(doc.at(&["components", "parameters"]))
        .chain(doc.at(&["parameters"]));
    lists
        .flat_map(|list| list.children())
        .filter(|spot| spot.node.get("$ref").is_none() && spot.node.as_object().is_some())
        .collect()
}

pub(in crate::lint) fn path_parameter_required(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for parameter in all_parameters(doc) {
        let is_required = parameter.node.get("required").and_then(Node::as_bool) == Some(true);
        if text(&parameter, "in") == Some("path") && !is_required {
            findings.at(&parameter.path, "a path parameter must be required");
        }
    }
}

pub(in crate::lint) fn duplicate_parameters(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for operation in doc.operations() {
        let list = operation
            .member("parameters")
            .map(|list| list.children())
            .unwrap_or_default();
        let list: Vec<Spot<'_>> = list
            .into_iter()
            .map(|spot| Spot {
                node: doc.resolve(spot.node),
                ..spot
            })
            .collect();
        for (index, parameter) in list.iter().enumerate() {
            let key = (text(parameter, "in"), text(parameter, "name"));
            if list[..index]
                .iter()
                .any(|other| (text(other, "in"), text(other, "name")) == key)
            {
                findings.at(&parameter.path, "the parameter is described before");
            }
        }
    }
}

pub(in crate::lint) fn parameter_location(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for parameter in all_parameters(doc) {
        let is_known = match text(&parameter, "in") {
            Some("query" | "header" | "path") => true,
            Some("cookie" | "querystring") => doc.is_v3(),
            Some("body" | "formData") => doc.is_v2(),
            _ => false,
        };
        if !is_known {
            findings.at(
                &parameter.below("in"),
                "the parameter must say where it stands: query, header, path or cookie",
            );
        }
    }
}

pub(in crate::lint) fn parameter_name(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for parameter in all_parameters(doc) {
        if text(&parameter, "name").is_none_or(str::is_empty) {
            findings.at(&parameter.below("name"), "the parameter must have a name");
        }
    }
}

pub(in crate::lint) fn parameter_schema(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for parameter in all_parameters(doc).into_iter().filter(|_| doc.is_v3()) {
        let has = |member: &str| parameter.node.get(member).is_some();
        if has("schema") == has("content") {
            findings.at(
                &parameter.path,
                "the parameter must have either schema or content",
            );
        }
    }
}

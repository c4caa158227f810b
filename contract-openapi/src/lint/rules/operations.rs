//! Operations.

use std::collections::BTreeSet;

use super::{Doc, Findings, truthy};
use crate::document::Node;
use crate::lint::document::Spot;

pub(in crate::lint) fn success_response(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for operation in doc.operations() {
        let Some(responses) = operation.member("responses") else {
            continue;
        };
        let succeeds = responses.node.entries().any(|(status, _)| {
            let is_range = doc.is_v3() && matches!(status, "2XX" | "3XX");
            is_range
                || status
                    .parse::<u16>()
                    .is_ok_and(|status| (200..400).contains(&status))
        });
        if !succeeds {
            findings.at(&responses.path, "the operation must define a 2xx or 3xx response");
        }
    }
}

pub(in crate::lint) fn form_data_consumes(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    if !doc.is_v2() {
        return;
    }
    for operation in doc.operations() {
        let parameters = operation
            .node
            .get("parameters")
            .and_then(Node::as_array)
            .unwrap_or_default();
        let has_form = parameters.iter().any(|parameter| {
            doc.documents
                .resolve(parameter)
                .is_ok_and(|parameter| parameter.get("in").and_then(Node::as_str) == Some("formData"))
        });
        let mut consumed = operation.node.get("consumes").into_iter().flat_map(Node::strings);
        let consumes_form = consumed.any(|name| {
            name.starts_with("application/x-www-form-urlencoded") || name.starts_with("multipart/form-data")
        });
        if has_form && !consumes_form {
            findings.at(
                &operation.path,
                "an operation with form fields must consume a form type",
            );
        }
    }
}

pub(in crate::lint) fn unique_ids(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    let mut seen = BTreeSet::new();
    for operation in doc.operations() {
        if let Some(id) = operation.node.get("operationId").and_then(Node::as_str)
            && !seen.insert(id.to_owned())
        {
            findings.at(
                &operation.below("operationId"),
                format!("the operationId {id} is used before"),
            );
        }
    }
}

pub(in crate::lint) fn description(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for operation in doc.operations() {
        truthy(
            findings,
            &operation,
            "description",
            "the operation must have a description that is not empty",
        );
    }
}

pub(in crate::lint) fn id(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for operation in doc.operations() {
        truthy(
            findings,
            &operation,
            "operationId",
            "the operation must have an operationId",
        );
    }
}

/// Checks that ids only have characters allowed in URLs (RFC 3986, section 2).
pub(in crate::lint) fn id_in_url(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for operation in doc.operations() {
        let Some(id) = operation.node.get("operationId").and_then(Node::as_str) else {
            continue;
        };
        let fits = id.chars().all(|character| {
            character.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=".contains(character)
        });
        if !fits {
            findings.at(
                &operation.below("operationId"),
                "the operationId must not have characters that are invalid in URLs",
            );
        }
    }
}

pub(in crate::lint) fn one_tag(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for operation in doc.operations() {
        if operation
            .node
            .get("tags")
            .and_then(Node::as_array)
            .is_some_and(|tags| tags.len() > 1)
        {
            findings.at(
                &operation.below("tags"),
                "the operation must not have more than one tag",
            );
        }
    }
}

pub(in crate::lint) fn tags(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for operation in doc.operations() {
        let has_tags = operation
            .node
            .get("tags")
            .and_then(Node::as_array)
            .is_some_and(|tags| !tags.is_empty());
        if !has_tags {
            findings.at(&operation.below("tags"), "the operation must have tags");
        }
    }
}

pub(in crate::lint) fn callbacks_in_callbacks(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    if !doc.is_v3() {
        return;
    }
    for operation in doc.operations() {
        let callbacks = operation
            .member("callbacks")
            .map(|spot| spot.children())
            .unwrap_or_default();
        let inner = callbacks
            .iter()
            .flat_map(Spot::children)
            .flat_map(|path| doc.operations_of(&path));
        for operation in inner {
            if operation.node.get("callbacks").is_some() {
                findings.at(
                    &operation.below("callbacks"),
                    "callbacks must not be defined within a callback",
                );
            }
        }
    }
}

pub(in crate::lint) fn servers_in_webhooks(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    let Some(webhooks) = doc.at(&["webhooks"]).filter(|_| doc.is_v3()) else {
        return;
    };
    if webhooks.node.get("servers").is_some() {
        findings.at(
            &webhooks.below("servers"),
            "servers must not be defined in a webhook",
        );
    }
    in_webhooks(doc, findings, "servers");
}

pub(in crate::lint) fn callbacks_in_webhooks(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    if doc.is_v3() {
        in_webhooks(doc, findings, "callbacks");
    }
}

fn in_webhooks(doc: &Doc<'_>, findings: &mut Findings<'_>, member: &str) {
    let webhooks = doc
        .at(&["webhooks"])
        .map(|spot| spot.children())
        .unwrap_or_default();
    for operation in webhooks.iter().flat_map(|webhook| doc.operations_of(webhook)) {
        if operation.node.get(member).is_some() {
            findings.at(
                &operation.below(member),
                format!("{member} must not be defined in a webhook"),
            );
        }
    }
}

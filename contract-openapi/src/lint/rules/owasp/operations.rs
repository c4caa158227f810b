//! Responses that operations must describe.

use crate::document::Node;
use crate::lint::document::{Doc, Spot};
use crate::lint::group::Findings;

/// Returns operations that describe responses, with these.
fn responses<'d>(doc: &Doc<'d>) -> Vec<(Spot<'d>, Spot<'d>)> {
    doc.operations()
        .into_iter()
        .filter_map(|operation| {
            let responses = operation.member("responses")?;
            Some((operation, responses))
        })
        .collect()
}

pub(in crate::lint) fn error_validation(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for (_, responses) in responses(doc) {
        let has_one = ["400", "422", "4XX"]
            .iter()
            .any(|status| responses.node.get(status).is_some());
        if !has_one {
            findings.at(
                &responses.path,
                "the operation must describe one of the responses 400, 422 and 4XX",
            );
        }
    }
}

/// Reports operations without a response of this status, or with one without a schema.
fn error_response(doc: &Doc<'_>, findings: &mut Findings<'_>, status: &str) {
    for (operation, responses) in responses(doc).into_iter().filter(|_| doc.is_v3()) {
        if status == "401" && is_open(&operation) {
            continue;
        }
        let Some(response) = responses.node.get(status) else {
            findings.at(
                &responses.path,
                format!("the operation must describe the response {status}"),
            );
            continue;
        };
        let mut contents = doc
            .resolve(response)
            .get("content")
            .into_iter()
            .flat_map(Node::entries);
        if !contents.any(|(_, content)| content.get("schema").is_some()) {
            findings.at(
                &responses.below(status),
                format!("the response {status} must have a schema"),
            );
        }
    }
}

/// Returns whether an operation says that it asks for no credentials: then none can be refused.
fn is_open(operation: &Spot<'_>) -> bool {
    operation
        .node
        .get("security")
        .and_then(Node::as_array)
        .is_some_and(|list| {
            list.iter()
                .all(|alternative| alternative.entries().next().is_none())
        })
}

pub(in crate::lint) fn error_401(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    error_response(doc, findings, "401");
}

pub(in crate::lint) fn error_429(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    error_response(doc, findings, "429");
}

pub(in crate::lint) fn error_500(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    error_response(doc, findings, "500");
}

/// Sets of headers of which one must be there whole.
const RATE_LIMITS: [&[&str]; 4] = [
    &["X-RateLimit-Limit"],
    &["X-Rate-Limit-Limit"],
    &["RateLimit-Limit", "RateLimit-Reset"],
    &["RateLimit"],
];

fn has_header(response: &Node, name: &str) -> bool {
    let mut headers = response.get("headers").into_iter().flat_map(Node::entries);
    headers.any(|(header, _)| header.eq_ignore_ascii_case(name))
}

pub(in crate::lint) fn rate_limit(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for (_, responses) in responses(doc) {
        for response in responses.children() {
            let is_limited = response
                .name()
                .is_some_and(|name| name.starts_with('2') || name.starts_with('4'));
            let node = doc.resolve(response.node);
            let has_limit = RATE_LIMITS
                .iter()
                .any(|names| names.iter().all(|name| has_header(node, name)));
            if is_limited && !has_limit {
                findings.at(
                    &response.path,
                    "the response must have the headers of a rate limit, as RateLimit-Limit",
                );
            }
        }
    }
}

pub(in crate::lint) fn retry_after(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for (_, responses) in responses(doc) {
        let Some(response) = responses.member("429") else {
            continue;
        };
        if !has_header(doc.resolve(response.node), "Retry-After") {
            findings.at(
                &response.path,
                "the response 429 must have the header Retry-After",
            );
        }
    }
}

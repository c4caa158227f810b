//! Responses, their headers and bodies.

use super::BreakingOptions;
use super::media::{NameChange, name_change, pairs};
use super::schema::{Part, Side, Walk, change_of_types, is_alike, nullability};
use super::sink::{Report, Sink, Subject};
use crate::description::{Operation, Version};
use crate::document::{Node, Object, Value};

/// Compares the responses of an operation.
pub(super) fn compare<'a>(
    sink: &mut Sink<'a>,
    options: &BreakingOptions,
    old: &Operation<'a>,
    new: &Operation<'a>,
) {
    let before: Vec<(&str, &Node)> = old.responses().collect();
    let after: Vec<(&str, &Node)> = new.responses().collect();
    for (status, response) in &before {
        if !after.iter().any(|(other, _)| other == status) {
            status_changed(sink, new, status, true, response);
        }
    }
    for (status, response) in &after {
        match before.iter().find(|(other, _)| other == status) {
            None => status_changed(sink, new, status, false, response),
            Some((_, other)) => {
                compare_headers(sink, new, status, other, response);
                compare_content(sink, options, old, new, status, other, response);
            }
        }
    }
}

fn status_changed(
    sink: &mut Sink<'_>,
    operation: &Operation<'_>,
    status: &str,
    is_removed: bool,
    node: &Node,
) {
    let is_success = status.starts_with('2');
    let is_number = status.parse::<u16>().is_ok();
    let (id, verb) = match (is_number, is_success, is_removed) {
        (true, true, true) => ("response-success-status-removed", "removed"),
        (true, true, false) => ("response-success-status-added", "added"),
        (true, false, true) => ("response-non-success-status-removed", "removed"),
        (true, false, false) => ("response-non-success-status-added", "added"),
        // `2XX` and `default`
        (false, true, true) => ("response-success-status-range-removed", "removed"),
        (false, true, false) => ("response-success-status-range-added", "added"),
        (false, false, true) => ("response-non-success-status-range-removed", "removed"),
        (false, false, false) => ("response-non-success-status-range-added", "added"),
    };
    let report = Report {
        id,
        text: format!("the response with status {status} was {verb}"),
        arguments: vec![status.to_owned()],
        base: is_removed.then_some(node.at),
        revision: (!is_removed).then_some(node.at),
    };
    sink.report(Some(Subject::of(operation)), report);
}

fn compare_headers(sink: &mut Sink<'_>, operation: &Operation<'_>, status: &str, old: &Node, new: &Node) {
    let subject = Some(Subject::of(operation));
    let (base, revision) = (sink.base, sink.revision);
    let find = |node: &'_ Node, name: &str| -> Option<Node> {
        let headers = node.get("headers")?;
        let found = headers
            .entries()
            .find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map(|(_, header)| header.clone())
    };
    let is_required = |node: &Node| node.get("required").and_then(Node::as_bool) == Some(true);
    for (name, header) in old.get("headers").into_iter().flat_map(Node::entries) {
        let before = base.resolve(header);
        let report = |text: String, revision: Option<&Node>| Report {
            id: "",
            text,
            arguments: vec![name.to_owned(), status.to_owned()],
            base: Some(header.at),
            revision: revision.map(|node| node.at),
        };
        let Some(other) = find(new, name) else {
            let id = if is_required(before) {
                "required-response-header-removed"
            } else {
                "optional-response-header-removed"
            };
            let text = format!("the header {name} of the response with status {status} was removed");
            sink.report(
                subject,
                Report {
                    id,
                    ..report(text, None)
                },
            );
            continue;
        };
        let after = revision.resolve(&other);
        if is_required(before) && !is_required(after) {
            let text = format!("the header {name} of the response with status {status} became optional");
            sink.report(
                subject,
                Report {
                    id: "response-header-became-optional",
                    ..report(text, Some(&other))
                },
            );
        }
        let schema = |node: &Node| node.get("schema").unwrap_or(node).clone();
        let (old_schema, new_schema) = (schema(before), schema(after));
        let (old_schema, new_schema) = (base.resolve(&old_schema), revision.resolve(&new_schema));
        if let Some(change) = change_of_types(old_schema, new_schema, Side::Response, false) {
            let id = format!("response-header-{}", change.suffix);
            let text = format!(
                "the {} of the header {name} of the response with status {status} changed from {} to {}",
                change.what, change.old, change.new
            );
            sink.report(
                subject,
                Report {
                    id: &id,
                    ..report(text, Some(&other))
                },
            );
        }
        let rest = |schema: &Node| without_types(schema);
        if !is_alike(base, &rest(old_schema), revision, &rest(new_schema)) {
            let text = format!(
                "the schema of the header {name} of the response with status {status} changed, and no rule is about that"
            );
            sink.report(
                subject,
                Report {
                    id: "response-header-schema-changed",
                    ..report(text, Some(&other))
                },
            );
        }
        if let Some(became) = nullability(old_schema, new_schema) {
            let id = format!("response-header-{became}");
            let text = format!(
                "the header {name} of the response with status {status} {}",
                became.replace('-', " ")
            );
            sink.report(
                subject,
                Report {
                    id: &id,
                    ..report(text, Some(&other))
                },
            );
        }
    }
    for (name, header) in new.get("headers").into_iter().flat_map(Node::entries) {
        if find(old, name).is_none() {
            let report = Report {
                id: "response-header-added",
                text: format!("the header {name} of the response with status {status} was added"),
                arguments: vec![name.to_owned(), status.to_owned()],
                base: None,
                revision: Some(header.at),
            };
            sink.report(subject, report);
        }
    }
}

/// Returns what a schema says of a header beside its types.
fn without_types(schema: &Node) -> Node {
    let mut rest = schema.clone();
    if let Value::Object(object) = &mut rest.value {
        for keyword in ["type", "format", "nullable", "required"] {
            object.remove(keyword);
        }
    }
    rest
}

fn compare_content<'a>(
    sink: &mut Sink<'a>,
    options: &BreakingOptions,
    old: &Operation<'a>,
    new: &Operation<'a>,
    status: &str,
    old_response: &Node,
    new_response: &Node,
) {
    let subject = Some(Subject::of(new));
    let (before, after) = (content_of(old, old_response), content_of(new, new_response));
    let pairs = pairs(before.as_ref(), after.as_ref(), Side::Response);
    let report = |id, text: String, arguments: &[&str]| Report {
        id,
        text,
        arguments: arguments.iter().map(|argument| (*argument).to_owned()).collect(),
        base: Some(old_response.at),
        revision: Some(new_response.at),
    };
    for media in &pairs.removed {
        let text = format!(
            "the media type {} of the response with status {status} was removed",
            media.name
        );
        sink.report(
            subject,
            report("response-media-type-removed", text, &[media.name, status]),
        );
    }
    for media in &pairs.added {
        let text = format!(
            "the media type {} of the response with status {status} was added",
            media.name
        );
        sink.report(
            subject,
            report("response-media-type-added", text, &[media.name, status]),
        );
    }
    for pair in &pairs.both {
        let (old_name, new_name) = (pair.old.name, pair.new.name);
        if let Some(change) = name_change(old_name, new_name) {
            let id = match change {
                NameChange::Generalized => "response-media-type-name-generalized",
                NameChange::Specialized => "response-media-type-name-specialized",
                NameChange::Parameters => "response-media-type-name-changed",
            };
            let text = format!(
                "the media type of the response with status {status} changed from {old_name} to {new_name}"
            );
            sink.report(subject, report(id, text, &[old_name, new_name, status]));
        }
        match (
            sink.base.resolve(pair.old.node).get("schema"),
            sink.revision.resolve(pair.new.node).get("schema"),
        ) {
            (None, Some(_)) => {
                let text =
                    format!("the media type {new_name} of the response with status {status} got a schema");
                sink.report(
                    subject,
                    report("response-body-media-type-schema-added", text, &[new_name, status]),
                );
            }
            (Some(_), None) => {
                let text =
                    format!("the media type {new_name} of the response with status {status} lost its schema");
                sink.report(
                    subject,
                    report(
                        "response-body-media-type-schema-removed",
                        text,
                        &[new_name, status],
                    ),
                );
            }
            (Some(old_schema), Some(new_schema)) => {
                let part = Part::Body {
                    media_type: new_name.to_owned(),
                    status: Some(status.to_owned()),
                };
                Walk::new(sink, options, new, Side::Response, part).compare(old_schema, new_schema);
            }
            (None, None) => {}
        }
    }
}

/// Returns the content of a response; that of OpenAPI 2.0 in the form of OpenAPI 3.
fn content_of(operation: &Operation<'_>, response: &Node) -> Option<Node> {
    if operation.description().version() != Version::V2 {
        return response.get("content").cloned();
    }
    let schema = response.get("schema")?;
    let produced = operation
        .node
        .get("produces")
        .or_else(|| operation.description().root().get("produces"));
    let mut types: Vec<&str> = produced.into_iter().flat_map(Node::strings).collect();
    if types.is_empty() {
        types.push("application/json");
    }
    let content: Object = types
        .into_iter()
        .map(|name| {
            (
                name,
                [("schema", schema.clone())]
                    .into_iter()
                    .collect::<Object>()
                    .into(),
            )
        })
        .collect();
    Some(content.into())
}

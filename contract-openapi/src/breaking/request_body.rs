//! Request bodies.

use super::BreakingOptions;
use super::media::{differs_in_encoding, pairs};
use super::schema::{Part, Side, Walk};
use super::sink::{Report, Sink, Subject};
use crate::description::{Operation, Version, form_schema};
use crate::document::{Node, Object};

/// Compares the request bodies of an operation.
pub(super) fn compare<'a>(
    sink: &mut Sink<'a>,
    options: &BreakingOptions,
    old: &Operation<'a>,
    new: &Operation<'a>,
) {
    let before = body_of(old);
    let after = body_of(new);
    let subject = Some(Subject::of(new));
    let is_required = |body: &Node| body.get("required").and_then(Node::as_bool) == Some(true);
    let report = |id, text: &str, argument: Option<&str>| Report {
        id,
        text: text.to_owned(),
        arguments: argument.map(str::to_owned).into_iter().collect(),
        base: before.as_ref().map(|body| body.at),
        revision: after.as_ref().map(|body| body.at),
    };
    let (before_body, after_body) = match (&before, &after) {
        (None, None) => return,
        (None, Some(body)) => {
            let (id, text) = if is_required(body) {
                ("request-body-added-required", "a required request body was added")
            } else {
                (
                    "request-body-added-optional",
                    "an optional request body was added",
                )
            };
            sink.report(subject, report(id, text, None));
            return;
        }
        (Some(_), None) => {
            sink.report(
                subject,
                report("request-body-removed", "the request body was removed", None),
            );
            return;
        }
        (Some(before), Some(after)) => (before, after),
    };
    match (is_required(before_body), is_required(after_body)) {
        (false, true) => {
            sink.report(
                subject,
                report(
                    "request-body-became-required",
                    "the request body became required",
                    None,
                ),
            );
        }
        (true, false) => {
            sink.report(
                subject,
                report(
                    "request-body-became-optional",
                    "the request body became optional",
                    None,
                ),
            );
        }
        _ => {}
    }
    let pairs = pairs(
        before_body.get("content"),
        after_body.get("content"),
        Side::Request,
    );
    for media in &pairs.removed {
        let text = format!("the media type {} of the request body was removed", media.name);
        let report = Report {
            base: Some(media.node.at),
            ..report("request-body-media-type-removed", &text, Some(media.name))
        };
        sink.report(subject, report);
    }
    for media in &pairs.added {
        let text = format!("the media type {} of the request body was added", media.name);
        let report = Report {
            revision: Some(media.node.at),
            ..report("request-body-media-type-added", &text, Some(media.name))
        };
        sink.report(subject, report);
    }
    for pair in &pairs.both {
        if differs_in_encoding(sink.base, sink.revision, pair) {
            let text = format!(
                "the encoding of the media type {} of the request body changed, and no rule is about that",
                pair.new.name
            );
            sink.report(
                subject,
                report("request-body-encoding-changed", &text, Some(pair.new.name)),
            );
        }
        let (old_schema, new_schema) = (
            sink.base.resolve(pair.old.node).get("schema"),
            sink.revision.resolve(pair.new.node).get("schema"),
        );
        match (old_schema, new_schema) {
            (None, Some(_)) => {
                let text = format!(
                    "the media type {} of the request body got a schema",
                    pair.new.name
                );
                sink.report(
                    subject,
                    report("request-body-media-type-schema-added", &text, Some(pair.new.name)),
                );
            }
            (Some(_), None) => {
                let text = format!(
                    "the media type {} of the request body lost its schema",
                    pair.new.name
                );
                sink.report(
                    subject,
                    report(
                        "request-body-media-type-schema-removed",
                        &text,
                        Some(pair.new.name),
                    ),
                );
            }
            (Some(old_schema), Some(new_schema)) => {
                let part = Part::Body {
                    media_type: pair.new.name.to_owned(),
                    status: None,
                };
                Walk::new(sink, options, new, Side::Request, part).compare(old_schema, new_schema);
            }
            (None, None) => {}
        }
    }
}

/// Returns the request body; that of OpenAPI 2.0 in the form of OpenAPI 3.
fn body_of(operation: &Operation<'_>) -> Option<Node> {
    if operation.description().version() != Version::V2 {
        return operation.request_body().cloned();
    }
    let parameter = operation.body_parameter();
    let schema = parameter
        .and_then(|parameter| parameter.schema().cloned())
        .or_else(|| form_schema(&operation.parameters))?;
    let types = operation.request_media_types();
    let types = if types.is_empty() {
        vec!["application/json"]
    } else {
        types
    };
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
    let is_required = parameter.is_some_and(|parameter| parameter.is_required());
    let body: Object = [("required", Node::from(is_required)), ("content", content.into())]
        .into_iter()
        .collect();
    Some(Node {
        at: schema.at,
        ..Node::from(body)
    })
}

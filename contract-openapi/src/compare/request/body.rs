//! The body of the request.

use std::borrow::Cow;
use std::sync::Arc;

use super::parameter::{kind_of, split};
use crate::compare::Code;
use crate::compare::contract::at_position;
use crate::compare::exchanged::described_request_type;
use crate::compare::judge::Judge;
use crate::compare::media_type::{Parameters, find_media_type, fits};
use crate::compare::quirks::is_truthy;
use crate::compare::text::{Delimited, QueryParser, form_fields, multipart_fields, parse_query};
use crate::description::{Operation, form_schema};
use crate::document::{FileId, Limits, Node, Object, Position, read};
use crate::schema::validate::Failure;
use crate::schema::{Bundle, Direction};

/// Media types whose bodies can be validated.
pub(in crate::compare) const VALIDATABLE: [&str; 3] = [
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
];

/// The status of a body.
pub(in crate::compare) enum BodyStatus {
    Validatable,
    /// There is a body, of a media type that cannot be validated.
    Unvalidatable,
    /// There is no body.
    Absent,
}

/// A reading of a body, and what is wrong with it.
#[derive(Default)]
struct JudgedBody<'b> {
    value: Option<&'b Node>,
    failures: Vec<Failure>,
}

/// Returns the status of a body with this media type.
pub(in crate::compare) fn body_status(
    media_type: &str,
    body: Option<&Node>,
    validatable: &[&str],
) -> BodyStatus {
    if find_media_type(media_type, validatable, Parameters::Ignored).is_some() {
        BodyStatus::Validatable
    } else if body.is_some() {
        BodyStatus::Unvalidatable
    } else {
        BodyStatus::Absent
    }
}

impl<'a> Judge<'_, 'a> {
    pub(super) fn request_body(&mut self) {
        let Some(operation) = self.operation() else { return };
        let body = self.mock.request_body.as_ref();
        let available = operation.request_media_types();
        let sent_type = self.mock.request_type().unwrap_or("").to_owned();
        let media_type = if sent_type.is_empty() {
            "application/json".to_owned()
        } else {
            described_request_type(self.mock, &available, self.mends().parameters())
                .unwrap_or(&sent_type)
                .to_owned()
        };
        let is_required = Self::is_body_required(operation);
        if !is_required && body.is_none() {
            return;
        }
        let at = operation
            .request_content()
            .map_or_else(Position::default, |content| content.at);
        let content_place = self.below_operation("requestBody.content", at, operation.request_content());
        if body.is_none() && self.mends().missing_values {
            if self.is_valid_request() {
                let message = "Request body is missing but is required by the spec file";
                let place = self.body_place("request", None);
                self.report(Code::RequestBodyIncompatible, message, place, content_place);
            }
            return;
        }
        let validatable: Vec<&str> = VALIDATABLE
            .into_iter()
            .filter(|media_type| {
                *media_type != "multipart/form-data" || !self.comparator.prepared.quirks.disable_multipart
            })
            .collect();
        match body_status(&media_type, body.map(AsRef::as_ref), &validatable) {
            BodyStatus::Absent => return,
            BodyStatus::Unvalidatable if self.is_valid_request() => {
                let message =
                    format!("Body with content type '{media_type}' is not supported by the spec comparator");
                let place = self.body_place("request", body);
                self.report(Code::RequestBodyUnvalidatable, message, place, content_place);
                return;
            }
            _ => {}
        }
        let json_only = self.comparator.prepared.quirks.json_request_bodies_only;
        let has_json = available
            .iter()
            .any(|available| fits("application/json", available));
        if !self.is_valid_request() {
            return;
        }
        let schema = self.request_body_schema(operation, &media_type);
        match schema {
            Some(bundle) if !json_only || has_json => {
                let guessed = body.map(|body| self.form_value(body, &sent_type));
                let typed = body.map(|body| self.typed_forms(body, &sent_type, &bundle));
                let coerces = matches!(&guessed, Some(Cow::Owned(_))) && self.mends().form_coercion;
                let guessed = guessed.as_ref().map(AsRef::as_ref);
                // Names with dots and brackets may also stand for nested members.
                let readings = typed.iter().flatten().map(Some).chain([guessed]);
                let mut chosen: Option<JudgedBody<'_>> = None;
                for value in readings {
                    let failures = self.failures(&bundle, value, coerces);
                    let fits = failures.is_empty();
                    if fits || chosen.is_none() {
                        chosen = Some(JudgedBody { value, failures });
                    }
                    if fits {
                        break;
                    }
                }
                let JudgedBody { value, failures } = chosen.unwrap_or_default();
                let mut mock = self.body_place("request", body);
                mock.value = value;
                let spec =
                    self.below_operation(&format!("requestBody.content.{media_type}"), bundle.root.at, None);
                let lead = "Request body is incompatible with the request body schema in the spec file";
                self.report_failures(Code::RequestBodyIncompatible, lead, failures, &mock, &spec);
            }
            None if body.is_some_and(|body| is_truthy(body))
                && (!json_only || has_json || available.is_empty()) =>
            {
                let place = self.body_place("request", body);
                let message = "No matching schema found for request body";
                self.report(Code::RequestBodyUnknown, message, place, content_place);
            }
            _ => {}
        }
    }

    fn is_body_required(operation: &Operation<'_>) -> bool {
        let is_required = |node: &Node| node.get("required").is_some_and(is_truthy);
        operation.request_body().is_some_and(is_required)
            || operation
                .body_parameter()
                .is_some_and(|parameter| is_required(parameter.node))
    }

    /// Returns the schema of the request body, prepared.
    fn request_body_schema(&self, operation: &Operation<'a>, media_type: &str) -> Option<Arc<Bundle>> {
        let content = operation.request_content();
        let types: Vec<&str> = content
            .into_iter()
            .flat_map(Node::entries)
            .map(|(name, _)| name)
            .collect();
        let found = find_media_type(media_type, &types, self.mends().parameters())
            .and_then(|index| operation.schema_in(content, types[index]));
        let body = || {
            operation
                .body_parameter()
                .and_then(|parameter| parameter.schema())
        };
        if let Some(schema) = found.or_else(body) {
            return Some(self.comparator.bundle(schema, Direction::Sent));
        }
        if !self.mends().form_coercion || fits("application/json", media_type) {
            return None;
        }
        let schema = form_schema(&operation.parameters)?;
        Some(self.comparator.bundle_of(&schema, Direction::Sent))
    }

    /// Returns the fields of a form as what the schema says of them, the most exact reading first: a list of one text may be
    /// several that are joined. None if the body is no form, or forms are not read so.
    fn typed_forms(&self, body: &Node, content_type: &str, bundle: &Bundle) -> Vec<Node> {
        let Some(fields) = self.form_fields(body, content_type) else {
            return Vec::new();
        };
        let schema = bundle.resolve(&bundle.root);
        let properties = schema.get("properties");
        let (mut whole, mut split_up, mut has_joined) = (fields.clone(), fields, false);
        for ((name, member), (_, joined)) in whole.iter_mut().zip(split_up.iter_mut()) {
            let property = properties.and_then(|properties| properties.get(name));
            let (Some(property), Some(text)) = (property, member.node.as_str().map(str::to_owned)) else {
                continue;
            };
            let typed = match kind_of(bundle, property, 0) {
                Delimited::List => json_of(&text, '[').unwrap_or_else(|| vec![Node::from(&*text)].into()),
                Delimited::Object => json_of(&text, '{').unwrap_or_else(|| Node::from(&*text)),
                Delimited::Text => Node::from(&*text),
            };
            let separator = separator_of(property);
            joined.node = if typed.as_array().is_some() && text.contains(separator) {
                has_joined = true;
                at_position(split(&text, separator), body.at)
            } else {
                at_position(typed.clone(), body.at)
            };
            member.node = at_position(typed, body.at);
        }
        let readings = [Some(whole), has_joined.then_some(split_up)];
        let nodes = readings.into_iter().flatten().map(|fields| Node {
            at: body.at,
            ..Node::from(fields)
        });
        nodes.collect()
    }

    /// Returns the fields of a form as they are named; `None` if the body is none, or forms are not read so.
    fn form_fields(&self, body: &Node, content_type: &str) -> Option<Object> {
        if !self.mends().form_coercion || self.comparator.prepared.quirks.legacy_parser {
            return None;
        }
        form_fields(body.as_str()?, content_type)
    }

    /// Returns the fields of a form as an object; other bodies unchanged.
    fn form_value<'b>(&self, body: &'b Node, content_type: &str) -> Cow<'b, Node> {
        let Some(text) = body.as_str() else {
            return Cow::Borrowed(body);
        };
        let parser = if self.comparator.prepared.quirks.legacy_parser {
            QueryParser::PLAIN
        } else {
            QueryParser::NESTED
        };
        let lower = content_type.to_ascii_lowercase();
        let fields = if lower.contains("application/x-www-form-urlencoded") {
            Some(parse_query(text, parser))
        } else if lower.contains("multipart/form-data") {
            multipart_fields(text, content_type)
        } else {
            None
        };
        match fields {
            Some(fields) => Cow::Owned(Node {
                at: body.at,
                ..Node::from(fields)
            }),
            None => Cow::Borrowed(body),
        }
    }
}

/// Returns what separates the elements of a list in one text (OpenAPI 2.0, "parameter object").
fn separator_of(schema: &Node) -> &'static str {
    match schema.get("collectionFormat").and_then(Node::as_str) {
        Some("ssv") => " ",
        Some("tsv") => "\t",
        Some("pipes") => "|",
        _ => ",",
    }
}

/// Returns the list or object that a text is in JSON; `first` is how it begins.
fn json_of(text: &str, first: char) -> Option<Node> {
    if !text.trim_start().starts_with(first) {
        return None;
    }
    serde_json::from_str::<serde::de::IgnoredAny>(text).ok()?;
    read(text, FileId::ROOT, &Limits::default()).ok()
}

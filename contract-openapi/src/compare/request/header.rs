//! Headers of the request.

use super::parameter::kind_of;
use crate::compare::Code;
use crate::compare::contract::HeaderValue;
use crate::compare::judge::{Judge, MockPlace};
use crate::compare::media_type::find_media_type;
use crate::compare::quirks::is_truthy;
use crate::compare::standard_headers;
use crate::compare::text::{Delimited, Encoding, Notation, list_or_object, styled};
use crate::description::{Location, Parameter, Version, response_for};
use crate::document::{Node, Position};
use crate::schema::Bundle;

impl<'a> Judge<'_, 'a> {
    pub(super) fn request_headers(&mut self) {
        self.accept();
        self.content_type();
        self.declared_headers();
    }

    fn header_place<'v>(&self, name: &str, value: Option<&HeaderValue<'v>>) -> MockPlace<'v> {
        let headers = self.mock.request.get("headers");
        MockPlace {
            location: format!("request.headers.{name}"),
            at: value.map_or_else(
                || headers.map_or(self.mock.request.at, |node| node.at),
                |value| value.node.at,
            ),
            value: value.map(|value| value.node),
        }
    }

    fn accept(&mut self) {
        let Some(operation) = self.operation() else { return };
        let header = self.mock.request_headers.get("accept").cloned();
        let accept = header.as_ref().map_or("", |header| {
            if self.mends().whole_accept {
                &header.text
            } else {
                first_part(&header.text)
            }
        });
        if accept.is_empty() {
            return;
        }
        let mut all: Vec<&str> = Vec::new();
        for (_, response) in operation.responses() {
            all.extend(operation.response_media_types(response));
        }
        let exact = response_for(operation, self.mock.status)
            .filter(|found| found.name == self.mock.status.to_string());
        let has_types = exact.is_some_and(|found| !operation.response_media_types(found.node).is_empty());
        let place = self.header_place("accept", header.as_ref());
        if all.is_empty() {
            let message =
                "Request Accept header is defined but the spec does not specify any mime-types to produce";
            self.report(Code::RequestAcceptUnknown, message, place, self.operation_place());
        } else if has_types && find_media_type(accept, &all, self.mends().parameters()).is_none() {
            let message =
                "Request Accept header is incompatible with the mime-types the spec defines to produce";
            self.report(
                Code::RequestAcceptIncompatible,
                message,
                place,
                self.operation_place(),
            );
        }
    }

    fn content_type(&mut self) {
        let Some(operation) = self.operation() else { return };
        let header = self.mock.request_headers.get("content-type").cloned();
        let content_type = self
            .mock
            .request_type()
            .map_or("", |text| self.media_type_of(text));
        let available = operation.request_media_types();
        let place = self.header_place("content-type", header.as_ref());
        if content_type.is_empty() {
            let has_body = self
                .mock
                .request_body
                .as_ref()
                .is_some_and(|body| is_truthy(body));
            if !available.is_empty() && has_body {
                let message =
                    "Request content type header is not defined but spec specifies mime-types to consume";
                self.report(
                    Code::RequestContentTypeMissing,
                    message,
                    place,
                    self.operation_place(),
                );
            }
        } else if available.is_empty() {
            let message = "Request content-type header is defined but the spec does not specify any mime-types to consume";
            self.report(
                Code::RequestContentTypeUnknown,
                message,
                place,
                self.operation_place(),
            );
        } else if find_media_type(content_type, &available, self.mends().parameters()).is_none() {
            let message =
                "Request Content-Type header is incompatible with the mime-types the spec accepts to consume";
            let at = operation
                .request_content()
                .map_or_else(Position::default, |content| content.at);
            let spec = self.below_operation("requestBody.content", at, None);
            self.report(Code::RequestContentTypeIncompatible, message, place, spec);
        }
    }

    /// Returns the media type that counts of a `Content-Type`.
    pub(in crate::compare) fn media_type_of<'t>(&self, content_type: &'t str) -> &'t str {
        if self.mends().media_type_parameters {
            content_type
        } else {
            first_part(content_type)
        }
    }

    fn declared_headers(&mut self) {
        let Some(operation) = self.operation() else { return };
        let mut rest = self.mock.request_headers.clone();
        for (index, parameter) in operation.parameters.iter().enumerate() {
            if parameter.location != Some(Location::Header) {
                continue;
            }
            let header = rest.remove(parameter.name);
            if self.is_valid_request() && !self.is_reserved(parameter.name) {
                self.declared_header(index, parameter, header.as_ref());
            }
        }
        if !self.is_valid_request() {
            return;
        }
        let keys = self.api_key_names("header");
        let unknown: Vec<(String, HeaderValue<'_>)> = rest
            .iter()
            .filter(|(name, _)| {
                !standard_headers::REQUEST.contains(name) && !keys.iter().any(|key| key == name)
            })
            .map(|(name, value)| (name.to_owned(), value.clone()))
            .collect();
        for (name, value) in unknown {
            let place = self.header_place(&name, Some(&value));
            let message = format!("Request header is not defined in the spec file: {name}");
            self.report(Code::RequestHeaderUnknown, message, place, self.operation_place());
        }
    }

    /// Returns whether parameters for a header have no effect (OpenAPI 3.0, "parameter object").
    fn is_reserved(&self, name: &str) -> bool {
        let is_v3 = self
            .comparator
            .description
            .is_some_and(|description| description.version() != Version::V2);
        let reserved = ["accept", "content-type", "authorization"];
        is_v3
            && self.mends().reserved_headers
            && reserved
                .iter()
                .any(|reserved| name.eq_ignore_ascii_case(reserved))
    }

    fn declared_header(&mut self, index: usize, parameter: &Parameter<'a>, header: Option<&HeaderValue<'_>>) {
        let place = self.header_place(parameter.name, header);
        let way = format!("parameters[{index}]");
        let spec = self.below_operation(&way, parameter.node.at, Some(parameter.node));
        let lead = "Value is incompatible with the parameter defined in the spec file";
        let Some(header) = header else {
            if parameter.is_required() {
                let message = format!("{lead}: must have required property '{}'", parameter.name);
                self.report(Code::RequestHeaderIncompatible, message, place, spec);
            }
            return;
        };
        let document = self.content_value(parameter, &header.text, header.node.at);
        let value = document.unwrap_or_else(|| {
            let bundle = self.parameter_bundle(parameter);
            let value = if self.mends().parameter_styles {
                styled_header(&header.text, parameter, &bundle)
            } else if admits_text(parameter) {
                Node::from(header.text.as_str())
            } else {
                list_or_object(&header.text)
            };
            (!self.skips_complex(&bundle, Some(&value))).then_some((bundle, value))
        });
        let Some((bundle, value)) = value else { return };
        let failures = self.failures(&bundle, Some(&value), true);
        self.report_failures(Code::RequestHeaderIncompatible, lead, failures, &place, &spec);
    }
}

/// Returns the value of a header by its style. Blanks around the elements of lists belong to no element (RFC 9110, section
/// 5.6.1).
pub(in crate::compare) fn styled_header(text: &str, parameter: &Parameter<'_>, bundle: &Bundle) -> Node {
    let kind = kind_of(bundle, &bundle.root, 0);
    let compact;
    let text = if kind == Delimited::Text {
        text
    } else {
        compact = text.split(',').map(str::trim).collect::<Vec<_>>().join(",");
        &compact
    };
    styled(text, Notation::of(parameter, kind, Encoding::Plain))
}

/// Returns whether the schema, or one of its alternatives, allows strings.
fn admits_text(parameter: &Parameter<'_>) -> bool {
    let is_text = |schema: &Node| schema.get("type").and_then(Node::as_str) == Some("string");
    let Some(schema) = parameter.schema() else {
        return false;
    };
    let alternatives = |keyword| schema.get(keyword).and_then(Node::as_array).unwrap_or_default();
    is_text(schema)
        || alternatives("anyOf")
            .iter()
            .chain(alternatives("oneOf"))
            .any(is_text)
}

/// Returns the text before the first `;`.
fn first_part(text: &str) -> &str {
    text.split(';').next().unwrap_or_default()
}

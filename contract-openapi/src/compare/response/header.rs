//! Headers of the response.

use std::sync::Arc;

use crate::compare::Code;
use crate::compare::contract::{HeaderValue, at_position};
use crate::compare::judge::{Judge, MockPlace};
use crate::compare::media_type::find_media_type;
use crate::compare::request::styled_header;
use crate::compare::standard_headers;
use crate::description::{Parameter, response_for};
use crate::document::{Node, Position};
use crate::schema::{Bundle, Direction};

impl<'a> Judge<'_, 'a> {
    fn response_header_place<'v>(&self, name: &str, value: Option<&HeaderValue<'v>>) -> MockPlace<'v> {
        MockPlace {
            location: format!("response.headers.{name}"),
            at: value.map_or(self.mock.response.at, |value| value.node.at),
            value: value.map(|value| value.node),
        }
    }

    /// Returns the schema of a declared header and the value that a text represents; `None` if it is not checked.
    fn header_value(&self, declared: &'a Node, header: &HeaderValue<'_>) -> Option<(Arc<Bundle>, Node)> {
        let parameter = Parameter::header(self.operation()?.description().resolve(declared));
        let mends = self.mends();
        if mends.parameter_styles
            && let Some(value) = self.content_value(&parameter, &header.text, header.node.at)
        {
            return value;
        }
        let bundle = match parameter.schema() {
            Some(schema) => self.comparator.bundle(schema, Direction::Sent),
            None if mends.parameter_styles => self.parameter_bundle(&parameter),
            None => self.comparator.bundle(declared, Direction::Sent),
        };
        let value = if mends.parameter_styles {
            styled_header(&header.text, &parameter, &bundle)
        } else {
            Node::from(header.text.as_str())
        };
        Some((bundle, at_position(value, header.node.at)))
    }

    pub(super) fn response_headers(&mut self) {
        let Some(operation) = self.operation() else { return };
        let Some(found) = response_for(operation, self.mock.status) else {
            return;
        };
        let status = self.mock.status;
        let mut rest = self.mock.response_headers.clone();
        let header = rest.remove("content-type");
        let content_type = header
            .as_ref()
            .map_or("", |header| self.media_type_of(&header.text));
        let available = operation.response_media_types(found.node);
        let place = self.response_header_place("content-type", header.as_ref());
        if !content_type.is_empty() && available.is_empty() {
            let message = "Response Content-Type header is defined but the spec does not specify any mime-types to produce";
            self.report(
                Code::ResponseContentTypeUnknown,
                message,
                place,
                self.operation_place(),
            );
        } else if !content_type.is_empty()
            && find_media_type(content_type, &available, self.mends().parameters()).is_none()
        {
            let message = "Response Content-Type header is incompatible with the mime-types the spec defines to produce";
            let spec = self.below_operation(&format!("responses.{status}.content"), found.written.at, None);
            self.report(Code::ResponseContentTypeIncompatible, message, place, spec);
        }
        let headers = found.node.get("headers");
        for (name, declared) in headers.into_iter().flat_map(Node::entries) {
            let Some(header) = rest.remove(name) else { continue };
            let Some((bundle, value)) = self.header_value(declared, &header) else {
                continue;
            };
            let failures = self.failures(&bundle, Some(&value), true);
            let mock = self.response_header_place(name, Some(&header));
            let spec = self.below_operation(&format!("responses.{status}.headers.{name}"), declared.at, None);
            let lead = "Value is incompatible with the parameter defined in the spec file";
            self.report_failures(Code::ResponseHeaderIncompatible, lead, failures, &mock, &spec);
        }
        for name in standard_headers::RESPONSE {
            if rest.is_empty() {
                break;
            }
            let Some(header) = rest.remove(name) else { continue };
            let place = self.response_header_place(name, Some(&header));
            let message = format!("Standard http response header is not defined in the spec file: {name}");
            self.report(
                Code::ResponseHeaderUndefined,
                message,
                place,
                self.operation_place(),
            );
        }
        let unknown: Vec<(String, HeaderValue<'_>)> = rest
            .iter()
            .map(|(name, value)| (name.to_owned(), value.clone()))
            .collect();
        for (name, header) in unknown {
            let place = self.response_header_place(&name, Some(&header));
            let at = headers.map_or_else(Position::default, |headers| headers.at);
            let spec = self.below_operation(&format!("responses.{status}.headers"), at, headers);
            let message = format!("Response header is not defined in the spec file: {name}");
            self.report(Code::ResponseHeaderUnknown, message, place, spec);
        }
    }
}

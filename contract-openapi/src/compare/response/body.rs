//! Status and body of the response.

use crate::compare::Code;
use crate::compare::exchanged::described_response_type;
use crate::compare::judge::{Judge, MockPlace};
use crate::compare::media_type::find_media_type;
use crate::compare::quirks::is_truthy;
use crate::compare::request::{BodyStatus, VALIDATABLE, body_status};
use crate::description::{FoundResponse, Operation, StatusKey, response_for};
use crate::document::{Node, Position};
use crate::schema::Direction;

/// The media type that determines how a response body is checked, and its schema.
pub(in crate::compare) struct ChosenSchema<'a> {
    pub(in crate::compare) media_type: String,
    pub(in crate::compare) schema: Option<&'a Node>,
}

impl<'a> Judge<'_, 'a> {
    pub(super) fn response_body(&mut self) {
        let Some(operation) = self.operation() else { return };
        let status = self.mock.status;
        let status_place = MockPlace {
            location: "response.status".to_owned(),
            at: self
                .mock
                .response
                .get("status")
                .map_or(self.mock.response.at, |node| node.at),
            value: self.mock.response.get("status"),
        };
        let responses = operation.node.get("responses");
        let responses_at = responses.map_or_else(Position::default, |responses| responses.at);
        let responses_place = self.below_operation("responses", responses_at, None);
        let Some(found) = response_for(operation, status) else {
            let message = format!("Response status code not defined in spec file: {status}");
            self.report(
                Code::ResponseStatusUnknown,
                message,
                status_place,
                responses_place,
            );
            return;
        };
        if found.key == StatusKey::Default {
            let message = format!("Response status code matched default response in spec file: {status}");
            self.report(
                Code::ResponseStatusDefault,
                message,
                status_place,
                responses_place,
            );
        }
        let chosen = self.chosen_schema(operation, &found);
        let body = self.mock.response_body.as_ref();
        let content = found.written.get("content");
        let content_place =
            self.below_operation(&format!("responses.{status}.content"), found.written.at, content);
        match body_status(&chosen.media_type, body.map(AsRef::as_ref), &VALIDATABLE) {
            BodyStatus::Absent => {}
            BodyStatus::Unvalidatable => {
                let message = format!(
                    "Body with content type '{}' is not supported by the spec comparator",
                    chosen.media_type
                );
                let place = self.body_place("response", body);
                self.report(Code::ResponseBodyUnvalidatable, message, place, content_place);
            }
            BodyStatus::Validatable => {
                // `null` in a contract with a content type means that no body is expected.
                let is_judged = |body: &Node| {
                    is_truthy(body)
                        || self.mends().falsy_bodies && !body.is_null() && body.as_str() != Some("")
                        || self.mends().falsy_bodies && body.is_null() && chosen.schema.is_some()
                };
                let Some(body) = body.filter(|body| is_judged(body)) else {
                    return;
                };
                let Some(schema) = chosen.schema else {
                    let place = self.body_place("response", Some(body));
                    let message = "No matching schema found for response body";
                    self.report(Code::ResponseBodyUnknown, message, place, content_place);
                    return;
                };
                let bundle = self.comparator.bundle(schema, Direction::Received);
                let failures = self.failures(&bundle, Some(body), false);
                let mock = self.body_place("response", Some(body));
                let way = format!("responses.{status}.content.{}", chosen.media_type);
                let spec = self.below_operation(&way, schema.at, None);
                let lead = "Response body is incompatible with the response body schema in the spec file";
                self.report_failures(Code::ResponseBodyIncompatible, lead, failures, &mock, &spec);
            }
        }
    }

    /// Returns the media type for checking the body: from the response's `Content-Type`, otherwise from what
    /// the request accepts, otherwise the first one.
    pub(in crate::compare) fn chosen_schema(
        &self,
        operation: &Operation<'a>,
        found: &FoundResponse<'a>,
    ) -> ChosenSchema<'a> {
        let available = operation.response_media_types(found.node);
        let media_type = described_response_type(self.mock, &available, self.mends())
            .or(available.first().copied())
            .unwrap_or("application/json")
            .to_owned();
        let content = found.node.get("content");
        let types: Vec<&str> = content
            .into_iter()
            .flat_map(Node::entries)
            .map(|(name, _)| name)
            .collect();
        let schema = found.node.get("schema").or_else(|| {
            let index = find_media_type(&media_type, &types, self.mends().parameters())?;
            operation.schema_in(content, types[index])
        });
        ChosenSchema { media_type, schema }
    }
}

//! Cookies.

use super::parameter::kind_of;
use crate::compare::Code;
use crate::compare::judge::{Judge, MockPlace};
use crate::compare::text::{Encoding, Notation};
use crate::description::Location;

impl Judge<'_, '_> {
    /// Checks cookie parameters.
    pub(super) fn cookies(&mut self) {
        let Some(operation) = self.operation() else { return };
        if !self.is_valid_request() {
            return;
        }
        for (index, parameter) in operation.parameters.iter().enumerate() {
            if parameter.location != Some(Location::Cookie) {
                continue;
            }
            let header = self.mock.request_headers.get("cookie");
            let place = |location: String| MockPlace {
                location,
                at: header.map_or(self.mock.request.at, |header| header.node.at),
                value: header.map(|header| header.node),
            };
            let mock = place(format!("request.headers.cookie.{}", parameter.name));
            let spec = self.below_operation(
                &format!("parameters[{index}]"),
                parameter.node.at,
                Some(parameter.node),
            );
            let lead = "Value is incompatible with the parameter defined in the spec file";
            match self.cookie(parameter.name) {
                Some(text) => {
                    let decoded = Encoding::Percent.decoded(&text);
                    let document = self.content_value(parameter, &decoded, mock.at);
                    let value = document.unwrap_or_else(|| {
                        let bundle = self.parameter_bundle(parameter);
                        let kind = kind_of(&bundle, &bundle.root, 0);
                        let notation = Notation::of(parameter, kind, Encoding::Percent);
                        let value = self.fitting(&bundle, notation.readings(&text));
                        Some((bundle, value))
                    });
                    let Some((bundle, value)) = value else { continue };
                    let failures = self.failures(&bundle, Some(&value), true);
                    self.report_failures(Code::RequestCookieIncompatible, lead, failures, &mock, &spec);
                }
                None if parameter.is_required() => {
                    let message = format!("{lead}: must have required property '{}'", parameter.name);
                    self.report(Code::RequestCookieIncompatible, message, mock, spec);
                }
                None => {}
            }
        }
    }
}

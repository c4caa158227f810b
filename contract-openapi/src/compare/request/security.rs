//! Credentials.

use crate::compare::Code;
use crate::compare::judge::{Judge, MockPlace};
use crate::description::{alternatives, scheme};
use crate::document::{Node, Object};

/// The problem with a credential.
enum Missing {
    Header,
    Query,
    Cookie,
}

impl Judge<'_, '_> {
    /// Checks that the request has the credentials of one alternative. An alternative with several schemes requires all
    /// of them (OpenAPI 3.0, "security requirement object"); without that correction one is enough.
    pub(super) fn security(&mut self) {
        let Some(operation) = self.operation() else { return };
        if !self.is_valid_request() {
            return;
        }
        let query = self.mock.query_values(self.mends().decoded_queries);
        let mut missing = Vec::new();
        for alternative in alternatives(operation) {
            let checks: Vec<Option<Missing>> = alternative
                .iter()
                .filter_map(|name| self.check_scheme(name, &query))
                .collect();
            let is_satisfied = alternative.is_empty()
                || if self.mends().security_all_of {
                    checks.iter().all(Option::is_none)
                } else {
                    checks.iter().any(Option::is_none)
                };
            if is_satisfied {
                return;
            }
            missing.extend(checks.into_iter().flatten());
        }
        for missing in missing {
            let (what, way) = match missing {
                Missing::Header => ("header", "headers"),
                Missing::Query => ("query", "query"),
                Missing::Cookie => ("cookie", "headers"),
            };
            let message = format!("Request Authorization {what} is missing but is required by the spec file");
            let node = self.mock.request.get(way);
            let place = MockPlace {
                location: format!("request.{way}"),
                at: node.map_or(self.mock.request.at, |node| node.at),
                value: node,
            };
            let spec = self.operation_place();
            self.report(Code::RequestAuthorizationMissing, message, place, spec);
        }
    }

    /// Returns what is missing for a scheme: `None` if the scheme is unknown, `Some(None)` if nothing is missing.
    #[expect(
        clippy::option_option,
        reason = "an unknown scheme says nothing, a known one says yes or no"
    )]
    fn check_scheme(&self, name: &str, query: &Object) -> Option<Option<Missing>> {
        let scheme = scheme(self.comparator.description?, name)?;
        let text = |member: &str| scheme.get(member).and_then(Node::as_str).unwrap_or("");
        let headers = &self.mock.request_headers;
        let needs = |is_present: bool, missing: Missing| Some((!is_present).then_some(missing));
        let starts_with = |prefix: &str| {
            let value = headers.text("authorization").unwrap_or("").to_ascii_lowercase();
            if self.comparator.prepared.quirks.no_authorization_schema {
                headers.get("authorization").is_some()
            } else {
                value.starts_with(prefix)
            }
        };
        match text("type").to_ascii_lowercase().as_str() {
            "apikey" => match text("in").to_ascii_lowercase().as_str() {
                "header" => needs(headers.get(text("name")).is_some(), Missing::Header),
                "query" => needs(query.contains(text("name")), Missing::Query),
                "cookie" if self.mends().cookies => needs(self.has_cookie(text("name")), Missing::Cookie),
                "cookie" => Some(None),
                _ => None,
            },
            "basic" => needs(starts_with("basic "), Missing::Header),
            "http" => match text("scheme").to_ascii_lowercase().as_str() {
                "basic" => needs(starts_with("basic "), Missing::Header),
                "bearer" => needs(starts_with("bearer "), Missing::Header),
                other if self.mends().security_all_of => {
                    needs(starts_with(&format!("{other} ")), Missing::Header)
                }
                _ => needs(
                    self.comparator.prepared.quirks.no_authorization_schema
                        && headers.get("authorization").is_some(),
                    Missing::Header,
                ),
            },
            // A contract does not show whether a token is valid.
            "oauth2" | "openidconnect" | "mutualtls" => Some(None),
            _ => None,
        }
    }

    /// Returns the names of headers or query parameters with API keys of the operation.
    pub(super) fn api_key_names(&self, place: &str) -> Vec<String> {
        let Some(operation) = self.operation() else {
            return Vec::new();
        };
        let schemes = alternatives(operation)
            .into_iter()
            .flatten()
            .filter_map(|name| scheme(self.comparator.description?, name));
        schemes
            .filter(|scheme| {
                let text = |member: &str| scheme.get(member).and_then(Node::as_str);
                text("type") == Some("apiKey") && text("in") == Some(place)
            })
            .filter_map(|scheme| scheme.get("name").and_then(Node::as_str))
            .map(|name| {
                if place == "header" {
                    name.to_ascii_lowercase()
                } else {
                    name.to_owned()
                }
            })
            .collect()
    }

    fn has_cookie(&self, name: &str) -> bool {
        self.cookie(name).is_some()
    }

    /// Returns the value of a cookie as it is written (RFC 6265, section 4.2.1). A comma separates header fields, unless no
    /// name follows it: then it belongs to the value.
    pub(super) fn cookie(&self, name: &str) -> Option<String> {
        let header = self.mock.request_headers.text("cookie")?;
        header.split(';').find_map(|pair| {
            let mut value: Option<String> = None;
            for part in pair.split(',') {
                match (part.split_once('='), &mut value) {
                    (Some(_), Some(_)) => break,
                    (Some((present, text)), None) if present.trim() == name => value = Some(text.to_owned()),
                    (None, Some(value)) => {
                        value.push(',');
                        value.push_str(part);
                    }
                    _ => {}
                }
            }
            value.map(|value| value.trim().to_owned())
        })
    }
}

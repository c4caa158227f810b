//! A load script for k6 with the requests of the contract: each iteration sends every request once.

use std::fmt::Write as _;

use super::form::{Exchange, without_rules};
use crate::import::Notes;
use crate::json::{Map, Value};

const HEAD: &str = "\
import http from 'k6/http';
import { check } from 'k6';

const baseUrl = __ENV.BASE_URL || 'http://localhost:8080';

export const options = {
  vus: 1,
  iterations: 1,
  thresholds: { checks: ['rate==1'] },
};

export default function () {
";

pub(super) fn write(exchanges: &[Exchange<'_>], notes: &mut Notes) -> String {
    let mut text = String::from(HEAD);
    for exchange in exchanges {
        without_rules(*exchange, notes);
        let interaction = exchange.interaction;
        if !interaction.provider_states.is_empty() {
            notes.lost(
                interaction.description.clone(),
                "its provider states: set them up before the run",
            );
        }
        let request = &exchange.http.request;
        if request.body.content().is_some() && exchange.sent_text().is_none() {
            notes.lost(
                interaction.description.clone(),
                "the body of its request, which is not text",
            );
        }
        let body = exchange.sent_text().map_or(Value::Null, Value::from);
        let headers: Map = request
            .headers
            .iter()
            .map(|(name, values)| (name.to_owned(), values.join(", ").into()))
            .collect();
        let _ = write!(
            text,
            "  check(\n    http.request({}, baseUrl + {}, {}, {{ headers: {} }}),\n    {{ {}: (r) => r.status === {} }},\n  );\n",
            script(&request.method.as_str().into()),
            script(&exchange.http.request.target().into()),
            script(&body),
            script(&Value::Object(headers)),
            script(&interaction.description.as_str().into()),
            exchange.status(),
        );
    }
    text.push_str("}\n");
    text
}

/// Returns a value as JavaScript: JSON with two line separators escaped for older engines.
fn script(value: &Value) -> String {
    value
        .to_string()
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

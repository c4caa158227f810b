//! A failure as a JSON document.

use serde_json::{Map, Value, json};

use super::{Failure, secret};
use crate::matching::{AppliedRule, Mismatch, Part};

/// The failure as JSON: `consumer`, `provider`, `interaction` (`description`, `providerStates`), `source`, `test`, `part`
/// (`request`, `response` or `message`), `mismatches` and `reproduce`; what is not known is `null`.
///
/// Each mismatch has `part`, `path`, `expected`, `actual`, `expectation`, `description`, `rule` and, where a nearest
/// element explains it, `nearest`.
pub fn json(failure: &Failure<'_>) -> Value {
    let interaction = failure.interaction;
    json!({
        "consumer": failure.consumer,
        "provider": failure.provider,
        "interaction": {
            "description": interaction.description,
            "providerStates": interaction
                .provider_states
                .iter()
                .map(|state| json!({ "name": state.name, "params": state.params }))
                .collect::<Vec<_>>(),
        },
        "source": failure.source,
        "test": interaction.test_name(),
        "part": failure.exchange.name(),
        "mismatches": mismatches(failure.mismatches),
        "reproduce": failure.reproduce,
    })
}

/// The mismatches alone, secrets masked.
fn mismatches(mismatches: &[Mismatch]) -> Vec<Value> {
    mismatches.iter().map(mismatch).collect()
}

fn mismatch(mismatch: &Mismatch) -> Value {
    let shown = secret::shown(mismatch);
    let mut members = Map::new();
    members.insert("part".into(), part(shown.part).into());
    members.insert("path".into(), shown.path.as_str().into());
    // Absent and null differ: what was not there has no member at all.
    if let Some(expected) = &shown.expected {
        members.insert("expected".into(), expected.clone());
    }
    if let Some(actual) = &shown.actual {
        members.insert("actual".into(), actual.clone());
    }
    members.insert("expectation".into(), shown.expectation.as_str().into());
    members.insert("description".into(), shown.description.as_str().into());
    if let Some(applied) = &shown.rule {
        members.insert("rule".into(), rule(applied));
    }
    if !shown.nearest.is_empty() {
        members.insert("nearest".into(), mismatches(&shown.nearest).into());
    }
    Value::Object(members)
}

fn rule(rule: &AppliedRule) -> Value {
    json!({
        "path": rule.path,
        "name": rule.name,
        "overridden": rule
            .overridden
            .iter()
            .map(|rule| json!({ "path": rule.path, "name": rule.name }))
            .collect::<Vec<_>>(),
    })
}

fn part(part: Part) -> &'static str {
    match part {
        Part::Method => "method",
        Part::Path => "path",
        Part::Query => "query",
        Part::Header => "header",
        Part::Status => "status",
        Part::BodyType => "contentType",
        Part::Body => "body",
        Part::Metadata => "metadata",
    }
}

//! Formats a failure as a JSON document.

use crate::json::{self, Map, Value};
use crate::map_of;

use super::{Failure, difference, secret};
use crate::contract::ProviderState;
use crate::matching::{AppliedRule, Mismatch, Part};

/// Texts with more characters are long.
const LONG: usize = 60;

/// Returns the failure as JSON: `consumer`, `provider`, `interaction` (`description`, `providerStates`), `source`,
/// `test`, `part` (`request`, `response` or `message`), `mismatches` and `reproduce`; unknown values are `null`.
///
/// Each mismatch has `part`, `path`, `expected`, `actual`, `expectation`, `description`, `rule`; `kind` if it is not
/// about single values (`bytes`, `unreadable`), or if the comparison was given up (`undecided`) or ended after many
/// mismatches (`mayBeMore`); `nearest` if there is a nearest element; `difference` if two texts are long, look alike or
/// are masked. With an unexpected status, `answer`
/// contains the first lines of the response body.
pub fn json(failure: &Failure<'_>) -> Value {
    let described = json::object([
        ("description", failure.description.into()),
        ("providerStates", provider_states(failure.provider_states)),
    ]);
    let mut members = map_of([
        ("consumer".to_owned(), failure.consumer.into()),
        ("provider".to_owned(), failure.provider.into()),
        ("interaction".to_owned(), described),
        ("source".to_owned(), failure.source.into()),
        ("test".to_owned(), failure.test.into()),
        ("part".to_owned(), failure.exchange.name().into()),
        ("mismatches".to_owned(), mismatches(failure.mismatches).into()),
        ("reproduce".to_owned(), failure.reproduce.clone().into()),
    ]);
    if let Some(lines) = super::text::answer(failure) {
        members.insert("answer".to_owned(), lines.into_iter().collect());
    }
    members.into()
}

/// Formats provider states as `[{ "name": …, "params": { … } }]`.
pub(crate) fn provider_states(states: &[ProviderState]) -> Value {
    states
        .iter()
        .map(|state| {
            json::object([
                ("name", state.name.as_str().into()),
                ("params", state.params.clone().into()),
            ])
        })
        .collect()
}

/// Returns only the mismatches, with secrets masked.
fn mismatches(mismatches: &[Mismatch]) -> Vec<Value> {
    mismatches.iter().map(mismatch).collect()
}

fn mismatch(mismatch: &Mismatch) -> Value {
    let shown = secret::shown(mismatch);
    let mut members = Map::new();
    if let Some(kind) = shown.kind.name() {
        members.insert("kind".into(), kind.into());
    }
    members.insert("part".into(), part(shown.part).into());
    members.insert("path".into(), shown.path.as_str().into());
    // Absent and null differ: a missing value has no member.
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
    let difference = secret::difference(mismatch)
        .or_else(|| difference::of_mismatch(&shown, LONG).map(|difference| difference.place));
    if let Some(difference) = difference {
        members.insert("difference".into(), difference.into());
    }
    if !shown.nearest.is_empty() {
        members.insert("nearest".into(), mismatches(&shown.nearest).into());
    }
    Value::Object(members)
}

fn rule(rule: &AppliedRule) -> Value {
    let named = |path: &str, name: &str| [("path", path.into()), ("name", name.into())];
    let overridden: Value = rule
        .overridden
        .iter()
        .map(|rule| json::object(named(&rule.path, &rule.name)))
        .collect();
    let [path, name] = named(&rule.path, &rule.name);
    json::object([path, name, ("overridden", overridden)])
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

//! Finds paths that do not exist in the body of an example.

use super::part::Part;
use crate::contract::lead::lead;
use crate::contract::{Body, Data, Path, Token, Variant};
use crate::format;
use crate::format::content::{NOWHERE, type_of};
use crate::json::Value;

/// Returns why a rule or generator for this path applies to no value; `None` if it applies.
pub(super) fn leads_nowhere(path: &Path, part: &Part<'_>) -> Option<&'static str> {
    let steps = path.tokens();
    let content = match part.body {
        Body::Missing => return Some("it has no body"),
        Body::Empty => return Some("its body is empty"),
        Body::Null => return (!steps.is_empty()).then_some("its body is null"),
        Body::Present(content) => content,
    };
    if let Data::Json(example) = &content.data {
        return lead(steps, example).is_none().then_some(NOWHERE);
    }
    let content_type = type_of(part.body, content, part.content_type());
    format::of(&content_type, &content.data, content.hint).leads_nowhere(content, &content_type, path)
}

/// Returns the paths in the variants of an `arrayContains` rule that do not exist in the variant's example, each with
/// what it is for.
pub(super) fn nowhere_in_variants<'r>(
    path: &Path,
    variants: &'r [Variant],
    part: &Part<'_>,
) -> Vec<(&'static str, &'r Path)> {
    let Some(Data::Json(example)) = part.body.content().map(|content| &content.data) else {
        return Vec::new();
    };
    let Some(Value::Array(elements)) = first_at(path.tokens(), example) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for variant in variants {
        let Some(element) = elements.get(variant.index) else {
            continue;
        };
        let rules = variant.rules.keys().map(|path| ("rule", path));
        let generators = variant.generators.keys().map(|path| ("generator", path));
        found.extend(
            rules
                .chain(generators)
                .filter(|(_, path)| lead(path.tokens(), element).is_none()),
        );
    }
    found
}

/// Returns the first value that the steps lead to.
fn first_at<'v>(steps: &[Token], value: &'v Value) -> Option<&'v Value> {
    steps.iter().try_fold(value, |value, step| match (step, value) {
        (Token::Field(name), Value::Object(members)) => members.get(name),
        (Token::Index(index), Value::Array(elements)) => elements.get(*index),
        (Token::Star, Value::Object(members)) => members.values().next(),
        (Token::Star | Token::StarIndex, Value::Array(elements)) => elements.first(),
        _ => None,
    })
}

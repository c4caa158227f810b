//! Paths that lead nowhere in the body of an example.

use super::part::Part;
use crate::contract::lead::lead;
use crate::contract::{Body, Content, Data, Path, Token, Variant};
use crate::json::Value;
use crate::matching::body::Kind;
use crate::matching::body::content::{bytes, decoded, type_of};
use crate::matching::body::form::has_field;

const IN_THE_BODY: &str = "it leads nowhere in the body";

/// Why a rule or generator for this path has nothing to work on, if it has nothing.
pub(super) fn leads_nowhere(path: &Path, part: &Part<'_>) -> Option<&'static str> {
    let steps = path.tokens();
    let content = match part.body {
        Body::Missing => return Some("it has no body"),
        Body::Empty => return Some("its body is empty"),
        Body::Null => return (!steps.is_empty()).then_some("its body is null"),
        Body::Present(content) => content,
    };
    if let Data::Json(example) = &content.data {
        return lead(steps, example).is_none().then_some(IN_THE_BODY);
    }
    let content_type = type_of(part.body, content, part.content_type());
    match Kind::of(&content_type, &content.data, content.hint) {
        // Whether JSON that cannot be read has such a place is not known.
        Kind::Json => None,
        Kind::Text => (!steps.is_empty()).then_some("a text has no places inside"),
        Kind::Binary => (!steps.is_empty()).then_some("bytes have no places inside"),
        Kind::Form => match decoded(&content.data, &content_type) {
            Ok(form) => (!has_field(&form, path)).then_some(IN_THE_BODY),
            Err(_) => None,
        },
        Kind::Xml | Kind::Multipart => (!holds_names(content, steps)).then_some(IN_THE_BODY),
    }
}

/// Paths in the variants of an `arrayContains` rule at this path that lead nowhere in the variant's example, each with what it
/// is for.
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

/// The first value to which the steps lead.
fn first_at<'v>(steps: &[Token], value: &'v Value) -> Option<&'v Value> {
    steps.iter().try_fold(value, |value, step| match (step, value) {
        (Token::Field(name), Value::Object(members)) => members.get(name),
        (Token::Index(index), Value::Array(elements)) => elements.get(*index),
        (Token::Star, Value::Object(members)) => members.values().next(),
        (Token::Star | Token::StarIndex, Value::Array(elements)) => elements.first(),
        _ => None,
    })
}

/// Whether the names of all steps are somewhere in the content. If not, the path leads nowhere; else it may.
fn holds_names(content: &Content, steps: &[Token]) -> bool {
    let text = String::from_utf8_lossy(&bytes(&content.data)).to_lowercase();
    steps.iter().all(|step| {
        let Token::Field(name) = step else { return true };
        // `uri:name` and `prefix:name` are ways to write an XML name, `@name` is an attribute, `#text` its text.
        let local = name.rsplit_once(':').map_or(name.as_str(), |(_, local)| local);
        let local = local.strip_prefix('@').unwrap_or(local);
        local == "#text" || text.contains(&local.to_lowercase())
    })
}

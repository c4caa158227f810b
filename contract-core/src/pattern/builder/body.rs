//! Patterns as bodies.

use std::collections::BTreeMap;

use crate::json::Value;

use super::textual::Textual;
use crate::contract::{
    Body, Content, ContentType, Data, Generator, Matcher, Path, Query, Response, RuleList, Token,
};
use crate::matching::ResponsePlan;
use crate::pattern::value::Node;
use crate::pattern::{IntoPattern, IntoXmlBody, Pattern, XmlBody};

/// A body with its rules and generators.
#[derive(Debug, Clone)]
pub(super) struct BodyParts {
    pub(super) body: Body,
    pub(super) rules: BTreeMap<Path, RuleList>,
    pub(super) generators: BTreeMap<Path, Generator>,
}

impl Default for BodyParts {
    fn default() -> Self {
        Self {
            body: Body::Missing,
            rules: BTreeMap::new(),
            generators: BTreeMap::new(),
        }
    }
}

/// A JSON document.
#[track_caller]
pub(super) fn json(pattern: impl IntoPattern) -> BodyParts {
    let expanded = pattern.into_pattern().expand();
    BodyParts {
        body: Body::json(expanded.example),
        rules: expanded.rules,
        generators: expanded.generators,
    }
}

/// A text of this type.
#[track_caller]
pub(super) fn text(pattern: impl IntoPattern, content_type: &str) -> BodyParts {
    let expanded = pattern.into_pattern().expand();
    let Value::String(example) = expanded.example else {
        panic!("a text body takes a text, not {}", expanded.example);
    };
    BodyParts {
        body: Body::text(example, Some(parse(content_type))),
        rules: expanded.rules,
        generators: expanded.generators,
    }
}

/// An XML document of this type.
#[track_caller]
pub(super) fn xml(document: impl IntoXmlBody, content_type: &str) -> BodyParts {
    let element = match document.into_xml_body() {
        XmlBody::Written(document) => return text(document, content_type),
        XmlBody::Pattern(element) => element,
    };
    let expanded = element.expand();
    let parts = BodyParts {
        body: Body::text(expanded.document, Some(parse(content_type))),
        rules: expanded.rules,
        generators: expanded.generators,
    };
    if cfg!(feature = "xml")
        && let Err(reason) = fits_itself(&parts)
    {
        panic!("the XML document: {reason}");
    }
    parts
}

/// Whether a body fits its own rules; else how it does not.
fn fits_itself(parts: &BodyParts) -> Result<(), String> {
    let mut response = Response {
        body: parts.body.clone(),
        ..Response::default()
    };
    response.rules.body = parts.rules.clone();
    let plan = ResponsePlan::compile(&response).map_err(|error| error.to_string())?;
    match plan.compare(&response).mismatches().first() {
        None => Ok(()),
        Some(mismatch) => Err(format!(
            "the example does not match its own pattern at {}: expected {}",
            mismatch.path, mismatch.expectation
        )),
    }
}

/// Bytes of this type, compared byte for byte.
#[track_caller]
pub(super) fn bytes(content_type: &str, bytes: impl AsRef<[u8]>) -> BodyParts {
    let content_type = parse(content_type);
    let bytes = bytes::Bytes::copy_from_slice(bytes.as_ref());
    let data = match std::str::from_utf8(&bytes) {
        Ok(text) if content_type.is_text() => Data::Text(text.to_owned()),
        _ => Data::Binary(bytes),
    };
    BodyParts {
        body: Body::Present(Content {
            data,
            content_type: Some(content_type),
            hint: None,
        }),
        rules: BTreeMap::new(),
        generators: BTreeMap::new(),
    }
}

/// Any bytes of this type, told by the bytes themselves.
#[track_caller]
pub(super) fn bytes_like(content_type: &str, example: impl AsRef<[u8]>) -> BodyParts {
    let mut parts = bytes(content_type, example);
    parts.rules.insert(
        Path::root(),
        RuleList::one(Matcher::ContentType(content_type.to_owned())),
    );
    parts
}

/// Form fields in their order; several of one name are its values.
#[track_caller]
pub(super) fn form(fields: Vec<(String, Pattern)>) -> BodyParts {
    let mut parts = BodyParts::default();
    let mut form = Query::new();
    for (name, field) in fields {
        let textual = Textual::of(field, || format!("form field {name:?}"));
        let path = Path::root().join(Token::Field(name.clone()));
        let at =
            |index: Option<usize>| index.map_or_else(|| path.clone(), |index| path.join(Token::Index(index)));
        let earlier = form.get(&name).map_or(0, <[_]>::len);
        let is_ruled = parts.rules.contains_key(&path);
        let placed = textual.placed_rules(earlier, is_ruled);
        parts
            .rules
            .extend(placed.into_iter().map(|(index, rules)| (at(index), rules)));
        if let Some(generator) = textual.generator {
            parts
                .generators
                .insert(at((earlier > 0).then_some(earlier)), generator);
        }
        for value in textual.values {
            form.append(name.as_str(), Some(value));
        }
    }
    parts.body = Body::text(form.to_text(), Some(parse("application/x-www-form-urlencoded")));
    parts
}

/// The members of an object, as named fields of what `what` names: `a form`.
#[track_caller]
pub(super) fn members(pattern: impl IntoPattern, what: &str) -> Vec<(String, Pattern)> {
    match pattern.into_pattern().node {
        Node::Object(members) => members,
        Node::Variants {
            mut alternatives,
            shown,
        } => members(alternatives.swap_remove(shown), what),
        Node::Literal(Value::Object(members)) => members
            .into_iter()
            .map(|(name, value)| (name, value.into_pattern()))
            .collect(),
        Node::Like(Value::Object(members)) => members
            .into_iter()
            .map(|(name, value)| (name, value.into_pattern().loosened()))
            .collect(),
        _ => panic!(
            "{what} takes an object with a member for each field: json_like!({{ \"name\": string(\"Ada\") }})"
        ),
    }
}

/// Pairs of a name and a pattern.
#[track_caller]
pub(super) fn pairs<N: Into<String>, P: IntoPattern>(
    pairs: impl IntoIterator<Item = (N, P)>,
) -> Vec<(String, Pattern)> {
    let mut fields = Vec::new();
    for (name, pattern) in pairs {
        fields.push((name.into(), pattern.into_pattern()));
    }
    fields
}

#[track_caller]
pub(super) fn parse(content_type: &str) -> ContentType {
    content_type
        .parse()
        .unwrap_or_else(|error| panic!("content type of a body: {error}"))
}

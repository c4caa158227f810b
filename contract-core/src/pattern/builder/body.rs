//! Patterns as bodies.

use std::collections::BTreeMap;

use crate::json::Value;

use crate::contract::{
    Body, Content, ContentType, Data, Generator, Headers, Matcher, Path, Query, RuleList, Token,
};
use crate::pattern::value::Node;
use crate::pattern::{IntoPattern, Pattern};

/// A body with its rules and generators.
pub(super) struct BodyParts {
    pub(super) body: Body,
    pub(super) rules: BTreeMap<Path, RuleList>,
    pub(super) generators: BTreeMap<Path, Generator>,
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

/// The content type that was set, or else this one.
pub(super) fn content_type_or(headers: &Headers, usual: &str) -> String {
    headers.first("content-type").unwrap_or(usual).to_owned()
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

/// Bytes of this type, compared byte for byte.
#[track_caller]
pub(super) fn bytes(content_type: &str, bytes: impl Into<bytes::Bytes>) -> BodyParts {
    let content_type = parse(content_type);
    let bytes = bytes.into();
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
pub(super) fn bytes_like(content_type: &str, example: impl Into<bytes::Bytes>) -> BodyParts {
    let mut parts = bytes(content_type, example);
    parts.rules.insert(
        Path::root(),
        RuleList::one(Matcher::ContentType(content_type.to_owned())),
    );
    parts
}

/// Form fields, one for each member of an object.
#[track_caller]
pub(super) fn form(pattern: impl IntoPattern) -> BodyParts {
    let mut parts = BodyParts {
        body: Body::Missing,
        rules: BTreeMap::new(),
        generators: BTreeMap::new(),
    };
    let mut fields = Query::new();
    for (name, field) in members(pattern.into_pattern()) {
        let textual = super::textual::Textual::of(field, || format!("form field {name:?}"));
        let path = Path::root().join(Token::Field(name.clone()));
        for (index, rules) in textual.indexed_rules() {
            let path = index.map_or_else(|| path.clone(), |index| path.join(Token::Index(index)));
            parts.rules.insert(path, rules);
        }
        if let Some(generator) = textual.generator {
            parts.generators.insert(path, generator);
        }
        for value in textual.values {
            fields.append(name.as_str(), Some(value));
        }
    }
    parts.body = Body::text(fields.to_text(), Some(parse("application/x-www-form-urlencoded")));
    parts
}

#[track_caller]
fn members(pattern: Pattern) -> Vec<(String, Pattern)> {
    match pattern.node {
        Node::Object(members) => members,
        Node::Literal(Value::Object(members)) => members
            .into_iter()
            .map(|(name, value)| (name, value.into_pattern()))
            .collect(),
        Node::Like(Value::Object(members)) => members
            .into_iter()
            .map(|(name, value)| (name, value.into_pattern().loosened()))
            .collect(),
        _ => panic!(
            "a form takes an object with a member for each field: json_like!({{ \"name\": string(\"Ada\") }})"
        ),
    }
}

#[track_caller]
pub(super) fn parse(content_type: &str) -> ContentType {
    content_type
        .parse()
        .unwrap_or_else(|error| panic!("content type of a body: {error}"))
}

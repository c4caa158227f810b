//! What version 2 brought: matching rules, as one flat map from path expressions to one rule each.

use std::fmt::Write as _;

use super::place::{At, Read};
use super::rules;
use crate::contract::{MatchingRules, Members, Path, Token};

/// `{"$.body.id": {"match": "type"}, "$.headers.Accept": {..}, "$.query.page": {..}, "$.path": {..}}`
///
/// A rule for anything else is kept as it is.
pub(super) fn matching_rules(members: Members, at: &At) -> Read<MatchingRules> {
    let mut read = MatchingRules::default();
    for (key, value) in members {
        let at = at.member(&key);
        let path = rules::path(&key, &at)?;
        let (category, below) = match path.tokens().split_first() {
            Some((Token::Field(category), below)) => (category.as_str(), below),
            _ => ("", path.tokens()),
        };
        match (category, below) {
            ("method", []) => read.method = Some(rules::list(value, &at)?),
            ("path", []) => read.path = Some(rules::list(value, &at)?),
            ("status", []) => read.status = Some(rules::list(value, &at)?),
            ("body", below) => {
                read.body
                    .insert(below_body(&key, below), rules::list(value, &at)?);
            }
            ("header" | "headers", [Token::Field(name), below @ ..]) => {
                read.headers
                    .insert(indexed(name, below), rules::list(value, &at)?);
            }
            ("query", [Token::Field(name), below @ ..]) => {
                read.query.insert(indexed(name, below), rules::list(value, &at)?);
            }
            _ => {
                read.extra.insert(key.clone(), value);
            }
        }
    }
    Ok(read)
}

/// The rest of `$.body…` as a path from the body's root, spelt as it was.
fn below_body(key: &str, tokens: &[Token]) -> Path {
    key.strip_prefix("$.body")
        .and_then(|rest| format!("${rest}").parse::<Path>().ok())
        .filter(|path| path.tokens() == tokens)
        .unwrap_or_else(|| Path::from_tokens(tokens.to_vec()))
}

/// `name` or `name[0]`
fn indexed(name: &str, below: &[Token]) -> String {
    let mut text = name.to_owned();
    for token in below {
        match token {
            Token::Index(index) => {
                let _ = write!(text, "[{index}]");
            }
            Token::StarIndex => text.push_str("[*]"),
            Token::Star => text.push_str(".*"),
            Token::Field(field) => {
                let _ = write!(text, ".{field}");
            }
        }
    }
    text
}

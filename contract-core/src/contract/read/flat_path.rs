//! Paths such as `$.body.id` and `$.headers.Accept`, which say both the part and the place in it. Version 2 has no others;
//! files of later versions have them too.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::contract::{Generator, Generators, MatchingRules, Path, RuleList, Token};

/// What a flat path leads to.
pub(super) enum Target {
    Method,
    Path,
    Status,
    /// A query parameter; all of the query if the name is empty.
    Query(String),
    /// A header field; all of them if the name is empty.
    Header(String),
    /// A message's metadata.
    Metadata(String),
    Body(Path),
}

/// Whether a key of `matchingRules` or `generators` is a path, and not the name of a category. Released versions of
/// pact-jvm left the `$` out.
pub(super) fn is_path(key: &str) -> bool {
    key.starts_with(['$', '.', '['])
}

/// Adds a list of rules, unless there is one for the same place.
pub(super) fn put(rules: &mut MatchingRules, target: Target, list: RuleList) {
    match target {
        Target::Method => keep_first(&mut rules.method, list),
        Target::Path => keep_first(&mut rules.path, list),
        Target::Status => keep_first(&mut rules.status, list),
        Target::Query(name) => keep_first_of(&mut rules.query, name, list),
        Target::Header(name) => keep_first_of(&mut rules.headers, name, list),
        Target::Metadata(name) => keep_first_of(&mut rules.metadata, name, list),
        Target::Body(path) => keep_first_of(&mut rules.body, path, list),
    }
}

/// As [`put`], of a generator.
pub(super) fn put_generator(generators: &mut Generators, target: Target, generator: Generator) {
    match target {
        Target::Method => keep_first(&mut generators.method, generator),
        Target::Path => keep_first(&mut generators.path, generator),
        Target::Status => keep_first(&mut generators.status, generator),
        Target::Query(name) => keep_first_of(&mut generators.query, name, generator),
        Target::Header(name) => keep_first_of(&mut generators.headers, name, generator),
        Target::Metadata(name) => keep_first_of(&mut generators.metadata, name, generator),
        Target::Body(path) => keep_first_of(&mut generators.body, path, generator),
    }
}

fn keep_first<T>(slot: &mut Option<T>, value: T) {
    slot.get_or_insert(value);
}

fn keep_first_of<K: Ord, T>(map: &mut BTreeMap<K, T>, key: K, value: T) {
    map.entry(key).or_insert(value);
}

impl Target {
    /// What this path leads to, if it names a part. `key` is the path as it was written.
    pub(super) fn of(path: &Path, key: &str) -> Option<Self> {
        let (category, below) = match path.tokens().split_first()? {
            (Token::Field(category), below) => (category.as_str(), below),
            _ => return None,
        };
        // `$.body$[0].id` and `$.header.$.accept`: released versions of pact-jvm and of the FFI put the root in twice.
        let category = category.strip_suffix('$').unwrap_or(category);
        let named = || parameter_name(below);
        Some(match (category, below) {
            ("method", []) => Self::Method,
            ("path", []) => Self::Path,
            ("status", []) => Self::Status,
            ("body" | "contents" | "content", below) => Self::Body(below_body(key, below)),
            ("header" | "headers", _) => Self::Header(named()?),
            ("query", _) => Self::Query(named()?),
            ("metadata" | "metaData", _) => Self::Metadata(named()?),
            _ => return None,
        })
    }
}

/// The rest of `$.body…` as a path from the body's root, spelt as it was.
fn below_body(key: &str, tokens: &[Token]) -> Path {
    key.strip_prefix("$.body")
        .and_then(|rest| Path::read(&format!("${rest}")).ok())
        .filter(|path| path.tokens() == tokens)
        .unwrap_or_else(|| Path::from_tokens(tokens.to_vec()))
}

/// The name that a key below `query`, `header` or `metadata` stands for: the key, or what it leads to if it is written
/// as a path (`$.page`, `$['X-A'][0]`, `$.header.X-A`).
pub(super) fn parameter(key: &str) -> String {
    let Some(Ok(path)) = key.starts_with('$').then(|| Path::read(key)) else {
        return key.to_owned();
    };
    let tokens = match path.tokens() {
        [Token::Field(category), below @ ..]
            if matches!(category.as_str(), "header" | "headers" | "query" | "metadata")
                && matches!(below, [Token::Field(_), ..]) =>
        {
            below
        }
        tokens => tokens,
    };
    parameter_name(tokens).unwrap_or_else(|| key.to_owned())
}

/// `name` or `name[0]`; the empty name for no steps at all.
pub(super) fn parameter_name(tokens: &[Token]) -> Option<String> {
    let tokens = match tokens {
        [Token::Field(root), below @ ..] if root == "$" => below,
        tokens => tokens,
    };
    let Some((name, below)) = tokens.split_first() else {
        return Some(String::new());
    };
    let Token::Field(name) = name else { return None };
    let mut text = name.clone();
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
    Some(text)
}

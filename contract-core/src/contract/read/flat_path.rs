//! Paths such as `$.body.id` and `$.headers.Accept`, which contain both the part and the place in it. Version 2 uses
//! only these; files of later versions may contain them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::contract::{Generator, Generators, MatchingRules, Path, RuleList, Token};

/// The target of a flat path.
pub(super) enum Target {
    Method,
    Path,
    Status,
    /// A query parameter; the whole query if the name is empty.
    Query(String),
    /// A header field; all fields if the name is empty.
    Header(String),
    /// An entry of a message's metadata.
    Metadata(String),
    Body(Path),
}

/// Returns whether a key of `matchingRules` or `generators` is a path and not a category. Released versions of pact-jvm
/// omitted the `$`.
pub(super) fn is_path(key: &str) -> bool {
    key.starts_with(['$', '.', '['])
}

/// Adds a list of rules, unless the place already has one.
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

/// Like [`put`], for a generator.
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
    /// Returns the target of this path, if it names a part. `key` is the path as written.
    pub(super) fn of(path: &Path, key: &str) -> Option<Self> {
        let (category, below) = match path.tokens().split_first()? {
            (Token::Field(category), below) => (category.as_str(), below),
            _ => return None,
        };
        // `$.body$[0].id` and `$.header.$.accept`: released versions of pact-jvm and of the FFI doubled the root.
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

/// Returns the rest of `$.body…` as a path from the body's root, in the original notation.
fn below_body(key: &str, tokens: &[Token]) -> Path {
    key.strip_prefix("$.body")
        .and_then(|rest| Path::read(&format!("${rest}")).ok())
        .filter(|path| path.tokens() == tokens)
        .unwrap_or_else(|| Path::from_tokens(tokens.to_vec()))
}

/// Returns the name for a key below `query`, `header` or `metadata`: the key itself, or its target if it is a path
/// (`$.page`, `$['X-A'][0]`, `$.header.X-A`).
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

/// Returns `name` or `name[0]`; the empty name for no steps.
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

//! Alternatives: several patterns for one value, each with an example and rules of its own.

use std::collections::BTreeMap;

use super::{Combine, Path, RuleList};
use crate::json::Value;

/// Patterns of which one must hold, or all.
///
/// A list of rules has one example, and no place for what is inside a second pattern. What it cannot hold is written as a
/// JSON Schema ([`Matcher::Schema`](super::Matcher::Schema)) of one keyword, `anyOf` or `allOf`. Each schema below it is
/// an example and the rules beside it, by path from the value:
///
/// ```json
/// { "match": "type", "schema": { "anyOf": [
///     { "examples": [{ "kind": "a", "x": 1 }], "x-matching-rules": { "$.kind": { "matchers": [{ "match": "equality" }] } } },
///     { "examples": [{ "kind": "b", "y": 2 }], "x-matching-rules": { "$.kind": { "matchers": [{ "match": "equality" }] } } }
/// ] } }
/// ```
///
/// Whoever knows JSON Schema and not the keyword `x-matching-rules` accepts any value; whoever does not know `schema` checks
/// the type of the whole's example.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Alternatives {
    pub(crate) combine: Combine,
    pub(crate) patterns: Vec<Alternative>,
}

/// One of several patterns for a value.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Alternative {
    pub(crate) example: Value,
    /// By path from the value.
    pub(crate) rules: BTreeMap<Path, RuleList>,
}

impl Alternatives {
    /// The keyword of a schema that holds the examples.
    pub(crate) const EXAMPLES: &str = "examples";

    /// The keyword of a schema that holds the rules.
    pub(crate) const RULES: &str = "x-matching-rules";

    /// The keyword that says how the patterns combine.
    pub(crate) fn keyword(combine: Combine) -> &'static str {
        match combine {
            Combine::Or => "anyOf",
            Combine::And => "allOf",
        }
    }
}

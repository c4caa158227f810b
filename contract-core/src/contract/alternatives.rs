//! Alternatives: several patterns for one value, each with its own example and rules.

use std::collections::BTreeMap;

use super::{Combine, Path, RuleList};
use crate::json::Value;

/// Several patterns, of which one or all must match.
///
/// A list of rules has one example, and no place for the content of a second pattern. Alternatives that it
/// cannot represent are written as a JSON Schema ([`Matcher::Schema`](super::Matcher::Schema)) with a single
/// keyword, `anyOf` or `allOf`. Each schema below it is an example with its rules, by path from the value:
///
/// ```json
/// { "match": "type", "schema": { "anyOf": [
///     { "examples": [{ "kind": "a", "x": 1 }], "x-matching-rules": { "$.kind": { "matchers": [{ "match": "equality" }] } } },
///     { "examples": [{ "kind": "b", "y": 2 }], "x-matching-rules": { "$.kind": { "matchers": [{ "match": "equality" }] } } }
/// ] } }
/// ```
///
/// Implementations that support JSON Schema but not the keyword `x-matching-rules` accept any value;
/// implementations that do not support `schema` check the type of the whole example.
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
    /// The keyword of a schema with the examples.
    pub(crate) const EXAMPLES: &str = "examples";

    /// The keyword of a schema with the rules.
    pub(crate) const RULES: &str = "x-matching-rules";

    /// Returns the keyword for this combination of patterns.
    pub(crate) fn keyword(combine: Combine) -> &'static str {
        match combine {
            Combine::Or => "anyOf",
            Combine::And => "allOf",
        }
    }
}

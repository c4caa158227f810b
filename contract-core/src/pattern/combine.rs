//! Combinations: one of several, all of several.
//!
//! A contract has one example and one list of rules for a value. What a combination means beyond that cannot be written
//! down, so it is refused where it is made, before a contract says less than its author.

use super::value::Node;
use super::{Expanded, IntoPattern, Pattern, null};
use crate::contract::{Combine, Matcher, Path, RuleList};
use crate::json::Value;

/// Matches a value that fits the pattern, or `null`; a plain value means "of the same type".
///
/// ```
/// # use contract_core::prelude::*;
/// assert!(nullable(integer(42)).matches(&7));
/// assert!(nullable(integer(42)).matches(&()));
/// assert!(!nullable(integer(42)).matches(&"7"));
/// ```
///
/// # Panics
///
/// If the pattern combines several rules with AND ([`all_of`], [`not_empty`]), which a contract cannot hold beside "or null".
#[track_caller]
pub fn nullable(pattern: impl IntoPattern) -> Pattern {
    let pattern = pattern.into_pattern().loosened();
    assert!(
        !combines(&pattern.expand(), Combine::And),
        "nullable(…): the pattern combines several rules with AND, which a contract cannot hold beside \"or null\": write it \
         as one regex, or the whole with matching_schema"
    );
    any_of([pattern, null()])
}

/// Matches a value that fits one of these patterns. The example is the first's. Plain texts are taken as they are:
/// `any_of(["open", "paid"])` is an enumeration.
///
/// A contract holds one example and one list of rules for the value. So only the first may be an object or array with
/// patterns inside, and one that means "of the same type as its example" ([`string`](super::string),
/// [`like`](super::like), a document) comes first, too: `any_of([string("none"), integer(1)])`.
///
/// ```
/// # use contract_core::prelude::*;
/// let pattern = any_of(["open", "closed"]);
/// assert!(pattern.matches(&"closed"));
/// assert!(!pattern.matches(&"lost"));
/// ```
///
/// # Panics
///
/// If there are no patterns, and if the contract would lose something of one: the line that calls is named.
#[track_caller]
pub fn any_of<I>(patterns: I) -> Pattern
where
    I: IntoIterator,
    I::Item: IntoPattern,
{
    let mut patterns: Vec<Pattern> = patterns.into_iter().map(IntoPattern::into_pattern).collect();
    assert!(!patterns.is_empty(), "any_of([]): name at least one alternative");
    if patterns.len() == 1 {
        return patterns.remove(0).strict();
    }
    let expanded: Vec<Expanded> = patterns.iter().map(Pattern::expand).collect();
    for (index, (pattern, own)) in patterns.iter().zip(&expanded).enumerate() {
        let number = index + 1;
        assert!(
            !combines(own, Combine::And),
            "any_of(…): alternative {number} combines several rules with AND, which a contract cannot hold \
             beside an OR: write it as one regex or schema"
        );
        if index == 0 || pattern.as_exact_text().is_some() {
            continue;
        }
        assert!(
            own.rules.keys().all(|path| path.tokens().is_empty()),
            "any_of(…): alternative {number} has patterns inside, which a contract holds for the first only: put it first, or \
             describe the whole with matching_schema"
        );
        assert!(
            own.generators.is_empty(),
            "any_of(…): alternative {number} is put in when the interaction is played, which a contract holds for the first \
             only: put it first"
        );
        let exact = matches!(pattern.node, Node::Literal(_) | Node::Exactly(_));
        assert!(
            !exact || own.example.is_null(),
            "any_of(…): alternative {number} is exactly {}, and only texts can be enumerated: use matching_schema with an enum",
            own.example
        );
        assert!(
            own.example.is_null() || same_by_example(own, &expanded[0].example),
            "any_of(…): alternative {number} means values like its example {}, and a contract has one example, {}: put this \
             alternative first, or describe the whole with matching_schema",
            own.example,
            expanded[0].example
        );
    }
    let patterns = patterns
        .into_iter()
        .enumerate()
        .map(|(index, pattern)| match pattern.node {
            Node::Literal(value) | Node::Exactly(value) if index > 0 && value.is_null() => null(),
            node => Pattern { node },
        })
        .collect();
    let whole = Pattern {
        node: Node::AnyOf(patterns),
    }
    .checked(|| "any_of(…)".to_owned());
    for (index, own) in expanded.iter().enumerate() {
        if let Err(reason) = whole.accepts(&own.example) {
            panic!(
                "any_of(…): the contract would refuse the example {} of alternative {} ({reason}): describe the whole with \
                 matching_schema",
                own.example,
                index + 1
            );
        }
    }
    whole
}

/// Matches a value that fits all of these patterns. The example is the first's.
///
/// ```
/// # use contract_core::prelude::*;
/// let pattern = all_of([regex("[a-z ]+", "an error"), includes("error", "an error")]);
/// assert!(pattern.matches(&"some error"));
/// assert!(!pattern.matches(&"Error 42"));
/// ```
///
/// # Panics
///
/// If there are no patterns, if the example does not fit one of them, and if the contract would lose something of one behind
/// the first: patterns inside, or alternatives.
#[track_caller]
pub fn all_of<I>(patterns: I) -> Pattern
where
    I: IntoIterator,
    I::Item: IntoPattern,
{
    let mut patterns: Vec<Pattern> = patterns.into_iter().map(IntoPattern::into_pattern).collect();
    assert!(!patterns.is_empty(), "all_of([]): name at least one pattern");
    if patterns.len() == 1 {
        return patterns.remove(0).strict();
    }
    let example = patterns[0].expand().example;
    for (index, pattern) in patterns.iter().enumerate() {
        let number = index + 1;
        let own = pattern.expand();
        assert!(
            !combines(&own, Combine::Or),
            "all_of(…): pattern {number} combines several rules with OR, which a contract cannot hold beside an AND"
        );
        if index == 0 {
            continue;
        }
        assert!(
            own.rules.keys().all(|path| path.tokens().is_empty()),
            "all_of(…): pattern {number} has patterns inside, which a contract holds for the first only: put it first"
        );
        assert!(
            own.generators.is_empty(),
            "all_of(…): pattern {number} is put in when the interaction is played, which a contract holds for the first only: \
             put it first"
        );
        if let Err(reason) = pattern.accepts(&example) {
            panic!(
                "all_of(…): the example {example} of the first pattern does not match pattern {number}: {reason}"
            );
        }
    }
    Pattern {
        node: Node::AllOf(patterns),
    }
    .checked(|| "all_of(…)".to_owned())
}

/// Matches a value that fits the pattern and is not empty: not `""`, `[]`, `{}` or `null`; a plain value means "of the same
/// type".
///
/// ```
/// # use contract_core::prelude::*;
/// assert!(not_empty("Ada").matches(&"Grace"));
/// assert!(!not_empty("Ada").matches(&""));
/// ```
///
/// # Panics
///
/// If the example is empty, or the pattern has alternatives ([`nullable`], [`any_of`]), which a contract cannot hold beside
/// "not empty".
#[track_caller]
pub fn not_empty(pattern: impl IntoPattern) -> Pattern {
    let pattern = pattern.into_pattern().loosened();
    let own = pattern.expand();
    assert!(
        !combines(&own, Combine::Or),
        "not_empty(…): the pattern combines several rules with OR, which a contract cannot hold beside \"not empty\": write it \
         as one regex, or the whole with matching_schema"
    );
    Pattern {
        node: Node::AllOf(vec![pattern, Pattern::ruled(own.example, Matcher::NotEmpty)]),
    }
    .checked(|| "not_empty(…)".to_owned())
}

/// Whether the value itself has several rules that are combined so.
fn combines(expanded: &Expanded, how: Combine) -> bool {
    let list = expanded.rules.get(&Path::root());
    list.is_some_and(|list| list.rules.len() > 1 && list.combine == how)
}

/// Whether the rules of a value mean the same beside another example.
fn same_by_example(own: &Expanded, other: &Value) -> bool {
    let is_same = |list: &RuleList| {
        list.rules.iter().all(|rule| match &rule.matcher {
            Matcher::Type { .. } | Matcher::Values | Matcher::EachValue(_) | Matcher::NotEmpty => {
                same_shape(&own.example, other)
            }
            Matcher::Equality | Matcher::ArrayContains(_) => own.example == *other,
            _ => true,
        })
    };
    // Without a rule the example itself is compared.
    own.rules
        .get(&Path::root())
        .map_or(own.example == *other, is_same)
}

/// Whether "of the same type as this" means the same for both.
fn same_shape(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            let same_member = |(name, value)| other.get(name).is_some_and(|member| same_shape(value, member));
            one.len() == other.len() && one.iter().all(same_member)
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same_shape(one, other))
        }
        _ => std::mem::discriminant(one) == std::mem::discriminant(other),
    }
}

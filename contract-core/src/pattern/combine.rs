//! Combinations of patterns: one of several, or all of several.
//!
//! A contract has one example and one list of rules for a value. Combinations that these cannot represent are
//! written as alternatives, each with its own example and rules, in this library's extension of the format.

use super::value::Node;
use super::{Expanded, IntoPattern, Pattern, null};
use crate::contract::{Combine, Matcher, Path, RuleList};
use crate::json::Value;

/// Matches a value that matches the pattern, or `null`; a plain value means "of the same type".
///
/// ```
/// # use contract_core::prelude::*;
/// assert!(nullable(integer(42)).matches(&7));
/// assert!(nullable(integer(42)).matches(&()));
/// assert!(!nullable(integer(42)).matches(&"7"));
/// ```
#[track_caller]
pub fn nullable(pattern: impl IntoPattern) -> Pattern {
    any_of([pattern.into_pattern().loosened(), null()])
}

/// Matches a value that matches one of these patterns. The example is that of the first one. A plain value
/// means exactly this value: `any_of(["open", "paid"])` is an enumeration.
///
/// ```
/// # use contract_core::prelude::*;
/// let status = any_of(["open", "closed"]);
/// assert!(status.matches(&"closed"));
/// assert!(!status.matches(&"lost"));
///
/// let payment = any_of([
///     json_like!({ "kind": exactly("card"), "number": regex(r"\d{16}", "4111111111111111") }),
///     json_like!({ "kind": exactly("transfer"), "iban": "DE02120300000000202051" }),
/// ]);
/// assert!(payment.matches(&serde_json::json!({ "kind": "transfer", "iban": "FR7630006000011234567890189" })));
/// assert!(!payment.matches(&serde_json::json!({ "kind": "card", "iban": "FR7630006000011234567890189" })));
/// ```
///
/// # Representation in contracts
///
/// Strings become one regular expression, and patterns for single values one list of rules combined with OR:
/// every implementation supports both. If that would lose part of a pattern (the content of a second object
/// or array, a second example), each alternative is written completely, in an extension next to `"match":
/// "type"`. An implementation that does not know the extension checks the first alternative's type.
///
/// # Panics
///
/// If there are no patterns.
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
    in_one_list_of_alternatives(&patterns)
        .unwrap_or_else(|| Pattern::alternatives(Combine::Or, patterns))
        .checked(|| "any_of(…)".to_owned())
}

/// Matches a value that matches all of these patterns. The example is that of the first one. A plain value
/// means exactly this value.
///
/// ```
/// # use contract_core::prelude::*;
/// let pattern = all_of([regex("[a-z ]+", "an error"), includes("error", "an error")]);
/// assert!(pattern.matches(&"some error"));
/// assert!(!pattern.matches(&"Error 42"));
/// ```
///
/// In a request the first pattern determines the members of an object; the others cover only some of them.
///
/// It is written as one list of rules or, if that would lose part of a pattern, with each pattern completely;
/// see [`any_of`].
///
/// # Panics
///
/// If there are no patterns, if the first pattern's example does not match one of the others, or if a later
/// pattern is generated when the interaction is replayed ([`from_state`](super::from_state)).
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
    for (pattern, number) in patterns.iter().zip(1..).skip(1) {
        assert!(
            pattern.expand().generators.is_empty(),
            "all_of(…): pattern {number} is put in when the interaction is played, which a contract holds for the first only: \
             put it first"
        );
        if let Err(reason) = pattern.accepts(&example) {
            panic!(
                "all_of(…): the example {example} of the first pattern does not match pattern {number}: {reason}"
            );
        }
    }
    in_one_list_of_all(&patterns)
        .unwrap_or_else(|| Pattern::alternatives(Combine::And, patterns))
        .checked(|| "all_of(…)".to_owned())
}

/// Matches a value that matches the pattern and is not empty: not `""`, `[]`, `{}` or `null`; a plain value
/// means "of the same type".
///
/// ```
/// # use contract_core::prelude::*;
/// assert!(not_empty("Ada").matches(&"Grace"));
/// assert!(!not_empty("Ada").matches(&""));
/// ```
///
/// # Panics
///
/// If the example is empty.
#[track_caller]
pub fn not_empty(pattern: impl IntoPattern) -> Pattern {
    let pattern = pattern.into_pattern().loosened();
    let own = pattern.expand();
    let is_not_empty = |example| Pattern::ruled(example, Matcher::NotEmpty);
    if combines(&own, Combine::Or) || judges_what_is_inside(&own) {
        // Nested values are only matched by the pattern, so the second example has none.
        let example = if has_something_inside(&own.example) {
            Value::from(true)
        } else {
            own.example
        };
        Pattern::alternatives(Combine::And, vec![pattern, is_not_empty(example)])
    } else {
        Pattern {
            node: Node::AllOf(vec![pattern, is_not_empty(own.example)]),
        }
    }
    .checked(|| "not_empty(…)".to_owned())
}

impl Pattern {
    /// Returns a pattern whose alternatives are each written completely.
    pub(super) fn alternatives(combine: Combine, patterns: Vec<Self>) -> Self {
        Self {
            node: Node::Alternatives { combine, patterns },
        }
    }

    /// Returns an equivalent pattern with one rule, if it has several alternative rules.
    pub(super) fn in_one_rule(self) -> Self {
        match self.node {
            Node::AnyOf(patterns) if combines(&self.expand(), Combine::Or) => {
                Self::alternatives(Combine::Or, patterns)
            }
            node => Self { node },
        }
    }
}

/// Returns the patterns as one list of alternative rules, with the first one's example; `None` if that would
/// lose part of one.
fn in_one_list_of_alternatives(patterns: &[Pattern]) -> Option<Pattern> {
    let expanded: Vec<Expanded> = patterns.iter().map(Pattern::expand).collect();
    let is_held = |index: usize| {
        let (pattern, own) = (&patterns[index], &expanded[index]);
        // An AND cannot be nested in an OR.
        if combines(own, Combine::And) {
            return false;
        }
        if index == 0 || pattern.as_exact_text().is_some() {
            return true;
        }
        let is_exact = matches!(pattern.node, Node::Literal(_) | Node::Exactly(_));
        has_rules_of_its_own_alone(own)
            && own.generators.is_empty()
            && (own.example.is_null() || (!is_exact && same_by_example(own, &expanded[0].example)))
    };
    if !(0..patterns.len()).all(is_held) {
        return None;
    }
    let patterns = patterns
        .iter()
        .zip(0..)
        .map(|(pattern, index)| match &pattern.node {
            Node::Literal(value) | Node::Exactly(value) if index > 0 && value.is_null() => null(),
            _ => pattern.clone(),
        });
    let whole = Pattern {
        node: Node::AnyOf(patterns.collect()),
    };
    let accepts_all = expanded.iter().all(|own| whole.accepts(&own.example).is_ok());
    accepts_all.then_some(whole)
}

/// Returns the patterns as one list of rules that must all match, with the first one's example; `None` if
/// that would lose part of one.
fn in_one_list_of_all(patterns: &[Pattern]) -> Option<Pattern> {
    let expanded: Vec<Expanded> = patterns.iter().map(Pattern::expand).collect();
    let (first, others) = expanded.split_first()?;
    let is_held = !expanded.iter().any(judges_what_is_inside)
        && !combines(first, Combine::Or)
        && others.iter().all(|own| {
            !combines(own, Combine::Or)
                && has_rules_of_its_own_alone(own)
                && same_by_example(own, &first.example)
        });
    let whole = Pattern {
        node: Node::AllOf(patterns.to_vec()),
    };
    (is_held && whole.accepts(&first.example).is_ok()).then_some(whole)
}

/// Returns whether a rule for the value itself also applies to nested values, which other rules for it would
/// compare with the example.
fn judges_what_is_inside(expanded: &Expanded) -> bool {
    let list = expanded.rules.get(&Path::root());
    has_something_inside(&expanded.example)
        && list.is_some_and(|list| {
            let mut rules = list.rules.iter();
            rules.any(|rule| matches!(rule.matcher, Matcher::Schema(_) | Matcher::ArrayContains(_)))
        })
}

fn has_something_inside(value: &Value) -> bool {
    value.is_array() || value.is_object()
}

/// Returns whether there are no rules for nested values.
fn has_rules_of_its_own_alone(expanded: &Expanded) -> bool {
    expanded.rules.keys().all(|path| path.tokens().is_empty())
}

/// Returns whether the value itself has several rules with this combination.
fn combines(expanded: &Expanded, how: Combine) -> bool {
    let list = expanded.rules.get(&Path::root());
    list.is_some_and(|list| list.rules.len() > 1 && list.combine == how)
}

/// Returns whether the rules of a value have the same meaning with another example.
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
    // Without a rule, the value is compared with the example.
    own.rules
        .get(&Path::root())
        .map_or(own.example == *other, is_same)
}

/// Returns whether "of the same type as this" has the same meaning for both.
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

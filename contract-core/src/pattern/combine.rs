//! Combinations: one of several, all of several.

use super::value::Node;
use super::{IntoPattern, Pattern, null};
use crate::contract::{Combine, Matcher, Path};

/// A value that fits the pattern, or `null`; a plain value means "of the same type".
#[track_caller]
pub fn nullable(pattern: impl IntoPattern) -> Pattern {
    any_of([pattern.into_pattern().loosened(), null()])
}

/// A value that fits one of these patterns. The example is the first's. Plain texts are taken as they are:
/// `any_of(["open", "paid"])` is an enumeration.
///
/// Only the first may be an object or array with patterns inside, since a contract has no place for the others' inner
/// rules.
///
/// # Panics
///
/// Where there are no patterns, where one is a plain value other than a text and not the first, and where the inside of one
/// behind the first would be lost.
#[track_caller]
pub fn any_of<I>(patterns: I) -> Pattern
where
    I: IntoIterator,
    I::Item: IntoPattern,
{
    let patterns: Vec<Pattern> = patterns.into_iter().map(IntoPattern::into_pattern).collect();
    assert!(!patterns.is_empty(), "any_of([]): name at least one alternative");
    for (index, pattern) in patterns.iter().enumerate() {
        let expanded = pattern.expand();
        if let Some(list) = expanded.rules.get(&Path::root()) {
            assert!(
                patterns.len() == 1 || list.rules.len() <= 1 || list.combine == Combine::Or,
                "any_of(…): alternative {} combines several rules with AND, which a contract cannot hold \
                 beside an OR: write it as one regex or schema",
                index + 1
            );
        }
        if index == 0 {
            continue;
        }
        let inner = expanded.rules.keys().any(|path| !path.tokens().is_empty());
        assert!(
            !inner,
            "any_of(…): alternative {} has patterns inside, which a contract holds for the first only: put it first, or \
             describe the whole with matching_schema",
            index + 1
        );
        let exact =
            matches!(pattern.node, Node::Literal(_) | Node::Exactly(_)) && pattern.as_exact_text().is_none();
        assert!(
            !exact || expanded.example.is_null(),
            "any_of(…): alternative {} is exactly {}, and only texts can be enumerated: use matching_schema with an enum",
            index + 1,
            expanded.example
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
    Pattern {
        node: Node::AnyOf(patterns),
    }
    .checked(|| "any_of(…)".to_owned())
}

/// A value that fits all of these patterns. The example is the first's.
///
/// # Panics
///
/// Where there are no patterns, where the example does not fit one of them, and where one behind the first has patterns
/// inside, which a contract has no place for.
#[track_caller]
pub fn all_of<I>(patterns: I) -> Pattern
where
    I: IntoIterator,
    I::Item: IntoPattern,
{
    let patterns: Vec<Pattern> = patterns.into_iter().map(IntoPattern::into_pattern).collect();
    assert!(!patterns.is_empty(), "all_of([]): name at least one pattern");
    for (index, pattern) in patterns.iter().enumerate() {
        let expanded = pattern.expand();
        assert!(
            patterns.len() == 1
                || expanded
                    .rules
                    .get(&Path::root())
                    .is_none_or(|list| list.combine == Combine::And),
            "all_of(…): pattern {} combines several rules with OR, which a contract cannot hold beside an AND",
            index + 1
        );
        assert!(
            index == 0 || expanded.rules.keys().all(|path| path.tokens().is_empty()),
            "all_of(…): pattern {} has patterns inside, which a contract holds for the first only: put it first",
            index + 1
        );
    }
    Pattern {
        node: Node::AllOf(patterns),
    }
    .checked(|| "all_of(…)".to_owned())
}

/// A value that fits the pattern and is not empty: not `""`, `[]`, `{}` or `null`; a plain value means "of the same type".
///
/// # Panics
///
/// Where the example is empty.
#[track_caller]
pub fn not_empty(pattern: impl IntoPattern) -> Pattern {
    let pattern = pattern.into_pattern().loosened();
    let example = pattern.expand().example;
    Pattern {
        node: Node::AllOf(vec![pattern, Pattern::ruled(example, Matcher::NotEmpty)]),
    }
    .checked(|| "not_empty(…)".to_owned())
}

//! Arrays and objects whose elements match one pattern.

use super::value::Node;
use super::{IntoPattern, Pattern};

/// An array whose elements all match a pattern; created by [`each_like`].
#[derive(Debug, Clone)]
#[must_use]
pub struct EachLike {
    item: Pattern,
    min: usize,
    max: Option<usize>,
}

/// Matches an array with at least one element, each of which matches the pattern; a plain value means "of the
/// same type".
///
/// ```
/// # use contract_core::prelude::*;
/// each_like("admin").at_least(1).at_most(5);
/// each_like(json_like!({ "id": integer(1) }));
/// ```
#[track_caller]
pub fn each_like(item: impl IntoPattern) -> EachLike {
    EachLike {
        item: item.into_pattern().loosened(),
        min: 1,
        max: None,
    }
}

impl EachLike {
    /// Requires at least this many elements; 0 allows an empty array.
    ///
    /// ```
    /// # use contract_core::prelude::*;
    /// let pattern = each_like("admin").at_least(2);
    /// assert!(pattern.clone().into_pattern().matches(&["a", "b"]));
    /// assert!(!pattern.into_pattern().matches(&["a"]));
    /// ```
    ///
    /// # Panics
    ///
    /// If it is greater than the maximum.
    #[track_caller]
    pub fn at_least(mut self, min: usize) -> Self {
        self.min = min;
        self.check_bounds();
        self
    }

    /// Allows at most this many elements.
    ///
    /// ```
    /// # use contract_core::prelude::*;
    /// let pattern = each_like("admin").at_most(2);
    /// assert!(pattern.clone().into_pattern().matches(&["a", "b"]));
    /// assert!(!pattern.into_pattern().matches(&["a", "b", "c"]));
    /// ```
    ///
    /// # Panics
    ///
    /// If it is less than the minimum, or 0: an array that is always empty is `exactly([(); 0])`.
    #[track_caller]
    pub fn at_most(mut self, max: usize) -> Self {
        self.max = Some(max);
        self.check_bounds();
        self
    }

    #[track_caller]
    fn check_bounds(&self) {
        let Some(max) = self.max else { return };
        assert!(
            max > 0,
            "each_like(…).at_most(0): an array without elements has no pattern for them; write exactly([(); 0])"
        );
        assert!(
            self.min <= max,
            "each_like(…).at_least({}).at_most({max}): no array has at least {} and at most {max} elements",
            self.min,
            self.min
        );
    }
}

impl IntoPattern for EachLike {
    fn into_pattern(self) -> Pattern {
        Pattern {
            node: Node::EachLike {
                item: Box::new(self.item),
                min: self.min,
                max: self.max,
            },
        }
    }
}

impl From<EachLike> for Pattern {
    fn from(each: EachLike) -> Self {
        each.into_pattern()
    }
}

/// Matches an array that has an element for each of these patterns, in any order and among any others. Plain
/// values mean exactly this value.
///
/// ```
/// # use contract_core::prelude::*;
/// array_containing([json_like!({ "rel": exactly("self"), "href": string("/users/42") })]);
/// array_containing(["admin", "editor"]);
/// ```
///
/// # Panics
///
/// If there are no patterns.
#[track_caller]
pub fn array_containing<I>(items: I) -> Pattern
where
    I: IntoIterator,
    I::Item: IntoPattern,
{
    let items: Vec<Pattern> = items.into_iter().map(IntoPattern::into_pattern).collect();
    assert!(
        !items.is_empty(),
        "array_containing([]): name at least one element to look for"
    );
    Pattern {
        node: Node::ArrayContaining(items),
    }
}

/// Matches an object with any keys (`key` is that of the example) whose values all match the pattern; a plain
/// value means "of the same type".
///
/// ```
/// # use contract_core::prelude::*;
/// each_value("EUR", decimal(1.25));
/// ```
#[track_caller]
pub fn each_value(key: impl Into<String>, value: impl IntoPattern) -> Pattern {
    each_key(key.into(), value)
}

/// Matches an object whose keys all match the first pattern, and whose values all match the second. A plain
/// key allows any key; a plain value means "of the same type".
///
/// ```
/// # use contract_core::prelude::*;
/// each_key(regex("^[A-Z]{3}$", "EUR"), decimal(1.25));
/// ```
///
/// # Panics
///
/// If the key's example is not a string, or if the key is generated when the interaction is replayed, which a
/// contract cannot represent.
#[track_caller]
pub fn each_key(key: impl IntoPattern, value: impl IntoPattern) -> Pattern {
    // Several rules for a key must all match; alternatives are only possible within one rule.
    let key = key.into_pattern().in_one_rule();
    let expanded = key.expand();
    assert!(
        expanded.example.is_string(),
        "each_key(…): keys are texts; give a pattern whose example is one"
    );
    assert!(
        expanded.generators.is_empty(),
        "each_key(…): a contract cannot put in a key when the interaction is played: give a pattern without from_state"
    );
    Pattern {
        node: Node::Each {
            key: Box::new(key),
            value: Box::new(value.into_pattern().loosened()),
        },
    }
}

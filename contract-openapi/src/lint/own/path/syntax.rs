//! What a JSONPath is made of.

use std::fmt;

use super::expression::Expression;
use crate::lint::finding::Segment;

/// A JSONPath.
#[derive(Debug)]
pub(in crate::lint) struct JsonPath {
    pub(super) steps: Vec<Step>,
    /// Whether `~` at its end selects names instead of values.
    pub(super) selects_names: bool,
    /// Whether a result depends on the way that led to it, not only on the place where it is written.
    pub(super) depends_on_way: bool,
}

/// A step from the selected places to others.
#[derive(Debug)]
pub(super) enum Step {
    /// `.name`, `[…]`: members and elements.
    Children(Selector),
    /// `..name`, `..[…]`: members and elements of the places themselves and of everything below.
    Descendants(Selector),
    /// `^`: the parent.
    Parent,
}

/// Which members and elements a step selects.
#[derive(Debug)]
pub(super) enum Selector {
    /// `*`
    All,
    /// `name`, `['a','b']`, `[0]`
    Named(Vec<Segment>),
    /// `[start:end:step]`
    Slice(Slice),
    /// `[?(…)]`
    Filter(Expression),
}

/// Elements of an array from `start` to before `end`; negative ones count from the end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slice {
    pub(super) start: Option<i64>,
    pub(super) end: Option<i64>,
    pub(super) step: usize,
}

/// Why a text is not a JSONPath that is supported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lint) struct PathError {
    /// What is wrong, and what to write instead.
    pub(super) message: String,
    /// The character, from 1.
    pub(super) character: usize,
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "character {}: {}", self.character, self.message)
    }
}

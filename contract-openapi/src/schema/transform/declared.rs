//! The members that a schema declares.

use std::collections::BTreeSet;

use crate::document::{Node, Value};

/// The members that a schema declares for objects.
#[derive(Debug, Clone, Default)]
pub(super) struct Declared {
    pub(super) names: BTreeSet<Box<str>>,
    /// Patterns of names.
    pub(super) patterns: BTreeSet<Box<str>>,
    /// Whether any other member may be there as well.
    pub(super) is_open: bool,
}

impl Declared {
    /// Returns a declaration of all members.
    pub(super) fn open() -> Self {
        Self {
            is_open: true,
            ..Self::default()
        }
    }

    /// Returns what the keywords of a schema declare, without its branches.
    pub(super) fn of_itself(schema: &Node) -> Self {
        let names = |keyword| schema.get(keyword).into_iter().flat_map(Node::entries);
        let allows_others = |keyword| {
            schema
                .get(keyword)
                .is_some_and(|rest| !matches!(rest.value, Value::Bool(false)))
        };
        Self {
            names: names("properties").map(|(name, _)| name.into()).collect(),
            patterns: names("patternProperties").map(|(name, _)| name.into()).collect(),
            is_open: allows_others("additionalProperties") || allows_others("unevaluatedProperties"),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty() && self.patterns.is_empty() && !self.is_open
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.names.extend(other.names.iter().cloned());
        self.patterns.extend(other.patterns.iter().cloned());
        self.is_open |= other.is_open;
    }

    pub(super) fn with(mut self, other: &Self) -> Self {
        self.add(other);
        self
    }

    /// Returns whether `other` declares all of this.
    pub(super) fn is_within(&self, other: &Self) -> bool {
        other.is_open
            || !self.is_open && self.names.is_subset(&other.names) && self.patterns.is_subset(&other.patterns)
    }
}

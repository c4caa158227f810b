//! The rules at each value of a JSON example, looked up once.
//!
//! Most of an actual document has its example's shape: each element of an array is like the first, each member like the
//! one of its name. The rules at those places are the same for every document, so that a walk takes them from here and
//! looks rules up only where it leaves the example's shape.

use crate::json::Value;

use super::DEEPEST;
use crate::matching::rule::Rules;
use crate::matching::scope::{KeptScope, Scope};

/// How many values of an example are kept at most. Beyond, rules are looked up on the walk.
const MOST: usize = 1 << 16;

/// The rules at a value of an example, and those below it.
#[derive(Debug)]
pub(crate) struct Template {
    scope: KeptScope,
    /// In the order in which the example's members are walked.
    members: Vec<Option<Template>>,
    /// By index.
    elements: Vec<Option<Template>>,
    /// Whether the rules are the same at all elements.
    elements_alike: bool,
}

impl Template {
    /// Returns the rules at an example's root and below.
    pub(crate) fn compile(rules: &Rules, example: &Value) -> Option<Self> {
        Self::at(&Scope::root(rules), example, &mut MOST.clone(), 0)
    }

    fn at(scope: &Scope<'_>, example: &Value, left: &mut usize, depth: usize) -> Option<Self> {
        *left = left.checked_sub(1)?;
        if depth > DEEPEST {
            return None;
        }
        let (mut members, mut elements) = (Vec::new(), Vec::new());
        match example {
            // Nothing differs further down: the walk needs no rules of its own there.
            _ if scope.is_leaf() => {}
            Value::Object(map) => {
                let at = |(name, value): (&String, _)| Self::at(&scope.member(name), value, left, depth + 1);
                members.extend(map.iter().map(at));
            }
            Value::Array(list) => {
                let at = |(index, value)| Self::at(&scope.element(index, 0), value, left, depth + 1);
                elements.extend(list.iter().enumerate().map(at));
            }
            _ => {}
        }
        Some(Self {
            scope: scope.keep()?,
            members,
            elements,
            elements_alike: !scope.tells_elements_apart(),
        })
    }

    /// Returns the rules at this value.
    pub(crate) fn scope(&self) -> &KeptScope {
        &self.scope
    }

    /// Returns what is kept for the member that the example has at this position.
    pub(crate) fn member(&self, position: usize) -> Option<&Self> {
        self.members.get(position)?.as_ref()
    }

    /// Returns what is kept for the element at this index, which beyond the example's is the first one's.
    pub(crate) fn element(&self, index: usize) -> Option<&Self> {
        match self.elements.get(index) {
            None if self.elements_alike => self.elements.first()?.as_ref(),
            element => element?.as_ref(),
        }
    }
}

//! Places in a document, and changes to a document at one place.

use std::fmt;

use crate::contract::{Path, Token};
use crate::json::Value;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// A member of an object.
    Member(String),
    /// A key of a map, whose values are all alike.
    Key(String),
    /// An element of a list, whose elements are all alike.
    Element(usize),
    /// An element of a tuple.
    Item(usize),
}

/// A place, from the root of a document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Place(Vec<Step>);

impl Place {
    pub(super) fn member(&self, name: &str) -> Self {
        self.join(Step::Member(name.to_owned()))
    }

    pub(super) fn element(&self, index: usize) -> Self {
        self.join(Step::Element(index))
    }

    pub(super) fn key(&self, name: &str) -> Self {
        self.join(Step::Key(name.to_owned()))
    }

    pub(super) fn item(&self, index: usize) -> Self {
        self.join(Step::Item(index))
    }

    /// Returns the place without the information which elements are alike.
    pub(super) fn plain(&self) -> Self {
        let plain = |step: &Step| match step {
            Step::Key(name) => Step::Member(name.clone()),
            Step::Item(index) => Step::Element(*index),
            step => step.clone(),
        };
        Self(self.0.iter().map(plain).collect())
    }

    fn join(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    pub(super) fn depth(&self) -> usize {
        self.0.len()
    }

    pub(super) fn parent(&self) -> Option<Self> {
        let (_, steps) = self.0.split_last()?;
        Some(Self(steps.to_vec()))
    }

    /// Returns the place and its parents, innermost first.
    pub(super) fn outwards(&self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self.clone()), Self::parent)
    }

    /// Returns the document with another value at this place.
    pub(super) fn put(&self, document: &Value, value: Value) -> Value {
        let mut changed = document.clone();
        if let Some(here) = self.within(&mut changed) {
            *here = value;
        }
        changed
    }

    /// Returns the document without the member at this place.
    pub(super) fn drop(&self, document: &Value) -> Value {
        let mut changed = document.clone();
        if let (Some(parent), Some(Step::Member(name))) = (self.parent(), self.0.last())
            && let Some(Value::Object(members)) = parent.within(&mut changed)
        {
            members.remove(name);
        }
        changed
    }

    /// Adds a value to a document that is built from the outside to the inside.
    pub(super) fn add(&self, document: &mut Value, value: Value) {
        let Some((last, parent)) = self.0.split_last() else {
            *document = value;
            return;
        };
        match (Self(parent.to_vec()).within(document), last) {
            (Some(Value::Object(members)), Step::Member(name)) => {
                members.insert(name.clone(), value);
            }
            (Some(Value::Array(elements)), Step::Element(index)) if *index < elements.len() => {
                elements[*index] = value;
            }
            (Some(Value::Array(elements)), Step::Element(_)) => elements.push(value),
            _ => {}
        }
    }

    fn within<'d>(&self, document: &'d mut Value) -> Option<&'d mut Value> {
        self.0.iter().try_fold(document, |here, step| match (here, step) {
            (Value::Object(members), Step::Member(name) | Step::Key(name)) => members.get_mut(name),
            (Value::Array(elements), Step::Element(index) | Step::Item(index)) => elements.get_mut(*index),
            _ => None,
        })
    }

    /// Returns the path of this place and all places like it: all elements of a list share one path.
    pub(super) fn path(&self) -> Path {
        self.0.iter().fold(Path::root(), |path, step| {
            path.join(match step {
                Step::Member(name) => Token::Field(name.clone()),
                Step::Key(_) => Token::Star,
                Step::Element(_) => Token::StarIndex,
                Step::Item(index) => Token::Index(*index),
            })
        })
    }
}

/// Writes the path for messages and reports: `$.roles[*].id`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.path().as_str())
    }
}

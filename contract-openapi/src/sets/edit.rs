//! A change of a body at one place.

use crate::document::{Node, Value, escape};

/// The kind of an edit, which determines what a witness shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum EditKind {
    /// A member is removed.
    Absent,
    /// A value becomes `null`.
    Null,
    /// An array becomes empty.
    Empty,
    /// A value is replaced.
    Value,
}

/// A step to a place in a body.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Member(String),
    Element(usize),
}

/// A change of a body at one place.
#[derive(Debug, Clone)]
pub(super) struct Edit {
    pub(super) steps: Vec<Step>,
    pub(super) kind: EditKind,
    /// The new value; `None` removes the member.
    pub(super) value: Option<Node>,
}

impl Edit {
    /// Returns the body with the change; `None` if the place does not exist.
    pub(super) fn apply(&self, body: &Node) -> Option<Node> {
        let mut changed = body.clone();
        let Some((last, steps)) = self.steps.split_last() else {
            return self.value.clone();
        };
        let mut place = &mut changed;
        for step in steps {
            place = below(place, step)?;
        }
        match (&self.value, last) {
            (Some(value), step) => *below(place, step)? = value.clone(),
            (None, Step::Member(name)) => {
                let Value::Object(object) = &mut place.value else {
                    return None;
                };
                object.remove(name)?;
            }
            (None, Step::Element(_)) => return None,
        }
        Some(changed)
    }
}

/// Returns the JSON Pointer of a place.
pub(super) fn pointer(steps: &[Step]) -> String {
    let mut pointer = String::new();
    for step in steps {
        pointer.push('/');
        match step {
            Step::Member(name) => pointer.push_str(&escape(name)),
            Step::Element(index) => pointer.push_str(&index.to_string()),
        }
    }
    pointer
}

fn below<'n>(node: &'n mut Node, step: &Step) -> Option<&'n mut Node> {
    match (&mut node.value, step) {
        (Value::Object(object), Step::Member(name)) => object.get_mut(name),
        (Value::Array(elements), Step::Element(index)) => elements.get_mut(*index),
        _ => None,
    }
}

//! Subtrees under one plain rule, compared without rule look-ups. What these functions refuse is walked again by
//! the walk, which reports what differs; both must agree on whether it matches.

use std::cmp::Ordering;
use std::iter::Peekable;

use crate::json::{Map, Value};
use std::collections::btree_map::Iter;

use crate::matching::Unexpected;
use crate::matching::rule::{equality, type_of};

/// Returns whether a value is equal to its example: arrays of the same length, objects with the example's members.
///
/// `depth` is how many levels may follow, this one included.
pub(crate) fn equal(example: &Value, actual: &Value, unexpected: Unexpected, depth: usize) -> bool {
    if depth == 0 {
        return false;
    }
    match (example, actual) {
        (Value::Object(example), Value::Object(actual)) => {
            members(example, actual, unexpected, |example, actual| {
                equal(example, actual, unexpected, depth - 1)
            })
        }
        (Value::Array(example), Value::Array(actual)) => {
            example.len() == actual.len()
                && example
                    .iter()
                    .zip(actual)
                    .all(|(example, actual)| equal(example, actual, unexpected, depth - 1))
        }
        _ => equality::scalars(example, actual),
    }
}

/// Returns whether a value is of its example's type, and everything below it too: each element like the one at its index in the
/// example or else like the first one there, objects with the example's members.
///
/// `depth` is how many levels may follow, this one included.
pub(crate) fn alike(example: &Value, actual: &Value, unexpected: Unexpected, depth: usize) -> bool {
    if depth == 0 {
        return false;
    }
    match (example, actual) {
        (Value::Object(example), Value::Object(actual)) => {
            members(example, actual, unexpected, |example, actual| {
                alike(example, actual, unexpected, depth - 1)
            })
        }
        (Value::Array(example), Value::Array(actual)) => {
            let Some(first) = example.first() else {
                return true;
            };
            actual.iter().enumerate().all(|(index, actual)| {
                alike(example.get(index).unwrap_or(first), actual, unexpected, depth - 1)
            })
        }
        _ => type_of::same(example, actual),
    }
}

fn members(
    example: &Map<String, Value>,
    actual: &Map<String, Value>,
    unexpected: Unexpected,
    fits: impl Fn(&Value, &Value) -> bool,
) -> bool {
    if actual.len() < example.len() || (unexpected == Unexpected::Refused && actual.len() != example.len()) {
        return false;
    }
    let mut cursor = Cursor::new(actual);
    example
        .iter()
        .all(|(name, example)| cursor.find(name).is_some_and(|actual| fits(example, actual)))
}

/// Finds members of an object by names that are asked for in order: both objects are walked side by side.
///
/// `serde_json` keeps members sorted. With its feature `preserve_order` they are not, and the object's own look-up
/// answers; the outcome is the same.
pub(crate) struct Cursor<'a> {
    members: &'a Map<String, Value>,
    rest: Peekable<Iter<'a, String, Value>>,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(members: &'a Map<String, Value>) -> Self {
        Self {
            members,
            rest: members.iter().peekable(),
        }
    }

    /// Returns the member of this name.
    pub(crate) fn find(&mut self, name: &str) -> Option<&'a Value> {
        while let Some((present, value)) = self.rest.peek().copied() {
            match present.as_str().cmp(name) {
                Ordering::Equal => {
                    self.rest.next();
                    return Some(value);
                }
                Ordering::Less => {
                    self.rest.next();
                }
                Ordering::Greater => break,
            }
        }
        self.members.get(name)
    }
}

//! A change of a body at one place.

use contract_core::json;

use crate::document::{self, Node, Object, escape};

/// Maximum number of changes tried for one body.
pub(super) const MAX_EDITS: usize = 400;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step<'e> {
    Member(&'e str),
    Element(usize),
}

/// A change of a body at one place.
#[derive(Debug, Clone)]
pub(super) struct Edit<'e> {
    pub(super) steps: Vec<Step<'e>>,
    pub(super) kind: EditKind,
    /// The new value; `None` removes the member.
    pub(super) value: Option<Node>,
}

impl Edit<'_> {
    /// Returns whether both change the same place in the same way, apart from the value.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.kind == other.kind && self.steps == other.steps
    }
}

/// Returns the JSON Pointer of a place.
pub(super) fn pointer(steps: &[Step<'_>]) -> String {
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

/// A JSON document in some representation, of which one place is changed at a time.
pub(super) trait Tree: Sized {
    /// Returns the same value in this representation.
    fn of(value: &Node) -> Self;

    /// Returns the value at a step.
    fn below(&mut self, step: &Step<'_>) -> Option<&mut Self>;

    /// Sets a member of an object, or removes it; returns what was there.
    fn replace(&mut self, name: &str, value: Option<Self>) -> Option<Self>;
}

/// Calls `check` with the changed tree, and undoes the change. `None` if its place does not exist.
pub(super) fn changed<T: Tree, R>(
    tree: &mut T,
    edit: &Edit<'_>,
    check: impl FnOnce(&mut T) -> R,
) -> Option<R> {
    let before = apply(tree, edit)?;
    let result = check(tree);
    restore(tree, edit, before);
    Some(result)
}

/// Makes a change; returns what was at its place. `None` if the place does not exist.
fn apply<T: Tree>(tree: &mut T, edit: &Edit<'_>) -> Option<T> {
    let value = edit.value.as_ref().map(T::of);
    let Some((last, steps)) = edit.steps.split_last() else {
        return value.map(|value| std::mem::replace(tree, value));
    };
    let parent = descend(tree, steps)?;
    match (value, last) {
        (Some(value), step) => Some(std::mem::replace(parent.below(step)?, value)),
        (None, Step::Member(name)) => parent.replace(name, None),
        (None, Step::Element(_)) => None,
    }
}

fn restore<T: Tree>(tree: &mut T, edit: &Edit<'_>, before: T) {
    let Some((last, steps)) = edit.steps.split_last() else {
        *tree = before;
        return;
    };
    let Some(parent) = descend(tree, steps) else {
        return;
    };
    match last {
        Step::Member(name) => {
            parent.replace(name, Some(before));
        }
        Step::Element(_) => {
            if let Some(place) = parent.below(last) {
                *place = before;
            }
        }
    }
}

fn descend<'t, T: Tree>(tree: &'t mut T, steps: &[Step<'_>]) -> Option<&'t mut T> {
    steps.iter().try_fold(tree, |place, step| place.below(step))
}

impl Tree for Node {
    fn of(value: &Node) -> Self {
        value.clone()
    }

    fn below(&mut self, step: &Step<'_>) -> Option<&mut Self> {
        match (&mut self.value, step) {
            (document::Value::Object(object), Step::Member(name)) => object.get_mut(name),
            (document::Value::Array(elements), Step::Element(index)) => elements.get_mut(*index),
            _ => None,
        }
    }

    /// A restored member comes last: nothing depends on the order here.
    fn replace(&mut self, name: &str, value: Option<Self>) -> Option<Self> {
        let document::Value::Object(object) = &mut self.value else {
            return None;
        };
        swap(object, name, value)
    }
}

fn swap(object: &mut Object, name: &str, value: Option<Node>) -> Option<Node> {
    match (object.get_mut(name), value) {
        (Some(present), Some(value)) => Some(std::mem::replace(present, value)),
        (None, Some(value)) => {
            object.insert(name, value);
            None
        }
        (_, None) => object.remove(name),
    }
}

impl Tree for json::Value {
    fn of(value: &Node) -> Self {
        value.to_json()
    }

    fn below(&mut self, step: &Step<'_>) -> Option<&mut Self> {
        match (self, step) {
            (Self::Object(members), Step::Member(name)) => members.get_mut(*name),
            (Self::Array(elements), Step::Element(index)) => elements.get_mut(*index),
            _ => None,
        }
    }

    fn replace(&mut self, name: &str, value: Option<Self>) -> Option<Self> {
        let Self::Object(members) = self else { return None };
        match value {
            Some(value) => members.insert(name.to_owned(), value),
            None => members.remove(name),
        }
    }
}

impl Tree for serde_json::Value {
    fn of(value: &Node) -> Self {
        value.to_serde()
    }

    fn below(&mut self, step: &Step<'_>) -> Option<&mut Self> {
        match (self, step) {
            (Self::Object(members), Step::Member(name)) => members.get_mut(*name),
            (Self::Array(elements), Step::Element(index)) => elements.get_mut(*index),
            _ => None,
        }
    }

    fn replace(&mut self, name: &str, value: Option<Self>) -> Option<Self> {
        let Self::Object(members) = self else { return None };
        match value {
            Some(value) => members.insert(name.to_owned(), value),
            None => members.remove(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use contract_core::json;

    use super::{Edit, EditKind, Node, Step, Tree, changed};

    fn check<T: Tree + PartialEq + std::fmt::Debug>(edit: &Edit<'_>, expected: &serde_json::Value) {
        let base = Node::from(serde_json::json!({"a": [1, {"b": "x"}], "c": true}));
        let mut tree = T::of(&base);
        changed(&mut tree, edit, |tree| {
            assert_eq!(*tree, T::of(&Node::from(expected.clone())));
        })
        .unwrap();
        assert_eq!(tree, T::of(&base));
    }

    #[test]
    fn a_change_is_undone_in_every_representation() {
        let edit = |steps: &[Step<'static>], value: Option<Node>| Edit {
            steps: steps.to_vec(),
            kind: EditKind::Value,
            value,
        };
        for (edit, expected) in [
            (
                edit(&[Step::Member("a"), Step::Element(1), Step::Member("b")], None),
                serde_json::json!({"a": [1, {}], "c": true}),
            ),
            (
                edit(&[Step::Member("a"), Step::Element(0)], Some(Node::default())),
                serde_json::json!({"a": [null, {"b": "x"}], "c": true}),
            ),
            (
                edit(&[Step::Member("c")], Some(Node::from("y"))),
                serde_json::json!({"a": [1, {"b": "x"}], "c": "y"}),
            ),
            (edit(&[], Some(Node::from("y"))), serde_json::json!("y")),
        ] {
            check::<Node>(&edit, &expected);
            check::<json::Value>(&edit, &expected);
            check::<serde_json::Value>(&edit, &expected);
        }
        let missing = edit(&[Step::Member("z"), Step::Member("b")], None);
        assert!(changed(&mut Node::from("x"), &missing, |_| ()).is_none());
    }
}

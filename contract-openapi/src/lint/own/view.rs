//! A description as the rules of a team see it: with references followed, or as it is written.

use std::collections::HashSet;

use crate::document::{Documents, Node, Value};
use crate::lint::finding::Segment;

/// How many nodes a value has at most after its references are followed.
const MAX_NODES: usize = 100_000;

/// A description, and whether its references are followed.
#[derive(Clone, Copy)]
pub(super) struct View<'d> {
    pub(super) documents: &'d Documents,
    /// `resolved` of the rule: whether `$ref` is replaced by what it leads to.
    pub(super) is_resolved: bool,
}

/// A node, and where it is if a reference led to it.
pub(super) struct Opened<'d> {
    pub(super) node: &'d Node,
    /// The way to it in its file; `None` if no reference led to it, or one by an anchor.
    pub(super) target: Option<Vec<Segment>>,
}

impl<'d> View<'d> {
    /// Returns the node, or what its references lead to. A reference that leads nowhere stays as it is written.
    pub(super) fn open(&self, node: &'d Node) -> Opened<'d> {
        let as_written = Opened { node, target: None };
        if !self.is_resolved || node.get("$ref").and_then(Node::as_str).is_none() {
            return as_written;
        }
        let Ok(end) = self.documents.resolve(node) else {
            return as_written;
        };
        Opened {
            node: end,
            target: self.way_to(node, end),
        }
    }

    /// Returns the way to the last node of a chain of references, in the file of that node.
    fn way_to(&self, first: &'d Node, end: &'d Node) -> Option<Vec<Segment>> {
        let mut node = first;
        loop {
            let reference = node.get("$ref").and_then(Node::as_str)?;
            let next = self.documents.lookup(node.at.base(), reference).ok()?;
            if std::ptr::eq(next, end) {
                let names = self.documents.way_to(node.at.base(), reference)?;
                return Some(segments(self.documents.root_of(end.at.file), &names));
            }
            node = next;
        }
    }

    /// Returns a member or element of a node, with references followed.
    pub(super) fn step(&self, node: &'d Node, segment: &Segment) -> Option<&'d Node> {
        child(node, segment).map(|child| self.open(child).node)
    }

    /// Returns the value with all references followed; those that lead back to a value around them stay as they are.
    /// `None` if it has too many nodes.
    pub(super) fn whole(&self, node: &'d Node) -> Option<serde_json::Value> {
        let mut budget = MAX_NODES;
        self.copy(node, &mut HashSet::new(), &mut budget)
    }

    fn copy(
        &self,
        node: &'d Node,
        around: &mut HashSet<*const Node>,
        budget: &mut usize,
    ) -> Option<serde_json::Value> {
        *budget = budget.checked_sub(1)?;
        let opened = self.open(node).node;
        // A circle: the reference stays.
        let node = if around.contains(&std::ptr::from_ref(opened)) {
            return Some(node.to_serde());
        } else {
            opened
        };
        around.insert(node);
        let copied = match &node.value {
            Value::Array(elements) => {
                let copies: Option<Vec<_>> = elements
                    .iter()
                    .map(|element| self.copy(element, around, budget))
                    .collect();
                serde_json::Value::Array(copies?)
            }
            Value::Object(object) => {
                let copies: Option<serde_json::Map<_, _>> = object
                    .iter()
                    .map(|(name, member)| Some((name.to_owned(), self.copy(&member.node, around, budget)?)))
                    .collect();
                serde_json::Value::Object(copies?)
            }
            _ => node.to_serde(),
        };
        around.remove(&std::ptr::from_ref(node));
        Some(copied)
    }
}

/// Returns the member or element of a node. A number names a member of an object as well: `responses[200]`.
pub(super) fn child<'n>(node: &'n Node, segment: &Segment) -> Option<&'n Node> {
    match (&node.value, segment) {
        (Value::Object(object), Segment::Name(name)) => object.get(name),
        (Value::Object(object), Segment::Index(index)) => object.get(&index.to_string()),
        (Value::Array(elements), Segment::Index(index)) => elements.get(*index),
        (Value::Array(elements), Segment::Name(name)) => elements.get(name.parse::<usize>().ok()?),
        _ => None,
    }
}

/// Returns names as steps: a name that selects from an array is an index.
fn segments(root: &Node, names: &[String]) -> Vec<Segment> {
    let mut node = Some(root);
    names
        .iter()
        .map(|name| {
            let is_array = node.is_some_and(|node| node.as_array().is_some());
            let segment = match name.parse::<usize>() {
                Ok(index) if is_array => Segment::Index(index),
                _ => Segment::Name(name.clone()),
            };
            node = node.and_then(|node| child(node, &segment));
            segment
        })
        .collect()
}

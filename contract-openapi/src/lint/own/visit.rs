//! A place that a JSONPath selected, and the way that led there.

use std::rc::Rc;

use super::view::View;
use crate::document::{Node, Position, Value};
use crate::lint::finding::Segment;

/// A node, and the nodes that led to it.
#[derive(Debug)]
pub(super) struct Visit<'d> {
    pub(super) node: &'d Node,
    /// The member or element of the parent; `None` at the root.
    pub(super) key: Option<Segment>,
    pub(super) parent: Option<Rc<Visit<'d>>>,
    /// The position of the member's name, or of the node itself.
    pub(super) key_at: Position,
    /// The way to the node in its file, if a reference led to it.
    target: Option<Vec<Segment>>,
}

impl<'d> Visit<'d> {
    /// Returns the root.
    pub(super) fn root(node: &'d Node) -> Rc<Self> {
        Rc::new(Self {
            node,
            key: None,
            parent: None,
            key_at: node.at,
            target: None,
        })
    }

    fn below(self: &Rc<Self>, view: &View<'d>, key: Segment, node: &'d Node, key_at: Position) -> Rc<Self> {
        let opened = view.open(node);
        Rc::new(Self {
            node: opened.node,
            key: Some(key),
            parent: Some(Rc::clone(self)),
            key_at,
            target: opened.target,
        })
    }

    /// Returns the members or elements.
    pub(super) fn children(self: &Rc<Self>, view: &View<'d>) -> Vec<Rc<Self>> {
        match &self.node.value {
            Value::Array(elements) => elements
                .iter()
                .enumerate()
                .map(|(index, node)| self.below(view, index.into(), node, node.at))
                .collect(),
            Value::Object(object) => object
                .iter()
                .map(|(name, member)| self.below(view, name.into(), &member.node, member.name_at))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Returns a member or element. A number names a member of an object as well: `responses[200]`.
    pub(super) fn child(self: &Rc<Self>, view: &View<'d>, segment: &Segment) -> Option<Rc<Self>> {
        match &self.node.value {
            Value::Object(object) => {
                let name = segment.to_string();
                let member = object.member(&name)?;
                Some(self.below(view, Segment::Name(name), &member.node, member.name_at))
            }
            Value::Array(elements) => {
                let index = match segment {
                    Segment::Index(index) => *index,
                    Segment::Name(name) => name.parse().ok()?,
                };
                let node = elements.get(index)?;
                Some(self.below(view, index.into(), node, node.at))
            }
            _ => None,
        }
    }

    /// Returns the deepest place of the way that exists.
    pub(super) fn descend(self: &Rc<Self>, view: &View<'d>, way: &[Segment]) -> Rc<Self> {
        let mut visit = Rc::clone(self);
        for segment in way {
            match visit.child(view, segment) {
                Some(next) => visit = next,
                None => break,
            }
        }
        visit
    }

    /// Returns the way to the node in the file that it is written in.
    pub(super) fn path(&self) -> Vec<Segment> {
        let mut keys = Vec::new();
        let mut visit = self;
        loop {
            if let Some(target) = &visit.target {
                let mut path = target.clone();
                path.extend(keys.into_iter().rev());
                return path;
            }
            let (Some(key), Some(parent)) = (&visit.key, &visit.parent) else {
                keys.reverse();
                return keys;
            };
            keys.push(key.clone());
            visit = parent;
        }
    }

    /// Returns the way that led to the node, as a JSONPath in the form that filters compare with `@path`.
    pub(super) fn way(&self) -> String {
        let mut keys = Vec::new();
        let mut visit = self;
        while let (Some(key), Some(parent)) = (&visit.key, &visit.parent) {
            keys.push(match key {
                Segment::Index(index) => format!("[{index}]"),
                Segment::Name(name) => format!("['{name}']"),
            });
            visit = parent;
        }
        keys.push("$".to_owned());
        keys.reverse();
        keys.concat()
    }

    /// Returns whether the node is one of those that led to this one.
    pub(super) fn is_below(&self, node: &Node) -> bool {
        let mut visit = self.parent.as_deref();
        while let Some(above) = visit {
            if std::ptr::eq(above.node, node) {
                return true;
            }
            visit = above.parent.as_deref();
        }
        false
    }
}

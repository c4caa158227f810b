//! A document in the form that rules use.

use std::cell::OnceCell;
use std::collections::HashSet;

use super::finding::Segment;
use crate::description::{ADDITIONAL_OPERATIONS, Version, is_method};
use crate::document::{Documents, Node, Position, Value};
use crate::schema::Patterns;

/// A document, its version and its operations.
pub(super) struct Doc<'d> {
    pub(super) documents: &'d Documents,
    pub(super) version: Option<Version>,
    pub(super) patterns: Patterns,
    everything: OnceCell<Vec<Spot<'d>>>,
    schemas: OnceCell<Vec<Spot<'d>>>,
}

/// A node with its path.
#[derive(Debug, Clone)]
pub(super) struct Spot<'d> {
    pub(super) path: Vec<Segment>,
    pub(super) node: &'d Node,
}

impl<'d> Spot<'d> {
    /// Returns the path of a member or element.
    pub(super) fn below(&self, segment: impl Into<Segment>) -> Vec<Segment> {
        let mut path = self.path.clone();
        path.push(segment.into());
        path
    }

    /// Returns a member, if it exists.
    pub(super) fn member(&self, name: &str) -> Option<Spot<'d>> {
        Some(Spot {
            path: self.below(name),
            node: self.node.get(name)?,
        })
    }

    /// Returns the elements of an array, or the members of an object.
    pub(super) fn children(&self) -> Vec<Spot<'d>> {
        match &self.node.value {
            Value::Array(elements) => elements
                .iter()
                .enumerate()
                .map(|(index, node)| Spot {
                    path: self.below(index),
                    node,
                })
                .collect(),
            Value::Object(object) => object
                .iter()
                .map(|(name, member)| Spot {
                    path: self.below(name),
                    node: &member.node,
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Returns the name of the last step, if it is a member.
    pub(super) fn name(&self) -> Option<&str> {
        match self.path.last()? {
            Segment::Name(name) => Some(name),
            Segment::Index(_) => None,
        }
    }

    /// Returns whether a step above the node has this name.
    pub(super) fn is_below(&self, name: &str) -> bool {
        let above = self.path.split_last().map_or(&[][..], |(_, above)| above);
        above
            .iter()
            .any(|segment| matches!(segment, Segment::Name(other) if other == name))
    }
}

impl<'d> Doc<'d> {
    pub(super) fn new(documents: &'d Documents) -> Self {
        Self {
            documents,
            version: Version::of(documents.root()),
            patterns: Patterns::default(),
            everything: OnceCell::new(),
            schemas: OnceCell::new(),
        }
    }

    pub(super) fn is_v2(&self) -> bool {
        self.version == Some(Version::V2)
    }

    pub(super) fn is_v3(&self) -> bool {
        self.version.is_some_and(|version| version > Version::V2)
    }

    pub(super) fn root(&self) -> Spot<'d> {
        Spot {
            path: Vec::new(),
            node: self.documents.root(),
        }
    }

    /// Returns a place below the root.
    pub(super) fn at(&self, names: &[&str]) -> Option<Spot<'d>> {
        names.iter().try_fold(self.root(), |spot, name| spot.member(name))
    }

    /// Returns the node, or the target of its references.
    pub(super) fn resolve(&self, node: &'d Node) -> &'d Node {
        self.documents.resolve(node).unwrap_or(node)
    }

    /// Returns all paths.
    pub(super) fn paths(&self) -> Vec<Spot<'d>> {
        let paths = self
            .at(&["paths"])
            .map(|paths| paths.children())
            .unwrap_or_default();
        paths
            .into_iter()
            .map(|spot| Spot {
                node: self.resolve(spot.node),
                ..spot
            })
            .collect()
    }

    /// Returns all operations of all paths.
    pub(super) fn operations(&self) -> Vec<Spot<'d>> {
        self.paths()
            .iter()
            .flat_map(|path| self.operations_of(path))
            .collect()
    }

    /// Returns the operations of a path.
    pub(super) fn operations_of(&self, path: &Spot<'d>) -> Vec<Spot<'d>> {
        let version = self.version.unwrap_or(Version::V3_1);
        let own = path
            .children()
            .into_iter()
            .filter(|spot| spot.name().is_some_and(|name| is_method(version, name)));
        let additional = path
            .member(ADDITIONAL_OPERATIONS)
            .filter(|_| version >= Version::V3_2);
        let additional = additional
            .into_iter()
            .flat_map(|additional| additional.children());
        own.chain(additional)
            .filter(|spot| spot.node.as_object().is_some())
            .collect()
    }

    /// Returns all nodes of the first file, the root first.
    pub(super) fn everything(&self) -> &[Spot<'d>] {
        self.everything.get_or_init(|| {
            let mut all = vec![self.root()];
            let mut next = 0;
            while next < all.len() {
                let children = all[next].children();
                all.extend(children);
                next += 1;
            }
            all
        })
    }

    /// Returns all schemas, including nested ones.
    pub(super) fn schemas(&self) -> &[Spot<'d>] {
        self.schemas.get_or_init(|| self.find_schemas())
    }

    fn find_schemas(&self) -> Vec<Spot<'d>> {
        let mut schemas = Vec::new();
        for spot in self.everything() {
            let is_root = if spot.name() == Some("schema") {
                !spot.is_below("example") && !spot.is_below("examples")
            } else {
                let above = spot.path.split_last().map_or(&[][..], |(_, above)| above);
                is_way(above, &["components", "schemas"]) || is_way(above, &["definitions"])
            };
            if is_root {
                collect_schemas(spot.clone(), 0, &mut schemas);
            }
        }
        schemas
    }

    /// Returns the longest existing prefix of the path.
    pub(super) fn existing(&self, path: &[Segment]) -> Vec<Segment> {
        let mut node = self.documents.root();
        for (index, segment) in path.iter().enumerate() {
            match step(node, segment).or_else(|| step(self.resolve(node), segment)) {
                Some(next) => node = next,
                None => return path[..index].to_vec(),
            }
        }
        path.to_vec()
    }

    /// Returns the position of a place.
    pub(super) fn position(&self, path: &[Segment]) -> Position {
        let mut node = self.documents.root();
        for segment in path {
            let Some(next) = step(node, segment).or_else(|| step(self.resolve(node), segment)) else {
                break;
            };
            node = next;
        }
        node.at
    }
}

fn step<'n>(node: &'n Node, segment: &Segment) -> Option<&'n Node> {
    match segment {
        Segment::Name(name) => node.get(name),
        Segment::Index(index) => node.as_array()?.get(*index),
    }
}

fn is_way(path: &[Segment], names: &[&str]) -> bool {
    path.len() == names.len()
        && path
            .iter()
            .zip(names)
            .all(|(segment, name)| matches!(segment, Segment::Name(other) if other == name))
}

fn collect_schemas<'d>(spot: Spot<'d>, depth: usize, schemas: &mut Vec<Spot<'d>>) {
    if depth > 64 || spot.node.as_object().is_none() {
        return;
    }
    for keyword in ["properties", "patternProperties", "dependentSchemas", "$defs"] {
        for child in spot
            .member(keyword)
            .map(|member| member.children())
            .unwrap_or_default()
        {
            collect_schemas(child, depth + 1, schemas);
        }
    }
    for keyword in ["allOf", "anyOf", "oneOf", "prefixItems"] {
        for child in spot
            .member(keyword)
            .map(|member| member.children())
            .unwrap_or_default()
        {
            collect_schemas(child, depth + 1, schemas);
        }
    }
    for keyword in [
        "items",
        "additionalProperties",
        "not",
        "if",
        "then",
        "else",
        "contains",
        "propertyNames",
    ] {
        if let Some(child) = spot.member(keyword) {
            collect_schemas(child, depth + 1, schemas);
        }
    }
    schemas.push(spot);
}

/// Returns whether the node, or one within it, is one of these.
pub(super) fn holds_any(node: &Node, nodes: &HashSet<*const Node>) -> bool {
    nodes.contains(&std::ptr::from_ref(node))
        || match &node.value {
            Value::Array(elements) => elements.iter().any(|element| holds_any(element, nodes)),
            Value::Object(object) => object.iter().any(|(_, member)| holds_any(&member.node, nodes)),
            _ => false,
        }
}

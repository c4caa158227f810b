//! A schema with everything that its references lead to.

use indexmap::IndexMap;

use crate::document::{FileId, Node};

/// A schema that stands for itself: its references lead to the schemas beside it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bundle {
    /// The schema.
    pub(crate) root: Node,
    /// What references lead to.
    targets: IndexMap<Target, Node>,
}

/// A reference and the file that it is relative to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Target {
    pub(crate) file: FileId,
    pub(crate) reference: Box<str>,
}

impl Target {
    /// What the `$ref` of this schema leads to, if it has one.
    pub(crate) fn of(schema: &Node) -> Option<Self> {
        let reference = schema.get("$ref")?;
        Some(Self {
            file: reference.at.file,
            reference: reference.as_str()?.into(),
        })
    }
}

impl Bundle {
    /// A schema without references.
    pub(crate) fn of(root: Node) -> Self {
        Self {
            root,
            targets: IndexMap::new(),
        }
    }

    /// The schema that a reference leads to.
    pub(crate) fn target(&self, target: &Target) -> Option<&Node> {
        self.targets.get(target)
    }

    /// The schema itself or the one that its references lead to; itself if they lead nowhere.
    pub(crate) fn resolve<'a>(&'a self, schema: &'a Node) -> &'a Node {
        let mut schema = schema;
        for _ in 0..32 {
            let Some(next) = Target::of(schema).and_then(|target| self.target(&target)) else {
                break;
            };
            schema = next;
        }
        schema
    }

    pub(crate) fn target_mut(&mut self, target: &Target) -> Option<&mut Node> {
        self.targets.get_mut(target)
    }

    pub(crate) fn has(&self, target: &Target) -> bool {
        self.targets.contains_key(target)
    }

    pub(crate) fn insert(&mut self, target: Target, schema: Node) {
        self.targets.insert(target, schema);
    }

    /// All references, in the order in which they were found.
    pub(crate) fn references(&self) -> Vec<Target> {
        self.targets.keys().cloned().collect()
    }
}

//! An AsyncAPI document.

use std::collections::HashSet;

use crate::document::{Documents, FileId, Limits, LoadOptions, Node, Object, Sources, Value};
use crate::schema::Bundle;
use crate::{Error, ErrorKind};

/// Maximum number of values that a schema becomes with the targets of its references.
const MAX_INLINED: usize = 500_000;

/// An AsyncAPI 3 document.
#[derive(Debug, Clone)]
pub struct AsyncDescription {
    documents: Documents,
}

impl AsyncDescription {
    /// Reads a document in a single text.
    ///
    /// # Errors
    ///
    /// The text is neither YAML nor JSON, or is not an AsyncAPI document of version 3.
    pub fn from_text(name: &str, text: &str) -> Result<Self, Error> {
        Self::from_documents(Documents::from_text(name, text, &Limits::default())?)
    }

    /// Reads a document and all files that its references lead to.
    ///
    /// # Errors
    ///
    /// See [`AsyncDescription::from_text`]; or the first file is missing.
    pub fn load(name: &str, sources: &dyn Sources, options: &LoadOptions) -> Result<Self, Error> {
        Self::from_documents(Documents::load(name, sources, options)?)
    }

    fn from_documents(documents: Documents) -> Result<Self, Error> {
        let root = documents.root();
        let version = root
            .get("asyncapi")
            .and_then(Node::scalar_text)
            .unwrap_or_default();
        if !version.starts_with("3.") {
            let name = documents.name(FileId::ROOT);
            let place = documents.place(root.at);
            return Err(Error::at(
                ErrorKind::Unsupported,
                name,
                place,
                "no AsyncAPI document of version 3: it needs `asyncapi: 3.x.y` at its top",
            ));
        }
        Ok(Self { documents })
    }

    /// Returns the files.
    pub fn documents(&self) -> &Documents {
        &self.documents
    }

    pub(super) fn operation(&self, id: &str) -> Option<&Node> {
        self.documents.root().get("operations")?.get(id)
    }

    /// Returns the messages of all operations and, if there are none, of all channels; each once.
    pub(super) fn all_messages(&self) -> Vec<Candidate<'_>> {
        let root = self.documents.root();
        let mut candidates: Vec<Candidate<'_>> = Vec::new();
        let operations = root.get("operations").into_iter().flat_map(Node::entries);
        for (id, operation) in operations {
            candidates.extend(self.messages(
                operation.get("messages"),
                &format!("[root].operations.{id}.messages"),
            ));
            let reply = operation.get("reply").and_then(|reply| reply.get("messages"));
            candidates.extend(self.messages(reply, &format!("[root].operations.{id}.reply.messages")));
        }
        let channels = root.get("channels").into_iter().flat_map(Node::entries);
        for (name, channel) in channels {
            for (message, node) in channel.get("messages").into_iter().flat_map(Node::entries) {
                let Some(node) = self.target(node) else { continue };
                candidates.push(Candidate {
                    message: node,
                    way: format!("[root].channels.{name}.messages.{message}"),
                });
            }
        }
        let mut seen = HashSet::new();
        candidates.retain(|candidate| {
            self.target(candidate.message)
                .is_some_and(|message| seen.insert(message.at))
        });
        candidates
    }

    /// Returns a node, or the target of its references.
    fn target<'a>(&'a self, node: &'a Node) -> Option<&'a Node> {
        match node.get("$ref") {
            None => Some(node),
            Some(_) => self.follow(node).map(|(target, _)| target),
        }
    }

    /// Returns the messages in a list, each with its path from the root.
    pub(super) fn messages<'a>(&'a self, list: Option<&'a Node>, way: &str) -> Vec<Candidate<'a>> {
        let list = list.and_then(Node::as_array).unwrap_or_default();
        let mut candidates = Vec::new();
        for (index, node) in list.iter().enumerate() {
            if node.as_object().is_none() {
                continue;
            }
            if node.get("$ref").is_none() {
                candidates.push(Candidate {
                    message: node,
                    way: format!("{way}[{index}]"),
                });
            } else if let Some((message, reference)) = self.follow(node) {
                let way = reference.trim_start_matches("#/").replace('/', ".");
                candidates.push(Candidate {
                    message,
                    way: format!("[root].{way}"),
                });
            }
        }
        candidates
    }

    /// Returns the target of a reference, and the last reference that led to it.
    fn follow<'a>(&'a self, node: &'a Node) -> Option<(&'a Node, &'a str)> {
        let mut node = node;
        let mut last = None;
        for _ in 0..32 {
            let Some(reference) = node.get("$ref").and_then(Node::as_str) else {
                break;
            };
            last = Some(reference);
            node = self.documents.lookup(node.at.base(), reference).ok()?;
        }
        Some((node, last?))
    }

    /// Returns a schema with the targets of its references inlined; a recursive reference becomes a schema
    /// that accepts everything.
    pub(super) fn inlined(&self, schema: &Node) -> Bundle {
        let mut active = Vec::new();
        let mut left = MAX_INLINED;
        let mut bundle = Bundle::of(self.inline(schema, &mut active, &mut left));
        bundle.is_cut = left == 0;
        bundle
    }

    fn inline(&self, node: &Node, active: &mut Vec<*const Node>, left: &mut usize) -> Node {
        *left = left.saturating_sub(1);
        if active.len() > 64 || *left == 0 {
            return Object::default().into();
        }
        if let Some(reference) = node.get("$ref").and_then(Node::as_str) {
            let Ok(target) = self.documents.lookup(node.at.base(), reference) else {
                return Object::default().into();
            };
            if active.contains(&std::ptr::from_ref(target)) {
                return Object::default().into();
            }
            active.push(std::ptr::from_ref(target));
            let inlined = self.inline(target, active, left);
            active.pop();
            return inlined;
        }
        let value = match &node.value {
            Value::Array(elements) => Value::Array(
                elements
                    .iter()
                    .map(|element| self.inline(element, active, left))
                    .collect(),
            ),
            Value::Object(object) => {
                let mut inlined = object.clone();
                for (_, member) in inlined.iter_mut() {
                    member.node = self.inline(&member.node, active, left);
                }
                Value::Object(inlined)
            }
            other => other.clone(),
        };
        Node { value, at: node.at }
    }
}

/// A candidate message.
pub(super) struct Candidate<'a> {
    pub(super) message: &'a Node,
    pub(super) way: String,
}

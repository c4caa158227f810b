//! Resolves `$ref`.

use std::fmt;

use super::documents::folder_of;
use super::pointer::fragment_tokens;
use super::{Documents, FileId, Node, Object, Value};

/// A `$ref` (RFC 3986 with a JSON Pointer as fragment): `other.yaml#/components/schemas/Pet`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference<'a> {
    /// The file, relative to the one with the reference; empty for the same file.
    pub file: &'a str,
    /// The fragment, without `#`.
    pub fragment: &'a str,
}

/// Why a reference cannot be resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReferenceError {
    /// The file could not be read, for this reason.
    File {
        /// The name of the file.
        name: String,
        /// Why it could not be read.
        reason: String,
    },
    /// The fragment is not a JSON Pointer.
    Fragment(String),
    /// The file has no value at this pointer.
    Nothing {
        /// The name of the file.
        file: String,
        /// The pointer.
        pointer: String,
    },
    /// The references form a cycle without a value.
    Circle(String),
}

impl fmt::Display for ReferenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { name, reason } => write!(f, "file {name} could not be read: {reason}"),
            Self::Fragment(fragment) => write!(
                f,
                "#{fragment} is no JSON Pointer: write #/… with each step after a /"
            ),
            Self::Nothing { file, pointer } => write!(f, "{file} has nothing at #{pointer}"),
            Self::Circle(reference) => write!(f, "{reference} leads to itself"),
        }
    }
}

impl std::error::Error for ReferenceError {}

impl<'a> Reference<'a> {
    /// Splits the text of a `$ref`.
    ///
    /// ```
    /// use contract_openapi::document::Reference;
    ///
    /// let reference = Reference::parse("schemas/pet.yaml#/Pet");
    /// assert_eq!((reference.file, reference.fragment), ("schemas/pet.yaml", "/Pet"));
    /// ```
    pub fn parse(text: &'a str) -> Self {
        match text.split_once('#') {
            Some((file, fragment)) => Self { file, fragment },
            None => Self {
                file: text,
                fragment: "",
            },
        }
    }

    /// Returns the name of the target file, relative to the file with this name; `None` for the same file.
    pub fn file_from(&self, from: &str) -> Option<String> {
        if self.file.is_empty() {
            return None;
        }
        let decoded = percent_encoding::percent_decode_str(self.file).decode_utf8_lossy();
        Some(join(folder_of(from), &decoded))
    }
}

/// Resolves a relative name in a folder, including `.` and `..`.
fn join(folder: &str, relative: &str) -> String {
    let is_absolute = relative.starts_with('/') || relative.contains("://");
    let whole = if is_absolute {
        relative.to_owned()
    } else {
        format!("{folder}{relative}")
    };
    let (start, path) = match whole.split_once("://") {
        Some((scheme, rest)) => {
            let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
            (format!("{scheme}://{host}/"), path.to_owned())
        }
        None => (String::new(), whole),
    };
    let mut steps: Vec<&str> = Vec::new();
    for step in path.split('/') {
        match step {
            "." => {}
            ".." if steps.last().is_some_and(|last| !last.is_empty() && *last != "..") => {
                steps.pop();
            }
            _ => steps.push(step),
        }
    }
    format!("{start}{}", steps.join("/"))
}

/// Maximum number of references that lead to each other before a value.
const MAX_CHAIN: usize = 64;

impl Documents {
    /// Returns the target of a reference in this file; it may be a reference itself.
    ///
    /// # Errors
    ///
    /// The file is not available, or has no value at this place.
    pub fn lookup(&self, from: FileId, reference: &str) -> Result<&Node, ReferenceError> {
        let parsed = Reference::parse(reference);
        let (file, root) = match parsed.file_from(self.name(from)) {
            None => (from, self.root_of(from)),
            Some(name) => {
                if let Some(file) = self.by_name(&name) {
                    (file, self.root_of(file))
                } else if let Some(schema) = self.embedded(parsed.file) {
                    (schema.at.file, schema)
                } else {
                    let reason = self.why_missing(&name).unwrap_or("it was not loaded").to_owned();
                    return Err(ReferenceError::File { name, reason });
                }
            }
        };
        let Some(tokens) = fragment_tokens(parsed.fragment) else {
            return find_anchor(root, parsed.fragment)
                .ok_or_else(|| ReferenceError::Fragment(parsed.fragment.to_owned()));
        };
        root.descend(tokens.iter().map(String::as_str))
            .ok_or_else(|| ReferenceError::Nothing {
                file: self.name(file).to_owned(),
                pointer: parsed.fragment.to_owned(),
            })
    }

    /// Returns the schema that says of itself that this is its address (`$id`; JSON Schema 2020-12, section 8.2.1).
    fn embedded(&self, address: &str) -> Option<&Node> {
        self.files().find_map(|file| {
            find(self.root_of(file), &|object| {
                object.get("$id").and_then(Node::as_str) == Some(address)
            })
        })
    }

    /// Returns the `$dynamicRef` of a schema, if it can lead to one schema alone: only one has the anchor. With several it
    /// depends on the way to the schema (JSON Schema 2020-12, section 8.2.3.2).
    pub(crate) fn dynamic_reference<'n>(&self, schema: &'n Node) -> Option<&'n Node> {
        let reference = schema
            .get("$dynamicRef")
            .filter(|_| schema.get("$ref").is_none())?;
        let anchor = Reference::parse(reference.as_str()?).fragment;
        let anchored = |node: &Node| -> usize {
            let mut count = 0;
            count_anchors(node, anchor, &mut count);
            count
        };
        let all: usize = self.files().map(|file| anchored(self.root_of(file))).sum();
        (all <= 1).then_some(reference)
    }

    /// Returns the node itself, or the target of its `$ref`, over any number of steps.
    ///
    /// # Errors
    ///
    /// A step cannot be resolved, or the steps form a cycle.
    pub fn resolve<'a>(&'a self, node: &'a Node) -> Result<&'a Node, ReferenceError> {
        let mut node = node;
        for _ in 0..MAX_CHAIN {
            let Some(reference) = node.get("$ref").and_then(Node::as_str) else {
                return Ok(node);
            };
            node = self.lookup(node.at.file, reference)?;
        }
        let reference = node.get("$ref").and_then(Node::as_str).unwrap_or_default();
        Err(ReferenceError::Circle(reference.to_owned()))
    }
}

/// Returns the schema with this `$anchor` or `$dynamicAnchor` (JSON Schema 2020-12, section 8.2.2).
fn find_anchor<'a>(node: &'a Node, anchor: &str) -> Option<&'a Node> {
    find(node, &|object| {
        ["$anchor", "$dynamicAnchor"]
            .iter()
            .any(|keyword| object.get(keyword).and_then(Node::as_str) == Some(anchor))
    })
}

/// Returns the first object that fits, outermost first.
fn find<'a>(node: &'a Node, fits: &dyn Fn(&Object) -> bool) -> Option<&'a Node> {
    match &node.value {
        Value::Array(elements) => elements.iter().find_map(|element| find(element, fits)),
        Value::Object(object) if fits(object) => Some(node),
        Value::Object(object) => object.iter().find_map(|(_, member)| find(&member.node, fits)),
        _ => None,
    }
}

/// Counts the schemas with this `$dynamicAnchor`.
fn count_anchors(node: &Node, anchor: &str, count: &mut usize) {
    match &node.value {
        Value::Array(elements) => {
            for element in elements {
                count_anchors(element, anchor, count);
            }
        }
        Value::Object(object) => {
            if object.get("$dynamicAnchor").and_then(Node::as_str) == Some(anchor) {
                *count += 1;
            }
            for (_, member) in object.iter() {
                count_anchors(&member.node, anchor, count);
            }
        }
        _ => {}
    }
}

//! Resolves `$ref`.

use std::fmt;

use super::documents::folder_of;
use super::part::{Part, below};
use super::pointer::fragment_tokens;
use super::{Base, Documents, Node, Object};

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

/// Returns the address that a text stands for in a file or schema with the address `base` (RFC 3986, section 5).
pub(super) fn resolved(base: &str, text: &str) -> String {
    if has_scheme(text) {
        text.to_owned()
    } else {
        join(folder_of(base), text)
    }
}

/// Returns whether a text begins with the scheme of a URI. One letter is a drive.
fn has_scheme(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| {
        scheme.len() > 1
            && scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|character| character.is_ascii_alphanumeric() || "+-.".contains(character))
    })
}

/// Resolves a relative name in a folder, including `.` and `..`.
fn join(folder: &str, relative: &str) -> String {
    let whole = if relative.contains("://") {
        relative.to_owned()
    } else if relative.starts_with('/') {
        format!("{}{relative}", origin(folder))
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

/// Returns the scheme and the host of a URL; nothing of the name of a file.
fn origin(name: &str) -> &str {
    let Some(start) = name.find("://").map(|end| end + 3) else {
        return "";
    };
    let end = name[start..].find('/').map_or(name.len(), |end| start + end);
    &name[..end]
}

/// Maximum number of references that lead to each other before a value.
const MAX_CHAIN: usize = 64;

impl Documents {
    /// Returns the target of a reference in a file or in a schema with an `$id`; it may be a reference itself.
    ///
    /// A fragment alone is looked up in that schema (JSON Schema 2020-12, section 8.2.1), and what it lacks in its file:
    /// other tools look there only.
    ///
    /// # Errors
    ///
    /// The file is not available, or has no value at this place.
    pub fn lookup(&self, from: Base, reference: &str) -> Result<&Node, ReferenceError> {
        let parsed = Reference::parse(reference);
        let Some(name) = parsed.file_from(self.name(from.file)) else {
            let schema = self.resource(from).map(|schema| self.root_of_resource(schema));
            let found = schema.and_then(|schema| target_in(schema, parsed.fragment));
            return found.map_or_else(|| self.lookup_in(self.root_of(from.file), parsed.fragment), Ok);
        };
        if let Some(schema) = self.addressed(from, &parsed) {
            return self.lookup_in(self.root_of_resource(schema), parsed.fragment);
        }
        if let Some(file) = self.by_name(&name) {
            return self.lookup_in(self.root_of(file), parsed.fragment);
        }
        let reason = self.why_missing(&name).unwrap_or("it was not loaded").to_owned();
        Err(ReferenceError::File { name, reason })
    }

    /// Returns the names and indices that lead to the target of a reference from the root of its file; `None` if it has
    /// none, or is named by an anchor.
    pub(crate) fn way_to(&self, from: Base, reference: &str) -> Option<Vec<String>> {
        let parsed = Reference::parse(reference);
        let tokens = fragment_tokens(parsed.fragment)?;
        let target = self.lookup(from, reference).ok()?;
        let schema = if parsed.file.is_empty() {
            self.resource(from)
        } else {
            self.addressed(from, &parsed)
        };
        let root = self.root_of(target.at.file);
        let in_schema = schema.map(|schema| [&schema.way[..], &tokens].concat());
        in_schema.into_iter().chain([tokens]).find(|way| {
            root.descend(way.iter().map(String::as_str))
                .is_some_and(|node| std::ptr::eq(node, target))
        })
    }

    /// Returns the target of a fragment in a file or a schema.
    fn lookup_in<'a>(&self, root: &'a Node, fragment: &str) -> Result<&'a Node, ReferenceError> {
        target_in(root, fragment).ok_or_else(|| match fragment_tokens(fragment) {
            None => ReferenceError::Fragment(fragment.to_owned()),
            Some(_) => ReferenceError::Nothing {
                file: self.name(root.at.file).to_owned(),
                pointer: fragment.to_owned(),
            },
        })
    }

    /// Returns the `$dynamicRef` of a schema, if it can lead to one schema alone: only one has the anchor. With several it
    /// depends on the way to the schema (JSON Schema 2020-12, section 8.2.3.2).
    pub(crate) fn dynamic_reference<'n>(&self, schema: &'n Node) -> Option<&'n Node> {
        let reference = schema
            .get("$dynamicRef")
            .filter(|_| schema.get("$ref").is_none())?;
        let anchor = Reference::parse(reference.as_str()?).fragment;
        let mut count = 0;
        for file in self.files() {
            count_anchors(self.root_of(file), Part::Keywords, anchor, &mut count);
        }
        (count <= 1).then_some(reference)
    }

    /// Returns the node itself, or the target of its `$ref`, over any number of steps.
    ///
    /// # Errors
    ///
    /// A step cannot be resolved, or the steps form a cycle.
    pub fn resolve<'a>(&'a self, node: &'a Node) -> Result<&'a Node, ReferenceError> {
        let mut node = node;
        for _ in 0..MAX_CHAIN {
            let Some(reference) = node.get("$ref") else {
                return Ok(node);
            };
            let Some(text) = reference.as_str() else {
                return Ok(node);
            };
            node = self.lookup(reference.at.base(), text)?;
        }
        let reference = node.get("$ref").and_then(Node::as_str).unwrap_or_default();
        Err(ReferenceError::Circle(reference.to_owned()))
    }
}

/// Returns what a fragment leads to in a file or a schema: a JSON Pointer, or the name of an anchor.
fn target_in<'a>(root: &'a Node, fragment: &str) -> Option<&'a Node> {
    match fragment_tokens(fragment) {
        Some(tokens) => root.descend(tokens.iter().map(String::as_str)),
        None => find_anchor(root, fragment),
    }
}

/// Returns the schema with this `$anchor` or `$dynamicAnchor` in a file or in a schema with an `$id`, outermost first. An
/// anchor in a schema within it that has an `$id` belongs to that one (JSON Schema 2020-12, section 8.2.2).
fn find_anchor<'a>(root: &'a Node, anchor: &str) -> Option<&'a Node> {
    let is_named = |object: &Object| {
        ["$anchor", "$dynamicAnchor"]
            .iter()
            .any(|keyword| object.get(keyword).and_then(Node::as_str) == Some(anchor))
    };
    let mut level = vec![(root, Part::Keywords)];
    while !level.is_empty() {
        let found = level
            .iter()
            .find(|(node, part)| *part == Part::Keywords && node.as_object().is_some_and(is_named));
        if let Some((node, _)) = found {
            return Some(node);
        }
        let mut next = Vec::new();
        for (node, part) in level {
            below(node, part, &mut |node, part| {
                if node.at.resource == root.at.resource {
                    next.push((node, part));
                }
            });
        }
        level = next;
    }
    None
}

/// Counts the schemas with this `$dynamicAnchor`.
fn count_anchors(node: &Node, part: Part, anchor: &str, count: &mut usize) {
    if part == Part::Keywords && node.get("$dynamicAnchor").and_then(Node::as_str) == Some(anchor) {
        *count += 1;
    }
    below(node, part, &mut |node, part| {
        count_anchors(node, part, anchor, count);
    });
}

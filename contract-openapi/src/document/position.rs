//! Positions in files.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Identifies a file of [`Documents`](super::Documents).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FileId(pub(crate) u16);

impl FileId {
    /// The first file of the description.
    pub const ROOT: Self = Self(0);

    /// Returns the index of the file, from 0.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// Identifies a schema with an address of its own (`$id`) in [`Documents`](super::Documents), or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) struct ResourceId(pub(super) u16);

impl ResourceId {
    /// No schema: the file itself.
    pub(super) const FILE: Self = Self(0);
}

/// What references without a file are relative to: a file, or a schema in it with an address of its own (`$id`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Base {
    /// The file.
    pub file: FileId,
    pub(super) resource: ResourceId,
}

/// The position of a node's first character in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Position {
    /// The file.
    pub file: FileId,
    /// The line, from 1; 0 if the node was not read from a text.
    pub line: u32,
    /// The column, in characters from 1; 0 if the node was not read from a text.
    pub column: u32,
    /// The schema with an address of its own that the node belongs to.
    pub(super) resource: ResourceId,
}

impl Position {
    /// Returns the position of a character in a file.
    pub fn new(file: FileId, line: u32, column: u32) -> Self {
        Self {
            file,
            line,
            column,
            resource: ResourceId::FILE,
        }
    }

    /// Returns what a reference at this position is relative to.
    ///
    /// ```
    /// use contract_openapi::document::{Documents, Limits};
    ///
    /// let text = "{$defs: {a: {$id: 'https://schemas.example/a', $defs: {b: {type: string}}, $ref: '#/$defs/b'}}}";
    /// let documents = Documents::from_text("a.yaml", text, &Limits::default())?;
    /// let reference = documents.root().descend(["$defs", "a", "$ref"]).unwrap();
    /// let target = documents.lookup(reference.at.base(), "#/$defs/b").unwrap();
    /// assert_eq!(target.get("type").and_then(|name| name.as_str()), Some("string"));
    /// # Ok::<(), contract_openapi::Error>(())
    /// ```
    pub fn base(self) -> Base {
        Base {
            file: self.file,
            resource: self.resource,
        }
    }

    /// Returns the position as one of the file, whatever schema is there.
    pub(super) fn in_file(self) -> Self {
        Self {
            resource: ResourceId::FILE,
            ..self
        }
    }

    /// Returns whether the node was read from a text.
    pub fn is_known(self) -> bool {
        self.line > 0
    }
}

/// A position with the name of its file, for people and programs.
///
/// Displayed in the form that editors and terminals recognise:
///
/// ```
/// use contract_openapi::document::Place;
///
/// let place = Place { file: "api/openapi.yaml".into(), line: 12, column: 7 };
/// assert_eq!(place.to_string(), "api/openapi.yaml:12:7");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The name of the file, as passed to its source.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, in characters from 1.
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

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

/// The position of a node's first character in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Position {
    /// The file.
    pub file: FileId,
    /// The line, from 1; 0 if the node was not read from a text.
    pub line: u32,
    /// The column, in characters from 1; 0 if the node was not read from a text.
    pub column: u32,
}

impl Position {
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

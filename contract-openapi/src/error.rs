//! Errors that prevent a comparison.

use std::fmt;

use crate::document::{Place, ReadError};

/// An input that cannot be read. Problems in a description or a contract are findings, not errors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    file: String,
    place: Option<Place>,
    message: String,
}

/// The kind of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The file is missing or not readable.
    File,
    /// The text is neither YAML nor JSON, or exceeds a limit.
    Syntax,
    /// The kind or version of the document is not supported.
    Unsupported,
    /// A reference leads nowhere.
    Reference,
    /// The contract is not readable.
    Contract,
    /// A setting, rule or pattern given by the caller is invalid.
    Setting,
}

impl Error {
    pub(crate) fn file(name: &str, message: impl Into<String>) -> Self {
        Self {
            kind: ErrorKind::File,
            file: name.to_owned(),
            place: None,
            message: message.into(),
        }
    }

    pub(crate) fn read(name: &str, error: &ReadError) -> Self {
        let place = error.at.is_known().then(|| Place {
            file: name.to_owned(),
            line: error.at.line,
            column: error.at.column,
        });
        Self {
            kind: ErrorKind::Syntax,
            file: name.to_owned(),
            place,
            message: error.message.clone(),
        }
    }

    pub(crate) fn at(kind: ErrorKind, name: &str, place: Option<Place>, message: impl Into<String>) -> Self {
        Self {
            kind,
            file: name.to_owned(),
            place,
            message: message.into(),
        }
    }

    /// Returns the kind of error.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Returns the name of the file.
    pub fn file_name(&self) -> &str {
        &self.file
    }

    /// Returns the place in the file, if it is known.
    pub fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(f, "{place}: {}", self.message),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

impl std::error::Error for Error {}

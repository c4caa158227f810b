//! A finding about a description.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::document::Place;

/// The severity of a finding. The names are those of Spectral.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// A matter of taste.
    Hint,
    /// Worth knowing.
    Info,
    /// Should be changed.
    Warn,
    /// Must be changed.
    Error,
}

impl Severity {
    /// Returns the severity with this name or number (0 is an error, 3 a hint).
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "error" | "0" => Self::Error,
            "warn" | "1" => Self::Warn,
            "info" | "2" => Self::Info,
            "hint" | "3" => Self::Hint,
            _ => return None,
        })
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hint => "hint",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        })
    }
}

/// A step of the path to a place in a document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Segment {
    /// An element of an array.
    Index(usize),
    /// A member of an object.
    Name(String),
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Index(index) => write!(f, "{index}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

impl From<&str> for Segment {
    fn from(name: &str) -> Self {
        Self::Name(name.to_owned())
    }
}

impl From<usize> for Segment {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

/// One finding about a description.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LintFinding {
    /// The id of the rule.
    pub code: String,
    /// The severity.
    pub severity: Severity,
    /// The problem, as a sentence.
    pub message: String,
    /// The path to the place in the document.
    pub path: Vec<Segment>,
    /// File, line and column.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub place: Option<Place>,
}

//! One change.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::document::Place;

/// How much a change weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeLevel {
    /// Breaks nobody.
    Info,
    /// May break someone: the description does not say enough.
    Warning,
    /// Breaks whoever relies on it.
    Error,
}

impl fmt::Display for ChangeLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// One change between two descriptions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The id of the rule.
    pub id: String,
    /// How much it weighs.
    pub level: ChangeLevel,
    /// What changed, in a sentence.
    pub text: String,
    /// What the rule calls the things that it speaks of: the name of a property, old and new values.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub arguments: Vec<String>,
    /// The method of the operation, in upper case.
    #[serde(rename = "operation", skip_serializing_if = "Option::is_none", default)]
    pub method: Option<String>,
    /// `operationId` of the operation.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub operation_id: Option<String>,
    /// The path template of the operation, as the newer description writes it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub path: Option<String>,
    /// `paths` or `components`.
    pub section: String,
    /// Where in the older description.
    #[serde(rename = "baseSource", skip_serializing_if = "Option::is_none", default)]
    pub base: Option<Place>,
    /// Where in the newer description.
    #[serde(rename = "revisionSource", skip_serializing_if = "Option::is_none", default)]
    pub revision: Option<Place>,
    /// Identifies the change over wordings and places, so that an approval goes on holding: 12 hexadecimal digits.
    pub fingerprint: String,
}

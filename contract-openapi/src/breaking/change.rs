//! A single change.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::document::Place;

/// The level of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeLevel {
    /// Breaks no consumer.
    Info,
    /// May break a consumer: the description is not specific enough.
    Warning,
    /// Breaks consumers that rely on it.
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
    /// The level.
    pub level: ChangeLevel,
    /// What changed, as a sentence.
    pub text: String,
    /// The names and values that the rule mentions: the name of a property, old and new values.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub arguments: Vec<String>,
    /// The method of the operation, in upper case.
    #[serde(rename = "operation", skip_serializing_if = "Option::is_none", default)]
    pub method: Option<String>,
    /// `operationId` of the operation.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub operation_id: Option<String>,
    /// The path template of the operation in the newer description.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub path: Option<String>,
    /// `paths` or `components`.
    pub section: String,
    /// The place in the older description.
    #[serde(rename = "baseSource", skip_serializing_if = "Option::is_none", default)]
    pub base: Option<Place>,
    /// The place in the newer description.
    #[serde(rename = "revisionSource", skip_serializing_if = "Option::is_none", default)]
    pub revision: Option<Place>,
    /// Identifies the change independently of wording and position, so that an approval stays valid: 12 hexadecimal
    /// digits.
    pub fingerprint: String,
}

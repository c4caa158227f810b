//! The units that are counted.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::document::Place;

/// The kind of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dimension {
    /// A path with a method.
    Operation,
    /// A response: status and media type.
    Response,
    /// A parameter.
    Parameter,
    /// A member of a request body.
    RequestField,
    /// A member of a response body.
    ResponseField,
    /// A value of an enum.
    EnumValue,
    /// A member of `oneOf` or `anyOf`.
    Branch,
    /// A member of a response that may be absent or `null`.
    Optionality,
    /// A security alternative.
    Security,
}

impl Dimension {
    /// All dimensions, in the order of reports.
    pub const ALL: [Self; 9] = [
        Self::Operation,
        Self::Response,
        Self::Parameter,
        Self::RequestField,
        Self::ResponseField,
        Self::EnumValue,
        Self::Branch,
        Self::Optionality,
        Self::Security,
    ];

    /// Returns the plural name, as used in thresholds.
    pub fn name(self) -> &'static str {
        match self {
            Self::Operation => "operations",
            Self::Response => "responses",
            Self::Parameter => "parameters",
            Self::RequestField => "request-fields",
            Self::ResponseField => "response-fields",
            Self::EnumValue => "enum-values",
            Self::Branch => "branches",
            Self::Optionality => "optionality",
            Self::Security => "security",
        }
    }

    /// Returns the dimension with this plural name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dimension| dimension.name() == name)
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// To what extent a unit is covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Covered {
    /// No contract uses it.
    No,
    /// A contract accepts it without naming it, by a rule for its type.
    Partly,
    /// A contract uses it.
    Fully,
}

/// One unit of a description.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CoverageRow {
    /// The kind of the unit.
    pub dimension: Dimension,
    /// The method of its operation, in upper case.
    pub method: String,
    /// The path template of its operation.
    pub path: String,
    /// Identifies it within the operation: `200 application/json`, `query limit`, `200 /items/*/price`. Empty for the
    /// operation itself.
    pub unit: String,
    /// To what extent it is covered.
    pub covered: Covered,
    /// The consumers that use it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub consumers: Vec<String>,
    /// Why it is excluded, if it is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub excluded: Option<String>,
    /// The place in the description.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub place: Option<Place>,
}

//! A rule of a team.

use super::field::Field;
use super::function::Function;
use super::path::JsonPath;
use crate::description::Version;

/// A rule of a team's rule file.
#[derive(Debug)]
pub(in crate::lint) struct OwnRule {
    /// The name of the rule.
    pub(in crate::lint) id: String,
    /// What it asks for; the message if there is none.
    pub(in crate::lint) description: Option<String>,
    /// The message, with placeholders as `{{error}}`.
    pub(in crate::lint) message: Option<String>,
    /// Whether references are followed.
    pub(in crate::lint) is_resolved: bool,
    /// The versions of OpenAPI that it is for; empty for all.
    pub(in crate::lint) formats: Vec<Format>,
    /// Which places it looks at.
    pub(in crate::lint) given: Vec<Given>,
    /// What it asks of them.
    pub(in crate::lint) checks: Vec<Check>,
}

/// Which places a rule looks at.
#[derive(Debug)]
pub(in crate::lint) struct Given {
    /// The versions of OpenAPI that the path is for: each list must admit the document, and an empty one admits all.
    pub(in crate::lint) formats: Vec<Vec<Format>>,
    pub(in crate::lint) path: JsonPath,
}

/// A function over a place, or over a part of it.
#[derive(Debug)]
pub(in crate::lint) struct Check {
    pub(in crate::lint) field: Option<Field>,
    pub(in crate::lint) function: Function,
}

/// A format of documents, as rule files name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lint) enum Format {
    /// One version of OpenAPI.
    OpenApi(Version),
    /// OpenAPI 3, whatever comes after the dot.
    OpenApi3,
    /// A format of other documents: the rule is for none of ours.
    Other,
}

/// How the formats of documents begin that are not OpenAPI descriptions.
const OTHER_FORMATS: [&str; 5] = ["aas", "arazzo", "asyncapi", "json-schema", "json_schema"];

impl Format {
    /// Returns the format with this name; `None` if there is none.
    pub(in crate::lint) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "oas2" | "oas2.0" | "oas2_0" => Self::OpenApi(Version::V2),
            "oas3" => Self::OpenApi3,
            "oas3.0" | "oas3_0" => Self::OpenApi(Version::V3_0),
            "oas3.1" | "oas3_1" => Self::OpenApi(Version::V3_1),
            other if OTHER_FORMATS.iter().any(|start| other.starts_with(start)) => Self::Other,
            _ => return None,
        })
    }

    fn is_of(self, version: Option<Version>) -> bool {
        match self {
            Self::OpenApi(format) => version == Some(format),
            Self::OpenApi3 => version.is_some_and(|version| version > Version::V2),
            Self::Other => false,
        }
    }
}

/// Returns whether a list of formats admits a version: an empty one admits all.
pub(super) fn admits(formats: &[Format], version: Option<Version>) -> bool {
    formats.is_empty() || formats.iter().any(|format| format.is_of(version))
}

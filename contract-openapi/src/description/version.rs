//! Versions of the OpenAPI specification.

use std::fmt;

use crate::document::Node;

/// A version of the OpenAPI specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Version {
    /// OpenAPI 2.0, formerly Swagger.
    V2,
    /// OpenAPI 3.0.x.
    V3_0,
    /// OpenAPI 3.1.x.
    V3_1,
    /// OpenAPI 3.2.x: the method `query` and `additionalOperations` are read, the rest like 3.1.
    V3_2,
}

impl Version {
    /// Returns the version in a document (`swagger` or `openapi`), if it is supported. A later 3.x is read as
    /// the newest one.
    pub fn of(document: &Node) -> Option<Self> {
        if document
            .get("swagger")
            .and_then(Node::scalar_text)
            .is_some_and(|text| text == "2.0")
        {
            return Some(Self::V2);
        }
        let text = document.get("openapi").and_then(Node::scalar_text)?;
        let minor = text.strip_prefix("3.")?.split('.').next()?;
        Some(match minor {
            "0" => Self::V3_0,
            "1" => Self::V3_1,
            _ => Self::V3_2,
        })
    }

    /// Returns whether schemas are JSON Schema 2020-12 (3.1 and later).
    pub fn has_json_schema(self) -> bool {
        self >= Self::V3_1
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V2 => "2.0",
            Self::V3_0 => "3.0",
            Self::V3_1 => "3.1",
            Self::V3_2 => "3.2",
        })
    }
}

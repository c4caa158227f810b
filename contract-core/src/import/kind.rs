//! Detects the kind of imported files.

use std::fmt;
use std::str::FromStr;

use super::Source;
use super::read::Document;
use crate::json::Value;
use crate::{Error, ErrorKind};

/// A kind of file that can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Stub mappings of WireMock, JSON.
    WireMock,
    /// HTTP Archive 1.2.
    Har,
    /// Postman collection 2.0 or 2.1.
    Postman,
    /// Cassettes of the VCR family, YAML or JSON.
    Vcr,
    /// Mocks of the crate httpmock, YAML.
    Httpmock,
    /// `.http` and `.rest` files.
    HttpFile,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 6] = [
        Self::WireMock,
        Self::Har,
        Self::Postman,
        Self::Vcr,
        Self::Httpmock,
        Self::HttpFile,
    ];

    /// Returns the name: `wiremock`, `har`, `postman`, `vcr`, `httpmock`, `http`.
    pub fn name(self) -> &'static str {
        match self {
            Self::WireMock => "wiremock",
            Self::Har => "har",
            Self::Postman => "postman",
            Self::Vcr => "vcr",
            Self::Httpmock => "httpmock",
            Self::HttpFile => "http",
        }
    }

    /// Detects the kind of a file by its members.
    pub(super) fn of(source: &Source, document: &Document) -> Result<Self, Error> {
        let recognised = match document {
            Document::Values(values) => values.iter().find_map(of_document),
            Document::Text => Some(Self::HttpFile),
        };
        recognised.ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|kind| kind.name()).collect();
            Error::new(
                ErrorKind::Malformed,
                format!(
                    "{}: not recognised as one of {}: give the right file, or say what it is with --from",
                    source.name(),
                    names.join(", ")
                ),
            )
        })
    }
}

fn of_document(value: &Value) -> Option<Kind> {
    // The kind of a list is that of its items.
    if let Some(first) = value.as_array().and_then(|items| items.first()) {
        return of_document(first);
    }
    let has = |name: &str| value.get(name).is_some();
    if has("log") {
        Some(Kind::Har)
    } else if has("info") && has("item") {
        Some(Kind::Postman)
    } else if has("http_interactions") || has("interactions") {
        Some(Kind::Vcr)
    } else if has("when") && has("then") {
        Some(Kind::Httpmock)
    } else if has("mappings") || (has("request") && has("response")) {
        Some(Kind::WireMock)
    } else {
        None
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Kind {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == text)
            .ok_or_else(|| Error::new(ErrorKind::Usage, format!("unknown kind of file {text:?}")))
    }
}

//! A parsed description.

use contract_openapi::{AsyncDescription, ContractFile, Description};

use crate::domain::content::without_mark;

/// Maximum size of a description, and of a report of a self-verification, in bytes.
pub(super) const MOST_BYTES: usize = 10 << 20;

/// The specification of a description. Stored by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Specification {
    OpenApi,
    AsyncApi,
}

impl Specification {
    pub(crate) const ALL: [Self; 2] = [Self::OpenApi, Self::AsyncApi];

    /// Returns the specification with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|specification| specification.as_str() == name)
    }

    /// Returns the name in requests.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::OpenApi => "oas",
            Self::AsyncApi => "asyncapi",
        }
    }

    /// Returns the display name.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::OpenApi => "OpenAPI",
            Self::AsyncApi => "AsyncAPI",
        }
    }

    fn file(self) -> &'static str {
        match self {
            Self::OpenApi => "openapi.yaml",
            Self::AsyncApi => "asyncapi.yaml",
        }
    }
}

/// A parsed description.
#[derive(Debug)]
pub(crate) enum Document {
    OpenApi(Description),
    AsyncApi(AsyncDescription),
}

impl Document {
    /// Parses a description in a single text: YAML or JSON.
    ///
    /// # Errors
    /// Why it cannot be parsed, with line and column.
    pub(crate) fn read(specification: Specification, text: &str) -> Result<Self, String> {
        let (name, text) = (specification.file(), without_mark(text));
        match specification {
            Specification::OpenApi => Description::from_text(name, text).map(Self::OpenApi),
            Specification::AsyncApi => AsyncDescription::from_text(name, text).map(Self::AsyncApi),
        }
        .map_err(|error| error.to_string())
    }

    /// Returns the description itself if every reference leads somewhere.
    ///
    /// # Errors
    /// The first reference that does not, with line and column.
    pub(crate) fn with_whole_references(self) -> Result<Self, String> {
        let documents = match &self {
            Self::OpenApi(description) => description.documents(),
            Self::AsyncApi(description) => description.documents(),
        };
        documents.check_references().map_err(|error| error.to_string())?;
        Ok(self)
    }

    /// Returns the description of an HTTP API, if it is one.
    pub(crate) fn http(&self) -> Option<&Description> {
        match self {
            Self::OpenApi(description) => Some(description),
            Self::AsyncApi(_) => None,
        }
    }
}

/// Parses a stored contract.
///
/// # Errors
/// Why it cannot be parsed.
pub(crate) fn read_contract(text: &str) -> Result<ContractFile, String> {
    ContractFile::from_text("contract.json", without_mark(text)).map_err(|error| error.to_string())
}

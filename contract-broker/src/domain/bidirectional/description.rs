//! A published description, read.

use contract_openapi::{AsyncDescription, ContractFile, Description};

use crate::domain::content::without_mark;

/// The largest description and the largest report of a self-verification that is kept, in bytes.
pub(super) const MOST_BYTES: usize = 10 << 20;

/// What language a description is written in. Stored by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Specification {
    OpenApi,
    AsyncApi,
}

impl Specification {
    pub(crate) const ALL: [Self; 2] = [Self::OpenApi, Self::AsyncApi];

    /// The specification of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|specification| specification.as_str() == name)
    }

    /// The name that publishers give.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::OpenApi => "oas",
            Self::AsyncApi => "asyncapi",
        }
    }

    /// The name for people.
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

/// A description, read.
#[derive(Debug)]
pub(crate) enum Document {
    OpenApi(Description),
    AsyncApi(AsyncDescription),
}

impl Document {
    /// Reads a description that is one text: YAML or JSON.
    ///
    /// # Errors
    /// Why it cannot be read, with line and column.
    pub(crate) fn read(specification: Specification, text: &str) -> Result<Self, String> {
        let (name, text) = (specification.file(), without_mark(text));
        match specification {
            Specification::OpenApi => Description::from_text(name, text).map(Self::OpenApi),
            Specification::AsyncApi => AsyncDescription::from_text(name, text).map(Self::AsyncApi),
        }
        .map_err(|error| error.to_string())
    }

    /// The description of an HTTP API, if it is one.
    pub(crate) fn http(&self) -> Option<&Description> {
        match self {
            Self::OpenApi(description) => Some(description),
            Self::AsyncApi(_) => None,
        }
    }
}

/// Reads a stored contract.
///
/// # Errors
/// Why it cannot be read.
pub(crate) fn read_contract(text: &str) -> Result<ContractFile, String> {
    ContractFile::from_text("contract.json", without_mark(text)).map_err(|error| error.to_string())
}

//! What a provider says of its own API, while a consumer's tests run.
//!
//! A consumer's test says what it needs of a provider. If the provider publishes a description of its API, such as an OpenAPI
//! document, the test can be held against it at once: a path with a typing mistake, a field that is not there or a value of
//! another type fails in the line that expects it, not when the provider verifies the contract.
//!
//! This crate knows no kind of description. `contract-openapi` brings OpenAPI: `#[consumer_test(…, openapi = "openapi.yaml")]`.

use std::fmt;
use std::sync::Arc;

use crate::Error;
use crate::contract::Interaction;

/// What a provider says of its own API.
///
/// ```
/// use contract_core::Error;
/// use contract_core::contract::{Interaction, InteractionKind};
/// use contract_core::description::{Disagreement, ProviderDescription};
///
/// /// A provider that answers below one path.
/// struct Below(&'static str);
///
/// impl ProviderDescription for Below {
///     fn disagreements(&self, interaction: &Interaction) -> Result<Vec<Disagreement>, Error> {
///         let InteractionKind::Http(http) = &interaction.kind else { return Ok(Vec::new()) };
///         if http.request.path.starts_with(self.0) {
///             return Ok(Vec::new());
///         }
///         Ok(vec![Disagreement::new("request.path", format!("no path below {} is known", self.0))])
///     }
/// }
/// ```
pub trait ProviderDescription: Send + Sync {
    /// Returns what the interaction needs and the provider does not describe; nothing for an interaction of a kind that the
    /// description does not speak of.
    ///
    /// # Errors
    ///
    /// The interaction or the description cannot be compared.
    fn disagreements(&self, interaction: &Interaction) -> Result<Vec<Disagreement>, Error>;
}

/// What an interaction needs and the provider does not describe.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Disagreement {
    /// The place in the interaction: `response.body.name`.
    pub place: String,
    /// What is wrong, as a sentence.
    pub message: String,
    /// The place in the description: file, line and column.
    pub described_at: Option<String>,
}

impl Disagreement {
    /// Returns a disagreement whose place in the description is not known.
    pub fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            message: message.into(),
            described_at: None,
        }
    }

    /// Sets the place in the description.
    pub fn described_at(mut self, place: impl Into<String>) -> Self {
        self.described_at = Some(place.into());
        self
    }
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)?;
        match &self.described_at {
            Some(place) => write!(f, "\n    described at {place}"),
            None => Ok(()),
        }
    }
}

/// Reads the file or URL with this name.
pub type ReadText<'a> = &'a dyn Fn(&str) -> Result<String, Error>;

/// Reads a description: the name of its first file, and how this file and those that it refers to are read.
pub type ReadDescription = fn(&str, ReadText<'_>) -> Result<Arc<dyn ProviderDescription>, Error>;

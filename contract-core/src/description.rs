//! The description that a provider publishes of its own API, for checks in consumers' tests.
//!
//! A consumer's test defines what it needs from a provider. If the provider publishes a description of its
//! API, such as an OpenAPI document, the test can be compared with it at once: a misspelled path, a missing
//! field or a value of another type fails at the line that expects it, not when the provider verifies the
//! contract.
//!
//! This crate does not implement any kind of description. `contract-openapi` supports OpenAPI:
//! `#[consumer_test(…, openapi = "openapi.yaml")]`.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::contract::Interaction;
use crate::{Error, ErrorKind};

/// The description that a provider publishes of its own API.
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
    /// Returns what the interaction needs and the provider does not describe; empty for an interaction of a
    /// kind that the description does not cover.
    ///
    /// # Errors
    ///
    /// The interaction or the description cannot be compared.
    fn disagreements(&self, interaction: &Interaction) -> Result<Vec<Disagreement>, Error>;
}

/// A part of an interaction that the provider does not describe.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Disagreement {
    /// The place in the interaction: `response.body.name`.
    pub place: String,
    /// The problem, as a sentence.
    pub message: String,
    /// The place in the description: file, line and column.
    pub described_at: Option<String>,
}

impl Disagreement {
    /// Creates a disagreement without a place in the description.
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

/// Refuses a file that a symbolic link takes out of the folder of a description's first file: its name stays in there,
/// and what it leads to does not. What is not on this disk is no link.
///
/// # Errors
///
/// `Usage`, with the file that the link leads to.
///
/// ```
/// use contract_core::description::stays_beside;
/// use std::path::Path;
///
/// let folder = tempfile::tempdir().unwrap();
/// let first = folder.path().join("openapi.yaml");
/// std::fs::write(&first, "openapi: 3.1.0").unwrap();
/// assert!(stays_beside(&first, &folder.path().join("schemas.yaml")).is_ok());
/// # #[cfg(unix)] {
/// std::os::unix::fs::symlink("/etc/hosts", folder.path().join("schemas.yaml")).unwrap();
/// assert!(stays_beside(&first, &folder.path().join("schemas.yaml")).is_err());
/// # }
/// ```
pub fn stays_beside(first: &Path, file: &Path) -> Result<(), Error> {
    let folder = first.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let (Ok(folder), Ok(real)) = (folder.canonicalize(), file.canonicalize()) else {
        return Ok(());
    };
    if real.starts_with(&folder) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Usage,
        format!(
            "it is a link out of the folder of the description, to {}: put the file there",
            real.display()
        ),
    ))
}

/// Reads the file or URL with this name.
pub type ReadText<'a> = &'a dyn Fn(&str) -> Result<String, Error>;

/// Reads a description: the arguments are the name of its first file, and a function that reads this file and
/// those that it refers to.
pub type ReadDescription = fn(&str, ReadText<'_>) -> Result<Arc<dyn ProviderDescription>, Error>;

//! A description that consumer tests are compared with while they run.

use std::sync::Arc;

use contract_core::contract::{Contract, Interaction, Specification};
use contract_core::description::{Disagreement, ProviderDescription, ReadText};

use super::{Comparator, CompareOptions, ContractFile, Finding, Level};
use crate::document::{LoadOptions, SourceError, Sources};
use crate::{Description, ErrorKind};

/// Reads a description for `#[consumer_test(…, openapi = "…")]`. The arguments are its name, and a function
/// that reads it and the files that it refers to.
///
/// # Errors
///
/// It cannot be read, or is not an OpenAPI description; the error names the place.
pub fn read_description(
    name: &str,
    read: ReadText<'_>,
) -> Result<Arc<dyn ProviderDescription>, contract_core::Error> {
    let description = Description::load(name, &Reading(read), &LoadOptions::default())
        .map_err(|error| unusable(error.kind(), &error))?;
    Ok(Arc::new(description))
}

/// Reads files with the caller's function.
struct Reading<'a>(ReadText<'a>);

impl Sources for Reading<'_> {
    fn read(&self, name: &str) -> Result<String, SourceError> {
        (self.0)(name).map_err(|error| SourceError::new(error.to_string()))
    }
}

/// Compares HTTP interactions like [`Comparator`]; only errors are disagreements. OpenAPI does not describe
/// messages.
///
/// ```
/// use contract_core::description::ProviderDescription;
/// use contract_core::prelude::*;
/// use contract_openapi::Description;
///
/// let description = Description::from_text("openapi.yaml", "
/// openapi: 3.1.0
/// paths:
///   /users/{id}:
///     get:
///       parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
///       responses: {200: {description: the user}}
/// ")?;
/// let request = |path: &str| -> Interaction {
///     Interaction::http("a user").request(Request::get(path)).response(Response::ok()).into()
/// };
/// assert!(description.disagreements(&request("/users/7"))?.is_empty());
/// let disagreements = description.disagreements(&request("/user/7"))?;
/// assert_eq!(disagreements[0].place, "request.path");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl ProviderDescription for Description {
    fn disagreements(&self, interaction: &Interaction) -> Result<Vec<Disagreement>, contract_core::Error> {
        let mut contract = Contract::new("consumer", "provider");
        contract.interactions.push(interaction.clone());
        let text = contract.to_text(Specification::V4)?;
        let contract = ContractFile::from_text("contract.json", &text)
            .map_err(|error| unusable(error.kind(), &error))?;
        let comparison = Comparator::new(self, CompareOptions::default())
            .and_then(|comparator| comparator.compare(&contract))
            .map_err(|error| unusable(error.kind(), &error))?;
        let errors = comparison
            .findings
            .iter()
            .filter(|finding| finding.level == Level::Error);
        Ok(errors.map(disagreement).collect())
    }
}

fn disagreement(finding: &Finding) -> Disagreement {
    let location = finding
        .contract
        .as_ref()
        .map_or("", |side| side.location.as_str());
    let place = location
        .strip_prefix("[root].interactions[0].")
        .unwrap_or(location);
    let disagreement = Disagreement::new(place, &finding.message);
    match finding.spec.as_ref().and_then(|side| side.place.as_ref()) {
        Some(place) => disagreement.described_at(place.to_string()),
        None => disagreement,
    }
}

/// Returns the error of a consumer test that cannot be compared.
fn unusable(kind: ErrorKind, error: &crate::Error) -> contract_core::Error {
    let kind = match kind {
        ErrorKind::File => contract_core::ErrorKind::Io,
        ErrorKind::Syntax | ErrorKind::Unsupported | ErrorKind::Reference => {
            contract_core::ErrorKind::Malformed
        }
        ErrorKind::Contract => contract_core::ErrorKind::Invalid,
        ErrorKind::Setting => contract_core::ErrorKind::Usage,
    };
    contract_core::Error::new(kind, error.to_string())
}

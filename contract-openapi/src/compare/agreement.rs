//! A description that consumer tests are compared with while they run.

use std::sync::{Arc, OnceLock};

use contract_core::contract::{Contract, Interaction, Specification};
use contract_core::description::{Disagreement, ProviderDescription, ReadText};

use super::prepared::Prepared;
use super::{Comparator, CompareOptions, ContractFile, Finding, Level};
use crate::document::{LoadOptions, SourceError, Sources};
use crate::{Description, Error, ErrorKind};

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
    Ok(provider_description(description))
}

/// Returns a description for `Contract::described_by`: each expectation of a test is compared with it.
///
/// HTTP interactions are compared like [`Comparator`] does; only errors are disagreements. OpenAPI does not describe
/// messages.
///
/// ```
/// use contract_core::prelude::*;
/// use contract_openapi::{Description, provider_description};
///
/// let description = Description::from_text("openapi.yaml", "
/// openapi: 3.1.0
/// paths:
///   /users/{id}:
///     get:
///       parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
///       responses: {200: {description: the user}}
/// ")?;
/// let description = provider_description(description);
/// let request = |path: &str| -> Interaction {
///     Interaction::http("a user").request(Request::get(path)).response(Response::ok()).into()
/// };
/// assert!(description.disagreements(&request("/users/7"))?.is_empty());
/// let disagreements = description.disagreements(&request("/user/7"))?;
/// assert_eq!(disagreements[0].place, "request.path");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn provider_description(description: Description) -> Arc<dyn ProviderDescription> {
    Arc::new(Described {
        description,
        prepared: OnceLock::new(),
    })
}

/// Reads files with the caller's function.
struct Reading<'a>(ReadText<'a>);

impl Sources for Reading<'_> {
    fn read(&self, name: &str) -> Result<String, SourceError> {
        (self.0)(name).map_err(|error| SourceError::new(error.to_string()))
    }
}

/// A description, and what is prepared of it for the first expectation.
struct Described {
    description: Description,
    prepared: OnceLock<Result<Arc<Prepared>, Error>>,
}

impl Described {
    fn comparator(&self) -> Result<Comparator<'_>, Error> {
        let options = CompareOptions::default();
        let prepared = self.prepared.get_or_init(|| {
            let comparator = Comparator::new(&self.description, options)?;
            Ok(Arc::clone(&comparator.prepared))
        });
        let prepared = Arc::clone(prepared.as_ref().map_err(Clone::clone)?);
        Ok(Comparator::again(&self.description, options, prepared))
    }
}

impl ProviderDescription for Described {
    fn disagreements(&self, interaction: &Interaction) -> Result<Vec<Disagreement>, contract_core::Error> {
        let mut contract = Contract::new("consumer", "provider");
        contract.interactions.push(interaction.clone());
        let text = contract.to_text(Specification::V4)?;
        let contract = ContractFile::from_text("contract.json", &text)
            .map_err(|error| unusable(error.kind(), &error))?;
        let comparison = self
            .comparator()
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
fn unusable(kind: ErrorKind, error: &Error) -> contract_core::Error {
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

#[cfg(test)]
mod tests {
    use std::sync::{Arc, OnceLock};

    use contract_core::contract::{Interaction, Request, Response};
    use contract_core::description::ProviderDescription;

    use super::{Described, Description};

    fn described(schema: &str) -> Described {
        let text = format!(
            "openapi: 3.1.0\npaths: {{/a: {{get: {{responses: {{200: {{content: {{application/json: {{schema: {schema}}}}}}}}}}}}}}}"
        );
        Described {
            description: Description::from_text("openapi.yaml", &text).unwrap(),
            prepared: OnceLock::new(),
        }
    }

    #[test]
    fn every_expectation_uses_what_the_first_one_prepared() {
        let described = described("{type: object}");
        let (first, second) = (described.comparator().unwrap(), described.comparator().unwrap());
        assert!(Arc::ptr_eq(&first.prepared, &second.prepared));
    }

    #[test]
    fn every_expectation_is_told_that_the_description_cannot_be_compared() {
        let described = described("{$ref: '#/gone'}");
        let expected = Interaction::http("a")
            .request(Request::get("/a"))
            .response(Response::ok());
        let interaction: Interaction = expected.into();
        for _ in 0..2 {
            let error = described.disagreements(&interaction).unwrap_err();
            assert!(error.to_string().contains("#/gone leads nowhere"), "{error}");
        }
    }
}

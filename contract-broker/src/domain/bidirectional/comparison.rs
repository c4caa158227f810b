//! The comparison of a contract with a description, and its stored form.

use contract_openapi::{Comparator, CompareOptions, Comparison, Finding, Level};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Document, read_contract};
use crate::domain::cancel::{Cancel, Cancelled};

/// Maximum number of findings stored per comparison; further ones are only counted.
const KEPT: usize = 2_000;
/// Maximum number of errors in the summary.
const NAMED: usize = 20;

/// The outcome of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Compared {
    /// `None` if no interaction of the contract is of a kind that the description describes.
    pub(crate) success: Option<bool>,
    pub(crate) summary: Summary,
    /// The stored findings.
    pub(crate) comparison: Comparison,
}

/// The summary of a comparison, stored separately.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Summary {
    /// Number of compared interactions.
    pub(crate) interactions: usize,
    pub(crate) errors: usize,
    pub(crate) warnings: usize,
    pub(crate) infos: usize,
    /// Number of bodies whose values could not be checked completely.
    pub(crate) unknown: usize,
    /// Number of findings that are not stored.
    pub(crate) left_off: usize,
    /// Why the comparison failed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) problem: Option<String>,
    /// The first errors.
    pub(crate) disagreements: Vec<Disagreement>,
}

/// A short form of an error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Disagreement {
    /// Such as `response.body.incompatible`.
    pub(crate) code: String,
    /// Such as `GET /orders/{id}`; empty if the description has no such operation.
    pub(crate) operation: String,
    /// The description of the interaction.
    pub(crate) interaction: String,
    /// The path in the interaction: `response.body.total`.
    pub(crate) place: String,
    pub(crate) message: String,
}

impl Disagreement {
    pub(crate) fn of(finding: &Finding) -> Self {
        let side = finding.contract.as_ref();
        Self {
            code: finding.code.to_string(),
            operation: operation(finding).unwrap_or_default(),
            interaction: side.and_then(|side| side.description.clone()).unwrap_or_default(),
            place: side.map(|side| place(&side.location)).unwrap_or_default(),
            message: finding.message.clone(),
        }
    }
}

/// Returns the operation of a finding.
pub(crate) fn operation(finding: &Finding) -> Option<String> {
    let spec = finding.spec.as_ref()?;
    let (method, path) = (spec.path_method.as_ref()?, spec.path_name.as_ref()?);
    Some(format!("{} {path}", method.to_ascii_uppercase()))
}

/// Returns the path within an interaction: `[root].interactions[0].response.body.total` becomes
/// `response.body.total`.
fn place(location: &str) -> String {
    let rest = location.strip_prefix("[root].").unwrap_or(location);
    match rest
        .strip_prefix("interactions[")
        .and_then(|rest| rest.split_once(']'))
    {
        Some((_, rest)) => rest.trim_start_matches('.').to_owned(),
        None => rest.to_owned(),
    }
}

impl Compared {
    /// Returns a comparison that failed with this problem.
    pub(crate) fn impossible(problem: impl Into<String>) -> Self {
        let summary = Summary {
            problem: Some(problem.into()),
            ..Summary::default()
        };
        Self {
            success: Some(false),
            summary,
            comparison: Comparison::default(),
        }
    }

    fn of(mut comparison: Comparison) -> Self {
        let errors = comparison.findings.iter().filter(|one| one.level == Level::Error);
        let summary = Summary {
            interactions: comparison.interactions,
            errors: comparison.count(Level::Error),
            warnings: comparison.count(Level::Warning),
            infos: comparison.count(Level::Info),
            unknown: comparison.unknown,
            left_off: comparison.findings.len().saturating_sub(KEPT),
            problem: None,
            disagreements: errors.take(NAMED).map(Disagreement::of).collect(),
        };
        let success = (comparison.interactions > 0).then(|| comparison.is_compatible());
        if summary.left_off > 0 {
            // Errors come first; otherwise the order is kept.
            comparison.findings.sort_by_key(|one| one.level != Level::Error);
            comparison.findings.truncate(KEPT);
        }
        Self {
            success,
            summary,
            comparison,
        }
    }
}

/// Compares a contract with a description. If they cannot be compared, the outcome says why.
///
/// # Errors
/// The computation was cancelled.
pub(crate) fn compare(document: &Document, contract: &str, cancel: &Cancel) -> Result<Compared, Cancelled> {
    cancel.check()?;
    let contract = match read_contract(contract) {
        Ok(contract) => contract,
        Err(problem) => return Ok(Compared::impossible(problem)),
    };
    cancel.check()?;
    let options = CompareOptions::default();
    let comparator = match document {
        Document::OpenApi(description) => Comparator::with(Some(description), None, options),
        Document::AsyncApi(description) => Comparator::with(None, Some(description), options),
    };
    let wanted = || cancel.check().is_ok();
    match comparator.and_then(|comparator| comparator.compare_while(&contract, &wanted)) {
        Ok(Some(comparison)) => Ok(Compared::of(comparison)),
        Ok(None) => Err(Cancelled),
        Err(error) => Ok(Compared::impossible(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::bidirectional::Specification;

    const DESCRIPTION: &str = "
openapi: 3.0.3
info: {title: Orders, version: 1.0.0}
paths:
  /orders/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses:
        '200':
          description: an order
          content:
            application/json:
              schema: {type: object, properties: {id: {type: integer}}, additionalProperties: false}
";

    fn contract(body: &str) -> String {
        format!(
            r#"{{"consumer": {{"name": "web"}}, "provider": {{"name": "api"}}, "interactions": [{{
            "description": "an order", "request": {{"method": "GET", "path": "/orders/7"}},
            "response": {{"status": 200, "headers": {{"Content-Type": "application/json"}}, "body": {body}}}}}]}}"#
        )
    }

    fn compared(contract: &str) -> Compared {
        let document = Document::read(Specification::OpenApi, DESCRIPTION).unwrap();
        compare(&document, contract, &Cancel::default()).unwrap()
    }

    #[test]
    fn an_error_names_operation_interaction_and_place() {
        assert_eq!(compared(&contract(r#"{"id": 7}"#)).success, Some(true));
        let failed = compared(&contract(r#"{"id": 7, "total": 3}"#));
        assert_eq!(failed.success, Some(false));
        let named = &failed.summary.disagreements[0];
        assert_eq!(named.code, "response.body.incompatible");
        assert_eq!(named.operation, "GET /orders/{id}");
        assert_eq!(named.interaction, "an order");
        assert!(named.place.starts_with("response.body"), "{named:?}");
        assert!(named.message.contains("total"), "{named:?}");
    }

    #[test]
    fn what_cannot_be_compared_says_why_and_what_does_not_apply_has_no_verdict() {
        let unreadable = compared("{\"interactions\": 7}");
        assert_eq!(unreadable.success, Some(false));
        assert!(unreadable.summary.problem.is_some());
        let nothing = compared(
            r#"{"consumer": {"name": "web"}, "provider": {"name": "api"}, "messages": [{"description": "m", "contents": {}}]}"#,
        );
        assert_eq!(nothing.success, None);
    }

    #[test]
    fn a_comparison_that_nobody_waits_for_ends() {
        let document = Document::read(Specification::OpenApi, DESCRIPTION).unwrap();
        let cancel = Cancel::default();
        cancel.cancel();
        assert_eq!(compare(&document, &contract("{}"), &cancel), Err(Cancelled));
    }
}

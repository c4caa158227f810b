//! Comparisons of contracts with the descriptions that their providers published.

use base64::Engine as _;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    Link, Links, ResultDocument, Time,
    provider_contract::{Nothing, Standing},
};
use crate::{
    app::{ComparisonDetails, DescriptionDetails, VerifiedContract},
    domain::bidirectional::{Disagreement, SelfVerification},
    http::{
        address::{self, Address},
        base_url::BaseUrl,
    },
    store,
};

/// The name of the verifier in documents.
const VERIFIER: &str = "contract-openapi";

/// The comparison of a contract with a description.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CrossContractDocument {
    verification_status: Standing,
    summary: CrossContractSummary,
    cross_contract_verification_results: CrossContractResults,
    provider_contract_verification_results: Option<SelfVerification>,
    #[serde(rename = "_actions")]
    actions: Vec<Nothing>,
    #[serde(rename = "_embedded")]
    embedded: Nothing,
    #[serde(rename = "_links")]
    links: Links,
}

/// The combined outcome of comparison and self-verification.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CrossContractSummary {
    /// Null until the comparison is made.
    #[schema(required)]
    success: Option<bool>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CrossContractResults {
    /// Null until the comparison is made.
    #[schema(required)]
    success: Option<bool>,
    results: CrossContractFindings,
    #[schema(required)]
    verification_date: Option<Time>,
    verifier: &'static str,
    verifier_version: &'static str,
}

/// The findings, by severity.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CrossContractFindings {
    #[schema(value_type = Vec<Object>)]
    errors: Vec<Value>,
    #[schema(value_type = Vec<Object>)]
    warnings: Vec<Value>,
    #[schema(value_type = Vec<Object>)]
    infos: Vec<Value>,
    /// Why the comparison failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_reason: Option<String>,
    /// Number of bodies whose values could not be checked completely.
    unknown: usize,
    /// Number of omitted findings.
    left_off: usize,
}

impl CrossContractFindings {
    /// # Errors
    /// A stored value cannot be parsed.
    fn of(details: &ComparisonDetails) -> store::Result<Self> {
        let mut findings = Self::default();
        if let Some(summary) = &details.summary {
            findings.failure_reason.clone_from(&summary.problem);
            findings.unknown = summary.unknown;
            findings.left_off = summary.left_off;
        }
        let id = details.comparison.as_ref().map_or(0, |comparison| comparison.id);
        let result = details
            .result
            .as_deref()
            .map(serde_json::from_str::<Value>)
            .transpose();
        let result = result
            .map_err(|error| store::Error::unreadable("comparisons", id, "result", error))?
            .unwrap_or_default();
        let list = match result {
            Value::Object(mut members) => members.remove("findings"),
            _ => None,
        };
        if let Some(Value::Array(list)) = list {
            for finding in list {
                match finding["type"].as_str() {
                    Some("error") => findings.errors.push(finding),
                    Some("warning") => findings.warnings.push(finding),
                    _ => findings.infos.push(finding),
                }
            }
        }
        Ok(findings)
    }
}

/// Returns the links of a provider version and a consumer version.
fn links(base: &BaseUrl, details: &ComparisonDetails, itself: Address<4>) -> Links {
    let names = [
        details.provider_contract.provider.as_str(),
        &details.provider_contract.version,
        &details.consumer_contract.consumer,
        &details.consumer_contract.consumer_version,
    ];
    let to = |address| Link::to(base.to(address, names));
    Links::itself(to(itself))
        .with("pf:provider-contract", to(address::PROVIDER_CONTRACT_OF_PAIR))
        .with(
            "pf:provider-contract-verification-results",
            to(address::SELF_VERIFICATION_OF_PAIR),
        )
        .with("pf:consumer-contract", to(address::CONSUMER_CONTRACT_OF_PAIR))
        .with(
            "pf:consumer-contract-verification-results",
            to(address::RESULTS_OF_PAIR),
        )
        .with("pf:cross-contract-verification-results", to(address::COMPARISON))
        .prefixes(base, "cross-contract", &["pf"])
}

impl CrossContractDocument {
    /// # Errors
    /// A stored value cannot be parsed.
    pub(crate) fn of(base: &BaseUrl, details: &ComparisonDetails) -> store::Result<Self> {
        let comparison = details.comparison.as_ref();
        Ok(Self {
            verification_status: Standing::of(details.success()),
            summary: CrossContractSummary {
                success: details.success(),
            },
            cross_contract_verification_results: CrossContractResults {
                success: comparison.and_then(|comparison| comparison.success),
                results: CrossContractFindings::of(details)?,
                verification_date: comparison.and_then(|comparison| comparison.compared_at).map(Time),
                verifier: VERIFIER,
                verifier_version: env!("CARGO_PKG_VERSION"),
            },
            provider_contract_verification_results: details.self_verification.clone(),
            actions: Vec::new(),
            embedded: Nothing::default(),
            links: links(base, details, address::COMPARISON),
        })
    }
}

/// The contract that is compared.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConsumerContractDocument {
    consumer_name: String,
    consumer_version_number: String,
    content_type: &'static str,
    /// The contract, encoded in Base64.
    #[schema(content_encoding = "base64")]
    content: String,
    verification_status: Standing,
    #[serde(rename = "_actions")]
    actions: Vec<Nothing>,
    #[serde(rename = "_embedded")]
    embedded: Nothing,
    #[serde(rename = "_links")]
    links: Links,
}

impl ConsumerContractDocument {
    pub(crate) fn of(base: &BaseUrl, details: &ComparisonDetails, text: &str) -> Self {
        Self {
            consumer_name: details.consumer_contract.consumer.clone(),
            consumer_version_number: details.consumer_contract.consumer_version.clone(),
            content_type: "application/json",
            content: base64::engine::general_purpose::STANDARD.encode(text),
            verification_status: Standing::of(details.success()),
            actions: Vec::new(),
            embedded: Nothing::default(),
            links: links(base, details, address::CONSUMER_CONTRACT_OF_PAIR),
        }
    }
}

/// The newest result of verifying the provider version with the contract.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ResultsOfPairDocument {
    verification_status: Standing,
    #[serde(rename = "_actions")]
    actions: Vec<Nothing>,
    #[serde(rename = "_embedded")]
    embedded: ResultsOfPair,
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ResultsOfPair {
    /// At most one.
    verification_results: Vec<ResultDocument>,
}

impl ResultsOfPairDocument {
    /// # Errors
    /// A stored value cannot be parsed.
    pub(crate) fn of(base: &BaseUrl, details: &ComparisonDetails) -> store::Result<Self> {
        let result = details.verification.as_ref();
        let documents = result
            .map(|result| ResultDocument::of(base, result))
            .transpose()?;
        Ok(Self {
            verification_status: Standing::of(result.map(|whole| whole.result.success)),
            actions: Vec::new(),
            embedded: ResultsOfPair {
                verification_results: documents.into_iter().collect(),
            },
            links: links(base, details, address::RESULTS_OF_PAIR),
        })
    }
}

/// The newest results of a provider version for the contracts with which its description was or will be compared.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ResultsOfComparedList {
    /// Failed if one of the results is; successful if there is one for each contract.
    verification_status: Standing,
    #[serde(rename = "_actions")]
    actions: Vec<Nothing>,
    #[serde(rename = "_embedded")]
    embedded: ResultsOfCompared,
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ResultsOfCompared {
    verification_results: Vec<ResultOfCompared>,
}

/// The newest result of a provider version for one contract.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ResultOfCompared {
    consumer_name: String,
    consumer_version_number: String,
    verification_status: Standing,
    /// Left out if the version did not verify the contract.
    #[serde(skip_serializing_if = "Option::is_none")]
    verification_date: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    build_url: Option<String>,
    #[serde(rename = "_links")]
    links: Links,
}

impl ResultsOfComparedList {
    pub(crate) fn of(base: &BaseUrl, provider: &str, version: &str, compared: &[VerifiedContract]) -> Self {
        let outcomes: Vec<Option<bool>> = compared
            .iter()
            .map(|one| one.result.as_ref().map(|result| result.success))
            .collect();
        let whole = if outcomes.contains(&Some(false)) {
            Some(false)
        } else {
            let is_complete = !outcomes.is_empty() && !outcomes.contains(&None);
            is_complete.then_some(true)
        };
        let results = compared.iter().map(|one| {
            let names = [provider, version, &one.consumer, &one.consumer_version];
            let to = |address| Link::to(base.to(address, names));
            let result = one.result.as_ref();
            ResultOfCompared {
                consumer_name: one.consumer.clone(),
                consumer_version_number: one.consumer_version.clone(),
                verification_status: Standing::of(result.map(|result| result.success)),
                verification_date: result.map(|result| Time(result.created_at)),
                build_url: result.and_then(|result| result.build_url.clone()),
                links: Links::itself(to(address::RESULTS_OF_PAIR))
                    .with("pf:consumer-contract", to(address::CONSUMER_CONTRACT_OF_PAIR)),
            }
        });
        let itself = base.to(address::RESULTS_OF_COMPARED_CONTRACTS, [provider, version]);
        Self {
            verification_status: Standing::of(whole),
            actions: Vec::new(),
            embedded: ResultsOfCompared {
                verification_results: results.collect(),
            },
            links: Links::itself(Link::to(itself)),
        }
    }
}

/// The contracts with which a description was or will be compared.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ComparisonList {
    #[serde(rename = "_embedded")]
    embedded: ComparisonListParts,
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ComparisonListParts {
    comparisons: Vec<ListedComparison>,
}

/// The summary of the comparison with one contract.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListedComparison {
    consumer_name: String,
    consumer_version_number: String,
    verification_status: Standing,
    errors: usize,
    warnings: usize,
    disagreements: Vec<Disagreement>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_reason: Option<String>,
    #[serde(rename = "_links")]
    links: Links,
}

impl ComparisonList {
    pub(crate) fn of(base: &BaseUrl, details: &DescriptionDetails, itself: Address<2>) -> Self {
        let contract = &details.contract;
        let comparisons = details.compared.iter().map(|one| {
            let summary = one.summary.clone().unwrap_or_default();
            let names = [
                contract.provider.as_str(),
                &contract.version,
                &one.contract.consumer,
                &one.contract.consumer_version,
            ];
            let to = |address| Link::to(base.to(address, names));
            ListedComparison {
                consumer_name: one.contract.consumer.clone(),
                consumer_version_number: one.contract.consumer_version.clone(),
                verification_status: Standing::of(one.contract.comparison.success),
                errors: summary.errors,
                warnings: summary.warnings,
                disagreements: summary.disagreements,
                failure_reason: summary.problem,
                links: Links::itself(to(address::COMPARISON))
                    .with("pf:consumer-contract", to(address::CONSUMER_CONTRACT_OF_PAIR)),
            }
        });
        let names = [contract.provider.as_str(), &contract.version];
        Self {
            embedded: ComparisonListParts {
                comparisons: comparisons.collect(),
            },
            links: Links::itself(Link::to(base.to(itself, names))),
        }
    }
}

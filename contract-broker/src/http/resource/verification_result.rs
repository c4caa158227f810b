//! Verification results.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{Link, Links, Time};
use crate::{
    app,
    http::{address, base_url::BaseUrl},
    store::{
        self,
        verifications::{LatestOfProvider, Verification, WholeVerification},
        versions::NamedLine,
    },
};

/// A verification result.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ResultDocument {
    provider_name: String,
    provider_application_version: String,
    success: bool,
    verification_date: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    build_url: Option<String>,
    /// The verifier's results for each interaction, as sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    test_results: Option<Value>,
    /// Name and version of the verifier, as sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    verified_by: Option<Value>,
    /// The tags of the provider version, in the extended form.
    #[serde(rename = "_embedded", skip_serializing_if = "Option::is_none")]
    embedded: Option<ProviderTags>,
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProviderTags {
    tags: Vec<TagOfProvider>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TagOfProvider {
    name: String,
    latest: bool,
    #[serde(rename = "_links")]
    links: Links,
}

impl BaseUrl {
    /// Returns the address of a verification result.
    pub(crate) fn result(&self, result: &Verification) -> String {
        let Verification {
            provider,
            consumer,
            sha,
            id,
            ..
        } = result;
        self.to(address::RESULT, [provider, consumer, sha, &id.to_string()])
    }
}

impl ResultDocument {
    /// Returns a result with the verifier's results for each interaction.
    ///
    /// # Errors
    /// A stored value cannot be parsed.
    pub(crate) fn of(base: &BaseUrl, whole: &WholeVerification) -> store::Result<Self> {
        let document = Self::without_tests(base, &whole.result)?;
        Ok(Self {
            test_results: whole.test_results()?,
            ..document
        })
    }

    fn without_tests(base: &BaseUrl, result: &Verification) -> store::Result<Self> {
        let Verification {
            provider,
            consumer,
            provider_version,
            sha,
            id,
            ..
        } = result;
        let content = Link::to(base.to(address::CONTENT, [provider, consumer, sha]));
        let version = Link::to(base.to(address::VERSION, [provider, provider_version]));
        let triggered = base.to(
            address::TRIGGERED_BY_RESULT,
            [provider, consumer, sha, &id.to_string()],
        );
        Ok(Self {
            provider_name: provider.clone(),
            provider_application_version: provider_version.clone(),
            success: result.success,
            verification_date: Time(result.created_at),
            build_url: result.build_url.clone(),
            test_results: None,
            verified_by: result.verified_by()?,
            embedded: None,
            links: Links::itself(Link::to(base.result(result)).titled("Verification result"))
                .with("pb:pact-version", content.titled("Contract content"))
                .with("pb:provider-version", version.titled("Provider version"))
                .with(
                    "pb:triggered-webhooks",
                    Link::to(triggered).titled("Webhooks triggered by this result"),
                )
                .curies(base, "verification-result"),
        })
    }

    /// Returns the extended form, with the tags of the provider version.
    pub(crate) fn with_tags(self, base: &BaseUrl, tags: &[NamedLine]) -> Self {
        let tags = tags.iter().map(|tag| {
            let names = [
                self.provider_name.as_str(),
                &self.provider_application_version,
                &tag.name,
            ];
            let own = Link::to(base.to(address::TAG, names));
            TagOfProvider {
                name: tag.name.clone(),
                latest: tag.is_newest,
                links: Links::itself(own.titled("Tag").named(&tag.name)),
            }
        });
        Self {
            embedded: Some(ProviderTags { tags: tags.collect() }),
            ..self
        }
    }
}

/// The newest result for each contract of a consumer version.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ResultSummary {
    /// Whether every contract has a result, and each of them is a success.
    success: bool,
    provider_summary: ProviderSummary,
    #[serde(rename = "_embedded")]
    embedded: EmbeddedResults,
    #[serde(rename = "_links")]
    links: Links,
}

/// The names of providers by the status of their newest result.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct ProviderSummary {
    successful: Vec<String>,
    failed: Vec<String>,
    /// Providers without a result.
    unknown: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EmbeddedResults {
    verification_results: Vec<ResultDocument>,
}

impl ResultSummary {
    /// # Errors
    /// A stored value cannot be parsed.
    pub(crate) fn of(
        base: &BaseUrl,
        consumer: &str,
        number: &str,
        results: &[LatestOfProvider],
    ) -> app::Result<Self> {
        let mut summary = ProviderSummary::default();
        let mut documents = Vec::new();
        for LatestOfProvider { provider, result } in results {
            let names = match result {
                Some(result) if result.success => &mut summary.successful,
                Some(_) => &mut summary.failed,
                None => &mut summary.unknown,
            };
            names.push(provider.clone());
            if let Some(result) = result {
                documents.push(ResultDocument::without_tests(base, result)?);
            }
        }
        let itself = base.to(address::RESULTS_OF_CONSUMER_VERSION, [consumer, number]);
        Ok(Self {
            success: summary.failed.is_empty() && summary.unknown.is_empty(),
            provider_summary: summary,
            embedded: EmbeddedResults {
                verification_results: documents,
            },
            links: Links::itself(Link::to(itself)),
        })
    }
}

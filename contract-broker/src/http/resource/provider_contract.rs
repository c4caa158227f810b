//! Descriptions that providers publish.

use base64::Engine as _;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Link, Links, Time};
use crate::{
    app::DescriptionDetails,
    domain::{
        Notice,
        bidirectional::{Basis, Compatibility, Level, SelfVerification},
    },
    http::{address, base_url::BaseUrl},
    store::provider_contracts::ProviderContract,
};

/// The outcome of publishing a description.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PublishedProviderContractDocument {
    notices: Vec<Notice>,
    #[serde(rename = "_embedded")]
    embedded: PublishedProviderContractParts,
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PublishedProviderContractParts {
    version: PublishedProviderVersion,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PublishedProviderVersion {
    number: String,
}

/// The published version.
pub(crate) struct PublishedAs<'a> {
    pub(crate) provider: &'a str,
    pub(crate) version: &'a str,
    pub(crate) branch: Option<&'a str>,
    pub(crate) tags: &'a [String],
}

impl PublishedProviderContractDocument {
    pub(crate) fn of(base: &BaseUrl, published: &PublishedAs<'_>, notices: Vec<Notice>) -> Self {
        let PublishedAs {
            provider,
            version,
            branch,
            tags,
        } = *published;
        let owner = Link::to(base.to(address::PACTICIPANT, [provider]))
            .titled("Pacticipant")
            .named(provider);
        let numbered = Link::to(base.to(address::VERSION, [provider, version]))
            .titled("Pacticipant version")
            .named(version);
        let tags = tags.iter().map(|tag| {
            Link::to(base.to(address::TAG, [provider, version, tag]))
                .titled("Tag")
                .named(tag)
        });
        let contract = base.to(address::PROVIDER_CONTRACT, [provider, version]);
        let mut links = Links::default()
            .with("pb:pacticipant", owner)
            .with("pb:pacticipant-version", numbered)
            .with_all("pb:pacticipant-version-tags", tags)
            .with(
                "pf:provider-contract",
                Link::to(&contract).titled("Provider contract"),
            )
            // Command-line clients for other languages print it.
            .with("pf:ui", Link::to(contract).titled("Page"));
        if let Some(branch) = branch {
            let href = base.to(address::BRANCH_VERSION, [provider, branch, version]);
            links.add(
                "pb:branch-version",
                Link::to(href).titled("Version on its branch").named(branch),
            );
        }
        Self {
            notices,
            embedded: PublishedProviderContractParts {
                version: PublishedProviderVersion {
                    number: version.to_owned(),
                },
            },
            links,
        }
    }
}

/// Whether something succeeded, failed, or is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Standing {
    Success,
    Failed,
    Unknown,
}

impl Standing {
    pub(crate) fn of(success: Option<bool>) -> Self {
        match success {
            Some(true) => Self::Success,
            Some(false) => Self::Failed,
            None => Self::Unknown,
        }
    }
}

/// An empty object, for the available actions and the embedded resources.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct Nothing {}

/// The description of a provider version.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProviderContractDocument {
    provider_name: String,
    provider_version_number: String,
    specification: &'static str,
    content_type: String,
    /// The description, encoded in Base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(content_encoding = "base64")]
    content: Option<String>,
    /// SHA-256 of specification and description.
    sha: String,
    /// Whether the provider's own verification of the description succeeded.
    verification_status: Standing,
    created_at: Time,
    #[serde(rename = "_actions")]
    actions: Vec<Nothing>,
    #[serde(rename = "_embedded")]
    embedded: Nothing,
    #[serde(rename = "_links")]
    links: Links,
}

impl ProviderContractDocument {
    pub(crate) fn whole(base: &BaseUrl, details: &DescriptionDetails) -> Self {
        let content = base64::engine::general_purpose::STANDARD.encode(&details.text);
        let mut document = Self::of(
            base,
            &details.contract,
            details.specification.as_str(),
            Some(content),
        );
        let before = details
            .newest
            .iter()
            .find(|other| other.version_id < details.contract.version_id);
        if let Some(before) = before {
            let names = [
                &details.contract.provider,
                &details.contract.version,
                &before.version,
            ];
            let href = base.to(address::DESCRIPTION_CHANGES, names.map(String::as_str));
            document.links.add(
                "pf:description-changes",
                Link::to(href).titled("Changes since the version before"),
            );
        }
        document
    }

    fn of(
        base: &BaseUrl,
        contract: &ProviderContract,
        specification: &'static str,
        content: Option<String>,
    ) -> Self {
        let names = [contract.provider.as_str(), &contract.version];
        let to = |address| Link::to(base.to(address, names));
        Self {
            provider_name: contract.provider.clone(),
            provider_version_number: contract.version.clone(),
            specification,
            content_type: contract.content_type.clone(),
            content,
            sha: contract.sha.clone(),
            verification_status: Standing::of(contract.self_success),
            created_at: Time(contract.created_at),
            actions: Vec::new(),
            embedded: Nothing::default(),
            links: Links::itself(to(address::PROVIDER_CONTRACT).titled("Provider contract"))
                .with(
                    "pb:provider-version",
                    to(address::VERSION).titled("Provider version"),
                )
                .with(
                    "pf:provider-contract-verification-results",
                    to(address::SELF_VERIFICATION).titled("Self-verification"),
                )
                .with(
                    "pf:cross-contract-verification-results",
                    to(address::COMPARISONS).titled("Comparisons"),
                )
                .with(
                    "pf:description-coverage",
                    to(address::DESCRIPTION_COVERAGE).titled("Coverage"),
                )
                .with(
                    "pf:provider-contracts",
                    Link::to(base.to(address::PROVIDER_CONTRACTS, [&contract.provider]))
                        .titled("All provider contracts"),
                )
                .prefixes(base, "provider-contract", &["pb", "pf"]),
        }
    }
}

/// The descriptions of a provider, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProviderContractList {
    #[serde(rename = "_embedded")]
    embedded: ProviderContractListParts,
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProviderContractListParts {
    provider_contracts: Vec<ProviderContractDocument>,
}

impl ProviderContractList {
    /// # Errors
    /// A stored value cannot be parsed.
    pub(crate) fn of(
        base: &BaseUrl,
        provider: &str,
        contracts: &[ProviderContract],
    ) -> crate::store::Result<Self> {
        let provider_contracts = contracts
            .iter()
            .map(|contract| {
                Ok(ProviderContractDocument::of(
                    base,
                    contract,
                    contract.specification()?.as_str(),
                    None,
                ))
            })
            .collect::<crate::store::Result<_>>()?;
        Ok(Self {
            embedded: ProviderContractListParts { provider_contracts },
            links: Links::itself(Link::to(base.to(address::PROVIDER_CONTRACTS, [provider]))),
        })
    }
}

/// The provider's own verification.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SelfVerificationDocument {
    verification_status: Standing,
    /// Omitted if the provider published none.
    #[serde(flatten)]
    own: Option<SelfVerification>,
    #[serde(rename = "_actions")]
    actions: Vec<Nothing>,
    #[serde(rename = "_embedded")]
    embedded: Nothing,
    #[serde(rename = "_links")]
    links: Links,
}

impl SelfVerificationDocument {
    pub(crate) fn of(itself: String, own: Option<SelfVerification>) -> Self {
        Self {
            verification_status: Standing::of(own.as_ref().map(|own| own.success)),
            own,
            actions: Vec::new(),
            embedded: Nothing::default(),
            links: Links::itself(Link::to(itself).titled("Self-verification")),
        }
    }
}

/// The compatibility rule for new descriptions of a provider.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CompatibilityDocument {
    level: Level,
    basis: Basis,
    #[serde(rename = "_links")]
    links: Links,
}

impl CompatibilityDocument {
    pub(crate) fn of(base: &BaseUrl, provider: &str, Compatibility { level, basis }: Compatibility) -> Self {
        let itself = base.to(address::COMPATIBILITY, [provider]);
        Self {
            level,
            basis,
            links: Links::itself(Link::to(itself).titled("Compatibility of descriptions")),
        }
    }
}

//! Contracts that a provider should verify.

use std::collections::HashSet;

use serde::Serialize;
use utoipa::ToSchema;

use super::{Link, Links, List, contract::title};
use crate::{
    domain::{
        pending::{self, Included, Subject},
        selection::Selection,
    },
    http::{address, base_url::BaseUrl},
    store::selection::Chosen,
};

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SelectedContracts {
    pacts: Vec<ContractForVerification>,
}

/// The contracts that a provider should verify.
pub(crate) type ContractsForVerification = List<SelectedContracts>;

impl ContractsForVerification {
    pub(crate) fn of(base: &BaseUrl, provider: &str, contracts: Vec<ContractForVerification>) -> Self {
        let itself = Link::to(base.to(address::FOR_VERIFICATION, [provider]));
        Self {
            embedded: SelectedContracts { pacts: contracts },
            links: Links::itself(itself.titled("Contracts to be verified")).curies(base, "pacts"),
            page: None,
        }
    }
}

/// A contract that a provider should verify.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContractForVerification {
    /// A short reason for its selection.
    short_description: String,
    verification_properties: VerificationProperties,
    #[serde(rename = "_links")]
    links: Links,
}

/// What a verifier needs to know about a contract.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VerificationProperties {
    notices: Vec<TimedNotice>,
    /// Whether a failure does not fail the provider's build. Omitted if pending contracts were not requested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pending: Option<bool>,
    /// True for a contract that is included as work in progress.
    #[serde(skip_serializing_if = "Option::is_none")]
    wip: Option<bool>,
}

/// A text for the provider's team, and when to show it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TimedNotice {
    when: &'static str,
    text: String,
}

/// Why a contract is selected for verification.
#[derive(Debug)]
pub(crate) struct Inclusion<'a> {
    pub(crate) chosen: &'a Chosen,
    /// `None` if pending contracts were not requested.
    pub(crate) pending: Option<bool>,
    /// Start of work in progress, as sent by the client; set for a contract that is included for this reason.
    pub(crate) wip_since: Option<&'a str>,
    /// Whether the request had the deprecated form.
    pub(crate) deprecated: bool,
}

impl ContractForVerification {
    pub(crate) fn of(base: &BaseUrl, subject: &Subject, inclusion: &Inclusion<'_>) -> Self {
        let Inclusion {
            chosen: Chosen { publication, reasons },
            pending,
            wip_since,
            deprecated,
        } = *inclusion;
        let mut versions: Vec<String> = Vec::new();
        let mut short: Vec<String> = Vec::new();
        let (mut known_versions, mut known_texts) = (HashSet::new(), HashSet::new());
        for reason in reasons {
            let version = &reason.consumer_version;
            if *version != publication.consumer_version && known_versions.insert(version) {
                versions.push(version.clone());
            }
            let text = reason.why.short(&publication.consumer);
            if known_texts.insert(text.clone()) {
                short.push(text);
            }
        }
        // The newest version last: it represents the content when the contract is fetched.
        versions.push(publication.consumer_version.clone());
        let short_description = short.join(", ");
        let token = Selection {
            consumer_versions: versions,
            selectors: short,
            pending: pending == Some(true),
            wip: wip_since.is_some(),
        }
        .encode();
        let included = Included {
            consumer: &publication.consumer,
            provider: &publication.provider,
            reasons,
            pending,
            wip_since,
            live: reasons.iter().any(|reason| reason.why.is_live()),
        };
        let told = pending::notices(&included, &base.content(publication), subject);
        let mut notices: Vec<TimedNotice> = told
            .into_iter()
            .map(|(when, text)| TimedNotice { when, text })
            .collect();
        if deprecated {
            notices.push(TimedNotice {
                when: "before_verification",
                text: "Selecting contracts by query parameters is an older form: POST the selectors as JSON to the \
                       same address"
                    .to_owned(),
            });
        }
        let names = [
            publication.provider.as_str(),
            &publication.consumer,
            &publication.sha,
            &token,
        ];
        Self {
            short_description,
            verification_properties: VerificationProperties {
                notices,
                pending,
                wip: wip_since.is_some().then_some(true),
            },
            links: Links::itself(
                Link::to(base.to(address::SELECTED_CONTENT, names)).named(title(publication)),
            ),
        }
    }
}

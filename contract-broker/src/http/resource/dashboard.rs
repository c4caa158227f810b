//! The dashboard: newest contracts, their newest results, and their status.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Itself, Link, Links, Time};
use crate::{
    app::Dashboard,
    http::{
        address,
        base_url::BaseUrl,
        page::{Page, PageDocument},
        path::At,
    },
    store::{
        contracts::Publication,
        versions::Details,
        webhook_status::{self, WebhookStatus},
    },
};

/// Contracts with their status.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DashboardDocument {
    items: Vec<DashboardItem>,
    #[serde(rename = "_links")]
    links: Links,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<PageDocument>,
}

/// A contract with its status.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DashboardItem {
    consumer: DashboardSide,
    provider: DashboardSide,
    pact: DashboardContract,
    pact_tags: Vec<DashboardTag>,
    latest_verification_result: Option<DashboardResult>,
    latest_verification_result_tags: Option<Vec<DashboardTag>>,
    verification_status: VerificationStatus,
    webhook_status: webhook_status::Status,
    latest_webhook_execution: Option<WebhookExecution>,
    #[serde(rename = "_links")]
    links: Links,
}

/// The status of a contract.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum VerificationStatus {
    /// Its newest result is a success.
    Success,
    /// It has no result, but another contract of the pair has one.
    Stale,
    Failed,
    /// Its newest result is a failure that does not fail the provider's build.
    FailedPending,
    /// No contract of the pair has a result.
    Never,
}

impl VerificationStatus {
    pub(crate) fn of(dashboard: &Dashboard, contract: &Publication) -> Self {
        match dashboard.outcomes.get(&contract.content_id) {
            Some(outcome) if outcome.success => Self::Success,
            Some(outcome) if outcome.pending => Self::FailedPending,
            Some(_) => Self::Failed,
            None if dashboard.verified.contains(&contract.pair()) => Self::Stale,
            None => Self::Never,
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Stale => "stale",
            Self::Failed => "failed",
            Self::FailedPending => "failed_pending",
            Self::Never => "never",
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DashboardSide {
    name: String,
    version: Option<DashboardVersion>,
    #[serde(rename = "_links")]
    links: Itself,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DashboardVersion {
    number: String,
    branch: Option<String>,
    /// The branches whose newest version it is.
    head_branch_names: Vec<String>,
    #[serde(rename = "_links")]
    links: Itself,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DashboardContract {
    created_at: Time,
    #[serde(rename = "_links")]
    links: Itself,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DashboardTag {
    name: String,
    latest: bool,
    #[serde(rename = "_links")]
    links: Itself,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DashboardResult {
    success: bool,
    verified_at: Time,
    #[serde(rename = "_links")]
    links: Itself,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WebhookExecution {
    triggered_at: Time,
}

/// A version of the pacticipant with this name.
struct VersionAt<'a> {
    pacticipant: &'a str,
    id: i64,
    number: &'a str,
}

impl DashboardDocument {
    pub(crate) fn of(base: &BaseUrl, dashboard: &Dashboard, page: Option<Page>, at: &At) -> Self {
        let contracts = dashboard.contracts.iter().zip(&dashboard.webhooks);
        let items = contracts
            .map(|(contract, webhooks)| DashboardItem::of(base, dashboard, contract, *webhooks))
            .collect();
        let mut links = Links::itself(Link::to(base.join(&at.path)));
        let page = Page::describe_shown(page, dashboard.total, &mut links, base, at);
        Self { items, links, page }
    }
}

impl DashboardItem {
    fn of(base: &BaseUrl, dashboard: &Dashboard, contract: &Publication, webhooks: WebhookStatus) -> Self {
        let Publication {
            consumer,
            provider,
            sha,
            ..
        } = contract;
        let consumer_version = VersionAt {
            pacticipant: consumer,
            id: contract.consumer_version_id,
            number: &contract.consumer_version,
        };
        let outcome = dashboard.outcomes.get(&contract.content_id);
        let provider_version = outcome.map(|outcome| VersionAt {
            pacticipant: provider,
            id: outcome.provider_version_id,
            number: &outcome.provider_version,
        });
        let side = |name: &String, version: Option<&VersionAt<'_>>| DashboardSide {
            name: name.clone(),
            version: version.map(|version| version.document(base, dashboard)),
            links: Itself::at(base.to(address::PACTICIPANT, [name])),
        };
        let result = outcome.map(|outcome| DashboardResult {
            success: outcome.success,
            verified_at: Time(outcome.verified_at),
            links: Itself::at(base.to(
                address::RESULT,
                [provider, consumer, sha, &outcome.number.to_string()],
            )),
        });
        let webhook_status = base.to(address::WEBHOOK_STATUS, [provider, consumer]);
        Self {
            consumer: side(consumer, Some(&consumer_version)),
            provider: side(provider, provider_version.as_ref()),
            pact: DashboardContract {
                created_at: Time(contract.created_at),
                links: Itself::at(base.contract(contract)),
            },
            pact_tags: consumer_version.tags(base, dashboard),
            latest_verification_result: result,
            latest_verification_result_tags: provider_version.map(|version| version.tags(base, dashboard)),
            verification_status: VerificationStatus::of(dashboard, contract),
            webhook_status: webhooks.status,
            latest_webhook_execution: webhooks.last_attempt.map(|at| WebhookExecution {
                triggered_at: Time(at),
            }),
            links: Links::default().with("pb:webhook-status", Link::to(webhook_status)),
        }
    }
}

impl VersionAt<'_> {
    fn document(&self, base: &BaseUrl, dashboard: &Dashboard) -> DashboardVersion {
        let empty = Details::default();
        let details = dashboard.details.get(&self.id).unwrap_or(&empty);
        let heads = details.branches.iter().filter(|branch| branch.is_newest);
        DashboardVersion {
            number: self.number.to_owned(),
            branch: details.branches.last().map(|branch| branch.name.clone()),
            head_branch_names: heads.map(|branch| branch.name.clone()).collect(),
            links: Itself::at(base.to(address::VERSION, [self.pacticipant, self.number])),
        }
    }

    fn tags(&self, base: &BaseUrl, dashboard: &Dashboard) -> Vec<DashboardTag> {
        let tags = dashboard
            .details
            .get(&self.id)
            .map(|details| details.tags.as_slice());
        let tags = tags.unwrap_or_default().iter().map(|tag| DashboardTag {
            name: tag.name.clone(),
            latest: tag.is_newest,
            links: Itself::at(base.to(address::TAG, [self.pacticipant, self.number, &tag.name])),
        });
        tags.collect()
    }
}

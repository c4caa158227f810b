//! What retention would delete, and why the other versions are kept.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{Link, Links, Time};
use crate::{
    app::RetentionPlan,
    http::{
        address,
        base_url::BaseUrl,
        page::{Page, PageDocument},
        path::At,
    },
    store::retention::Judged,
};

/// What retention would delete.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RetentionDocument {
    /// Whether it runs in the background.
    enabled: bool,
    rules: RulesDocument,
    summary: RetentionSummary,
    versions: Vec<JudgedVersion>,
    page: PageDocument,
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the names of the API")]
pub(crate) struct RulesDocument {
    keep_days: u32,
    keep_newest: u32,
    keep_main_branch: bool,
    keep_branch_days: Option<u32>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RetentionSummary {
    versions: u64,
    going: u64,
    /// Number of kept versions by reason; a version may have several reasons.
    staying: BTreeMap<String, u64>,
    stale_branches: u64,
}

/// A version with the reasons to keep it; it would be deleted if there are none.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JudgedVersion {
    pacticipant: String,
    number: String,
    created_at: Time,
    goes: bool,
    reasons: Vec<String>,
    #[serde(rename = "_links")]
    links: Links,
}

impl JudgedVersion {
    pub(crate) fn of(base: &BaseUrl, version: &Judged) -> Self {
        let link = Link::to(base.to(address::VERSION, [&version.pacticipant, &version.number]));
        let reasons = version.reasons.iter();
        Self {
            pacticipant: version.pacticipant.clone(),
            number: version.number.clone(),
            created_at: Time(version.created_at),
            goes: version.goes(),
            reasons: reasons.map(|reason| reason.as_str().to_owned()).collect(),
            links: Links::default().with("pb:version", link),
        }
    }
}

impl RetentionDocument {
    /// Creates the document. `versions` are a page of a list of `total`.
    pub(crate) fn of(
        base: &BaseUrl,
        plan: &RetentionPlan,
        versions: Vec<JudgedVersion>,
        total: i64,
        page: Page,
        at: &At,
    ) -> Self {
        let (rules, summary) = (plan.rules, &plan.summary);
        let staying = summary.staying.iter();
        let mut links = Links::itself(Link::to(base.to(address::RETENTION, [])));
        let page = page.describe(total, &mut links, base, at);
        Self {
            enabled: plan.enabled,
            rules: RulesDocument {
                keep_days: rules.days,
                keep_newest: rules.newest,
                keep_main_branch: rules.main_branch,
                keep_branch_days: rules.branch_days,
            },
            summary: RetentionSummary {
                versions: summary.versions,
                going: summary.going,
                staying: staying
                    .map(|(reason, count)| (reason.as_str().to_owned(), *count))
                    .collect(),
                stale_branches: summary.branches,
            },
            versions,
            page,
            links,
        }
    }
}

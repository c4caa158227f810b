//! Branches and the versions on them.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Link, Links, List, Time};
use crate::{
    http::{address, base_url::BaseUrl, page::Page, path::At},
    store::{Listed, branches::Branch},
};

/// A branch of a pacticipant.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BranchDocument {
    name: String,
    created_at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<Time>,
    #[serde(rename = "_links")]
    links: Links,
}

impl BranchDocument {
    pub(crate) fn of(base: &BaseUrl, pacticipant: &str, branch: &Branch) -> Self {
        let names = [pacticipant, branch.name.as_str()];
        let latest = base.to(address::LATEST_VERSION_OF_BRANCH, names);
        let versions = base.to(address::VERSIONS_OF_BRANCH, names);
        Self {
            name: branch.name.clone(),
            created_at: Time(branch.created_at),
            updated_at: Time::of_change(branch.updated_at, branch.created_at),
            links: Links::itself(Link::to(base.to(address::BRANCH, names)))
                .with(
                    "pb:latest-version",
                    Link::to(latest).titled("Latest version of the branch"),
                )
                .with("pb:versions", Link::to(versions).titled("Versions of the branch")),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Branches {
    branches: Vec<BranchDocument>,
}

/// The branches of a pacticipant.
pub(crate) type BranchList = List<Branches>;

impl BranchList {
    pub(crate) fn of(base: &BaseUrl, pacticipant: &str, found: &Listed<Branch>, page: Page, at: &At) -> Self {
        let owner = base.to(address::PACTICIPANT, [pacticipant]);
        let each = found.rows.iter().map(|branch| {
            let href = base.to(address::BRANCH, [pacticipant, branch.name.as_str()]);
            Link::to(href).titled("Branch").named(&branch.name)
        });
        let mut links = Links::itself(Link::to(base.join(&at.path)))
            .with("pb:pacticipant", Link::to(owner).titled(pacticipant))
            .with_all("pb:branches", each);
        let page = page.describe(found.total, &mut links, base, at);
        let branches = found.rows.iter();
        Self {
            embedded: Branches {
                branches: branches
                    .map(|branch| BranchDocument::of(base, pacticipant, branch))
                    .collect(),
            },
            links,
            page: Some(page),
        }
    }
}

/// A version's place on a branch.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BranchVersionDocument {
    created_at: Time,
    #[serde(rename = "_links")]
    links: Links,
}

impl BranchVersionDocument {
    pub(crate) fn of(base: &BaseUrl, [pacticipant, branch, number]: [&str; 3], created_at: i64) -> Self {
        let itself = base.to(address::BRANCH_VERSION, [pacticipant, branch, number]);
        let branch_link = Link::to(base.to(address::BRANCH, [pacticipant, branch]));
        let version = Link::to(base.to(address::VERSION, [pacticipant, number]));
        Self {
            created_at: Time(created_at),
            links: Links::itself(Link::to(itself).titled("Version on a branch"))
                .with("pb:branch", branch_link.titled("Branch").named(branch))
                .with("pb:version", version.titled("Version").named(number)),
        }
    }
}

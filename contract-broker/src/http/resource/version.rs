//! Versions of pacticipants.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Link, Links, List, NamedLink, Time, contract::title};
use crate::{
    app::{VersionDetails, Versions},
    http::{
        address::{self, Address},
        base_url::{BaseUrl, encode},
        page::Page,
        path::At,
    },
    store::{
        contracts::Publication,
        versions::{Details, Placement, Version},
    },
};

/// A version of a pacticipant.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VersionDocument {
    number: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    build_url: Option<String>,
    created_at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<Time>,
    #[serde(rename = "_embedded")]
    embedded: VersionParts,
    #[serde(rename = "_links")]
    links: Links,
}

/// Resources that belong to a version.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VersionParts {
    branches: Vec<BranchOfVersion>,
    /// The branches, under their newer name.
    branch_versions: Vec<BranchOfVersion>,
    tags: Vec<NamedLink>,
}

/// A branch of a version.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct BranchOfVersion {
    name: String,
    /// Whether the version is the newest of the branch.
    latest: bool,
    #[serde(rename = "_links")]
    links: Links,
}

impl VersionDocument {
    /// Returns the version with the addresses for recording its deployment or release.
    pub(crate) fn of(base: &BaseUrl, pacticipant: &str, found: &VersionDetails) -> Self {
        let mut document = Self::listed(
            base,
            pacticipant,
            &found.version,
            &found.details,
            &found.contracts,
        );
        let record = |address: Address<3>, title: &str| -> Vec<Link> {
            let environments = found.environments.iter();
            environments
                .map(|environment| {
                    let href = base.to(address, [pacticipant, &found.version.number, &environment.uuid]);
                    Link::to(href)
                        .titled(format!("{title} {}", environment.fields.display_name))
                        .named(&environment.fields.name)
                })
                .collect()
        };
        document.links = document
            .links
            .with_all(
                "pb:record-deployment",
                record(address::DEPLOYMENTS_OF_VERSION, "Record a deployment to"),
            )
            .with_all(
                "pb:record-release",
                record(address::RELEASES_OF_VERSION, "Record a release to"),
            );
        document
    }

    fn listed(
        base: &BaseUrl,
        pacticipant: &str,
        version: &Version,
        details: &Details,
        contracts: &[Publication],
    ) -> Self {
        let number = version.number.as_str();
        let branches: Vec<BranchOfVersion> = details
            .branches
            .iter()
            .map(|branch| BranchOfVersion {
                name: branch.name.clone(),
                latest: branch.is_newest,
                links: Links::itself(Link::to(
                    base.to(address::BRANCH_VERSION, [pacticipant, &branch.name, number]),
                )),
            })
            .collect();
        let tags = details.tags.iter().map(|tag| NamedLink {
            name: tag.name.clone(),
            links: Links::itself(Link::to(base.to(address::TAG, [pacticipant, number, &tag.name]))),
        });
        let contracts = contracts.iter().map(|publication| {
            Link::to(base.contract(publication))
                .titled("Contract")
                .named(title(publication))
        });
        let tag = base.template(address::TAG, [&encode(pacticipant), &encode(number), "{tag}"]);
        let results = base.to(address::RESULTS_OF_CONSUMER_VERSION, [pacticipant, number]);
        Self {
            number: number.to_owned(),
            build_url: version.build_url.clone(),
            created_at: Time(version.created_at),
            updated_at: Time::of_change(version.updated_at, version.created_at),
            embedded: VersionParts {
                branch_versions: branches.clone(),
                branches,
                tags: tags.collect(),
            },
            links: Links::itself(
                Link::to(base.to(address::VERSION, [pacticipant, number])).titled("Version"),
            )
            .with(
                "pb:pacticipant",
                Link::to(base.to(address::PACTICIPANT, [pacticipant])).titled(pacticipant),
            )
            .with("pb:tag", Link::template(tag).titled("A tag of this version"))
            .with(
                "pb:latest-verification-results-where-pacticipant-is-consumer",
                Link::to(results).titled("Latest verification results of this version's contracts"),
            )
            .with_all("pb:pact-versions", contracts)
            .with_all(
                "pb:deployed-environments",
                deployed_to(base, &details.environments),
            )
            .with_all(
                "pb:released-environments",
                released_to(base, &details.environments),
            )
            .curies(base, "version"),
        }
    }
}

/// Returns links to the deployment records of a version, one per environment.
fn deployed_to(base: &BaseUrl, placements: &[Placement]) -> impl Iterator<Item = Link> {
    placements
        .iter()
        .filter(|placement| !placement.released)
        .map(|placement| {
            let link = placement_link(base, address::DEPLOYMENT, placement).currently_deployed(true);
            with_instance(link, placement)
        })
}

/// Returns links to the release records of a version, one per environment.
fn released_to(base: &BaseUrl, placements: &[Placement]) -> impl Iterator<Item = Link> {
    placements
        .iter()
        .filter(|placement| placement.released)
        .map(|placement| {
            let link = placement_link(base, address::RELEASE, placement).currently_supported(true);
            with_instance(link, placement)
        })
}

fn placement_link(base: &BaseUrl, record: Address<1>, placement: &Placement) -> Link {
    Link::to(base.to(record, [&placement.deployment_uuid]))
        .titled("Version in an environment")
        .named(&placement.display_name)
}

fn with_instance(link: Link, placement: &Placement) -> Link {
    if placement.instance.is_empty() {
        link
    } else {
        link.application_instance(&placement.instance)
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ListedVersions {
    versions: Vec<VersionDocument>,
}

/// Versions of a pacticipant.
pub(crate) type VersionList = List<ListedVersions>;

impl VersionList {
    pub(crate) fn of(
        base: &BaseUrl,
        pacticipant: &str,
        mut found: Versions,
        page: Option<Page>,
        at: &At,
    ) -> Self {
        let rows = &found.listed.rows;
        let versions = rows
            .iter()
            .map(|version| {
                let details = found.details.remove(&version.id).unwrap_or_default();
                let contracts = found.contracts.remove(&version.id).unwrap_or_default();
                VersionDocument::listed(base, pacticipant, version, &details, &contracts)
            })
            .collect();
        let each = rows.iter().map(|version| {
            Link::to(base.to(address::VERSION, [pacticipant, &version.number]))
                .titled("Version")
                .named(&version.number)
        });
        let owner = Link::to(base.to(address::PACTICIPANT, [pacticipant])).titled(pacticipant);
        let mut links = Links::itself(Link::to(base.join(&at.path)))
            .with("pb:pacticipant", owner.clone())
            .with("pacticipant", owner)
            .with_both("pb:versions", "versions", each.collect());
        let page = Page::describe_shown(page, found.listed.total, &mut links, base, at);
        Self {
            embedded: ListedVersions { versions },
            links,
            page,
        }
    }
}

//! The matrix. A page has thousands of members, and many rows have the same versions: each version is created
//! once, and the rows refer to it.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{Itself, Time};
use crate::{
    app::{DecidedRow, Decision},
    domain::{
        Notice,
        matrix::{Kind, MatrixRow, VersionRef},
    },
    http::{address, base_url::BaseUrl},
    store::versions::Details,
};

/// Which versions work together, and whether the selected version can be deployed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MatrixDocument<'a> {
    summary: SummaryDocument<'a>,
    notices: &'a [Notice],
    matrix: Vec<RowDocument<'a>>,
}

/// The verdict, and what it is based on.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SummaryDocument<'a> {
    /// Null if it is not known yet.
    #[schema(required)]
    deployable: Option<bool>,
    reason: &'a str,
    success: usize,
    failed: usize,
    unknown: usize,
    /// Number of ignored rows; omitted if the query ignores nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    ignored: Option<usize>,
}

/// A contract, and a provider version that verified it or should verify it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RowDocument<'a> {
    consumer: SideDocument<'a>,
    provider: SideDocument<'a>,
    pact: ContractOfRow,
    #[schema(required)]
    verification_result: Option<ResultOfRow>,
    /// `CDCT`: the provider was verified. `BDCT`: contract and description were compared. Omitted if neither
    /// was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    verification_type: Option<&'static str>,
    /// Whether the query ignores the row.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    ignored: bool,
}

/// A pacticipant in a row.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SideDocument<'a> {
    name: &'a str,
    /// Null if no version has a result.
    #[schema(required)]
    version: Option<&'a VersionOfSide>,
    #[serde(rename = "_links")]
    links: &'a Itself,
}

/// The contract of a row.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContractOfRow {
    created_at: Time,
    #[serde(rename = "_links")]
    links: Itself,
}

/// The result of a row.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ResultOfRow {
    success: bool,
    verified_at: Time,
    #[serde(rename = "_links")]
    links: Itself,
}

/// A version in a row, with its branches, tags and environments.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VersionOfSide {
    number: String,
    /// The branch that it was added to last.
    branch: Option<String>,
    branches: Vec<LineOfVersion>,
    /// The branches, under their newer name.
    branch_versions: Vec<LineOfVersion>,
    environments: Vec<EnvironmentOfVersion>,
    tags: Vec<LineOfVersion>,
    #[serde(rename = "_links")]
    links: Itself,
}

/// A branch or a tag of a version.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct LineOfVersion {
    name: String,
    /// Whether the version is the newest there.
    latest: bool,
    #[serde(rename = "_links")]
    links: Itself,
}

/// An environment that the version is in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EnvironmentOfVersion {
    uuid: String,
    name: String,
    display_name: String,
    production: bool,
    #[serde(rename = "_links")]
    links: Itself,
}

/// The consumers and providers of the rows, each created once.
#[derive(Debug, Default)]
pub(crate) struct Sides<'a> {
    /// The links of pacticipants, by name.
    pacticipants: BTreeMap<&'a str, Itself>,
    /// By id of the version.
    versions: BTreeMap<i64, VersionOfSide>,
}

impl<'a> Sides<'a> {
    pub(crate) fn of(decision: &'a Decision, base: &BaseUrl) -> Self {
        let mut sides = Self::default();
        let none = Details::default();
        for DecidedRow { row, .. } in &decision.rows {
            for (name, version) in [
                (&row.consumer, Some(&row.consumer_version)),
                (&row.provider, row.provider_version.as_ref()),
            ] {
                sides
                    .pacticipants
                    .entry(name)
                    .or_insert_with(|| Itself::at(base.to(address::PACTICIPANT, [name])));
                if let Some(VersionRef { id, number }) = version {
                    sides.versions.entry(*id).or_insert_with(|| {
                        let details = decision.details.get(id).unwrap_or(&none);
                        VersionOfSide::of(base, name, number, details)
                    });
                }
            }
        }
        sides
    }

    fn side(&'a self, name: &'a str, version: Option<&VersionRef>) -> Option<SideDocument<'a>> {
        Some(SideDocument {
            name,
            version: version.and_then(|version| self.versions.get(&version.id)),
            links: self.pacticipants.get(name)?,
        })
    }
}

impl VersionOfSide {
    fn of(base: &BaseUrl, pacticipant: &str, number: &str, details: &Details) -> Self {
        let branches: Vec<LineOfVersion> = details
            .branches
            .iter()
            .map(|branch| LineOfVersion {
                name: branch.name.clone(),
                latest: branch.is_newest,
                links: Itself::at(base.to(address::BRANCH_VERSION, [pacticipant, &branch.name, number])),
            })
            .collect();
        let tags = details.tags.iter().map(|tag| LineOfVersion {
            name: tag.name.clone(),
            latest: tag.is_newest,
            links: Itself::at(base.to(address::TAG, [pacticipant, number, &tag.name])),
        });
        let environments = details.environments.iter().map(|place| EnvironmentOfVersion {
            uuid: place.environment_uuid.clone(),
            name: place.environment.clone(),
            display_name: place.display_name.clone(),
            production: place.production,
            links: Itself::at(base.to(address::ENVIRONMENT, [&place.environment_uuid])),
        });
        Self {
            number: number.to_owned(),
            branch: details.branches.last().map(|branch| branch.name.clone()),
            branch_versions: branches.clone(),
            branches,
            environments: environments.collect(),
            tags: tags.collect(),
            links: Itself::at(base.to(address::VERSION, [pacticipant, number])),
        }
    }
}

impl<'a> MatrixDocument<'a> {
    /// Returns the document of a decision; `sides` must be created from the same decision.
    pub(crate) fn of(base: &BaseUrl, decision: &'a Decision, sides: &'a Sides<'a>) -> Self {
        let summary = &decision.summary;
        let rows = decision.rows.iter();
        Self {
            summary: SummaryDocument {
                deployable: summary.deployable,
                reason: &summary.reason,
                success: summary.success,
                failed: summary.failed,
                unknown: summary.unknown,
                ignored: decision.ignoring.then_some(summary.ignored),
            },
            notices: &summary.notices,
            matrix: rows
                .filter_map(|DecidedRow { row, ignored }| RowDocument::of(base, sides, row, *ignored))
                .collect(),
        }
    }
}

impl ResultOfRow {
    fn of(base: &BaseUrl, row: &MatrixRow) -> Option<Self> {
        let (provider, consumer) = (&row.provider, &row.consumer);
        if let Some(result) = row.verification() {
            let number = result.id.to_string();
            let names = [provider.as_str(), consumer, &row.sha, &number];
            return Some(Self {
                success: result.success,
                verified_at: Time(result.verified_at),
                links: Itself::at(base.to(address::RESULT, names)),
            });
        }
        let comparison = row.comparison()?;
        let version = row.provider_version.as_ref()?;
        let names = [
            provider.as_str(),
            &version.number,
            consumer,
            &row.consumer_version.number,
        ];
        Some(Self {
            success: comparison.success()?,
            verified_at: Time(comparison.compared_at?),
            links: Itself::at(base.to(address::COMPARISON, names)),
        })
    }
}

impl<'a> RowDocument<'a> {
    fn of(base: &BaseUrl, sides: &'a Sides<'a>, row: &'a MatrixRow, ignored: bool) -> Option<Self> {
        let MatrixRow {
            provider,
            consumer,
            consumer_version,
            provider_version,
            ..
        } = row;
        let contract = base.to(address::CONTRACT, [provider, consumer, &consumer_version.number]);
        Some(Self {
            consumer: sides.side(consumer, Some(consumer_version))?,
            provider: sides.side(provider, provider_version.as_ref())?,
            pact: ContractOfRow {
                created_at: Time(row.published_at),
                links: Itself::at(contract),
            },
            verification_result: ResultOfRow::of(base, row),
            verification_type: row.kind().map(Kind::as_str),
            ignored,
        })
    }
}

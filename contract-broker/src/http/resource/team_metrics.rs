//! Counts of what belongs to teams.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Link, Links};
use crate::{
    http::{address, base_url::BaseUrl},
    store::identity::team_metrics::TeamCounts,
};

/// Counts of what belongs to each team.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TeamMetricsDocument {
    teams: Vec<TeamMetrics>,
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TeamMetrics {
    uuid: String,
    name: String,
    metrics: TeamCountsDocument,
}

/// How much of each belongs to a team.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TeamCountsDocument {
    members: i64,
    pacticipants: i64,
    /// Those whose consumer or provider belongs to the team.
    integrations: i64,
    environments: i64,
    webhooks: i64,
    secrets: i64,
}

impl TeamMetricsDocument {
    pub(crate) fn of(base: &BaseUrl, found: Vec<TeamCounts>) -> Self {
        let teams = found.into_iter().map(|counts| TeamMetrics {
            uuid: counts.uuid,
            name: counts.name,
            metrics: TeamCountsDocument {
                members: counts.members,
                pacticipants: counts.pacticipants,
                integrations: counts.integrations,
                environments: counts.environments,
                webhooks: counts.webhooks,
                secrets: counts.secrets,
            },
        });
        Self {
            teams: teams.collect(),
            links: Links::itself(Link::to(base.to(address::TEAM_METRICS, []))),
        }
    }
}

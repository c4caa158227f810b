//! Numbers of stored resources.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{Link, Links, Time};
use crate::{
    app::Metrics,
    http::{address, base_url::BaseUrl},
};

/// Numbers of stored resources.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MetricsDocument {
    interactions: InteractionCounts,
    pacticipants: Count,
    integrations: Count,
    pact_publications: PublicationCounts,
    pact_versions: Count,
    pact_revisions_per_consumer_version: Distribution,
    verification_results: Count,
    verification_results_per_pact_version: VerifiedContents,
    pacticipant_versions: Count,
    branches: Count,
    webhooks: Count,
    tags: Count,
    triggered_webhooks: Count,
    webhook_executions: Count,
    /// -1, because it is not counted.
    matrix: Count,
    environments: Count,
    deployed_versions: DeployedCounts,
    released_versions: ReleasedCounts,
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Count {
    count: i64,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the names of the API")]
pub(crate) struct InteractionCounts {
    latest_interactions_count: i64,
    latest_messages_count: i64,
    latest_interactions_and_messages_count: i64,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PublicationCounts {
    count: i64,
    first_published: Option<Time>,
    last_published: Option<Time>,
}

/// Number of contracts by number of revisions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Distribution {
    distribution: BTreeMap<String, i64>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VerifiedContents {
    verified_pact_versions: i64,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeployedCounts {
    count: i64,
    currently_deployed_count: i64,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReleasedCounts {
    count: i64,
    currently_supported_count: i64,
}

impl MetricsDocument {
    pub(crate) fn of(base: &BaseUrl, Metrics { counts, revisions }: Metrics) -> Self {
        let of = |name: &str| counts.get(name).copied().unwrap_or_default();
        let count = |name: &str| Count { count: of(name) };
        let at = |name: &str| (of(name) > 0).then(|| Time(of(name)));
        let revisions = revisions.into_iter();
        Self {
            interactions: InteractionCounts {
                latest_interactions_count: of("interactions"),
                latest_messages_count: of("messages"),
                latest_interactions_and_messages_count: of("interactions") + of("messages"),
            },
            pacticipants: count("pacticipants"),
            integrations: count("integrations"),
            pact_publications: PublicationCounts {
                count: of("publications"),
                first_published: at("first_publication"),
                last_published: at("last_publication"),
            },
            pact_versions: count("contents"),
            pact_revisions_per_consumer_version: Distribution {
                distribution: revisions
                    .map(|row| (row.revisions.to_string(), row.contracts))
                    .collect(),
            },
            verification_results: count("verifications"),
            verification_results_per_pact_version: VerifiedContents {
                verified_pact_versions: of("verified_contents"),
            },
            pacticipant_versions: count("versions"),
            branches: count("branches"),
            webhooks: count("webhooks"),
            tags: count("tags"),
            triggered_webhooks: count("triggered_webhooks"),
            webhook_executions: count("webhook_attempts"),
            matrix: Count { count: -1 },
            environments: count("environments"),
            deployed_versions: DeployedCounts {
                count: of("deployed"),
                currently_deployed_count: of("currently_deployed"),
            },
            released_versions: ReleasedCounts {
                count: of("released"),
                currently_supported_count: of("currently_supported"),
            },
            links: Links::itself(Link::to(base.to(address::METRICS, []))),
        }
    }
}

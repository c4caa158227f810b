//! Counts of what is stored.

use axum::{Extension, extract::State};
use serde_json::{Map, Value, json};

use crate::{
    app::Metrics,
    auth::Principal,
    domain::time::iso,
    http::{
        AppState,
        base_url::BaseUrl,
        error::Result,
        hal::{Hal, link},
    },
};

pub(crate) async fn show(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
) -> Result<Hal> {
    let Metrics { counts, revisions } = state.app.metrics(&who).await?;
    let revisions: Map<String, Value> = revisions
        .into_iter()
        .map(|row| (row.revisions.to_string(), json!(row.contracts)))
        .collect();
    let of = |name: &str| counts.get(name).copied().unwrap_or_default();
    let at = |name: &str| (of(name) > 0).then(|| iso(of(name)));
    Ok(Hal::ok(json!({
        "interactions": {
            "latestInteractionsCount": of("interactions"),
            "latestMessagesCount": of("messages"),
            "latestInteractionsAndMessagesCount": of("interactions") + of("messages"),
        },
        "pacticipants": { "count": of("pacticipants") },
        "integrations": { "count": of("integrations") },
        "pactPublications": {
            "count": of("publications"),
            "firstPublished": at("first_publication"),
            "lastPublished": at("last_publication"),
        },
        "pactVersions": { "count": of("contents") },
        "pactRevisionsPerConsumerVersion": { "distribution": revisions },
        "verificationResults": { "count": of("verifications") },
        "verificationResultsPerPactVersion": { "verifiedPactVersions": of("verified_contents") },
        "pacticipantVersions": { "count": of("versions") },
        "branches": { "count": of("branches") },
        "webhooks": { "count": of("webhooks") },
        "tags": { "count": of("tags") },
        "triggeredWebhooks": { "count": of("triggered_webhooks") },
        "webhookExecutions": { "count": of("webhook_attempts") },
        "matrix": { "count": -1 },
        "environments": { "count": of("environments") },
        "deployedVersions": { "count": of("deployed"), "currentlyDeployedCount": of("currently_deployed") },
        "releasedVersions": { "count": of("released"), "currentlySupportedCount": of("currently_supported") },
        "_links": { "self": link(base.join("/metrics")) },
    })))
}

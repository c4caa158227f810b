//! Counts of what is stored.

use axum::extract::State;
use serde_json::{Map, Value, json};

use crate::{
    domain::time::iso,
    http::{
        AppState,
        base_url::BaseUrl,
        error::Result,
        hal::{Hal, link},
    },
    store::metrics,
};

pub(crate) async fn show(State(state): State<AppState>, base: BaseUrl) -> Result<Hal> {
    let mut connection = state.app.store.read().await?;
    let counts = metrics::counts(&mut connection).await?;
    let revisions: Map<String, Value> = metrics::revisions(&mut connection)
        .await?
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

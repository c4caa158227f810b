//! Webhooks and what they sent.

use axum::{
    Router,
    routing::{get, post},
};

use super::{
    super::{triggered_webhooks, webhooks},
    served_as,
};
use crate::http::{AppState, layers};

pub(super) fn routes() -> Router<AppState> {
    let described = Router::new()
        .route("/webhooks", get(webhooks::list).post(webhooks::create))
        .route("/webhooks/execute", post(webhooks::execute_unsaved))
        .route("/webhooks/{uuid}", get(webhooks::show).put(webhooks::put).delete(webhooks::delete))
        .route("/webhooks/{uuid}/execute", post(webhooks::execute))
        .route("/webhooks/{uuid}/triggered-webhooks", get(triggered_webhooks::of_webhook))
        .route(
            "/webhooks/provider/{provider}",
            get(webhooks::list_for_provider).post(webhooks::create_for_provider),
        )
        .route(
            "/webhooks/consumer/{consumer}",
            get(webhooks::list_for_consumer).post(webhooks::create_for_consumer),
        )
        .route(
            "/webhooks/provider/{provider}/consumer/{consumer}",
            get(webhooks::list_for_pair).post(webhooks::create_for_pair),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/webhooks",
            get(webhooks::list_for_pair).post(webhooks::create_for_pair),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/webhooks/status",
            get(triggered_webhooks::status),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/triggered-webhooks",
            get(triggered_webhooks::of_contract),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/{number}/triggered-webhooks",
            get(triggered_webhooks::of_result),
        )
        .route("/triggered-webhooks", get(triggered_webhooks::list))
        .route("/triggered-webhooks/{uuid}", get(triggered_webhooks::show).delete(triggered_webhooks::delete))
        .route("/triggered-webhooks/{uuid}/replay", post(triggered_webhooks::replay));
    served_as(layers::JSON, described).route("/triggered-webhooks/{uuid}/logs", get(triggered_webhooks::logs))
}

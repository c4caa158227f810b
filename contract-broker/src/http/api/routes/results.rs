//! Verification results.

use axum::{
    Router,
    routing::{get, post},
};

use super::super::verification_results;
use crate::http::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results",
            post(verification_results::post),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}/verification-results",
            post(verification_results::post_selected),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/{number}",
            get(verification_results::show).delete(verification_results::delete),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}/verification-results/{number}",
            get(verification_results::show_selected),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/latest",
            get(verification_results::latest_of_content),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/verification-results/latest",
            get(verification_results::latest_of_version),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/latest/verification-results/latest",
            get(verification_results::latest_of_latest),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}/verification-results/latest",
            get(verification_results::latest_of_latest_with_tag),
        )
        .route(
            "/verification-results/consumer/{consumer}/version/{version}/latest",
            get(verification_results::summary_of_consumer_version),
        )
}

//! The JSON API, one file per resource.

mod health;
mod index;

use axum::{Router, routing::get};

use super::AppState;

/// Every route of the API.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/", get(index::show))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/diagnostic/status/heartbeat", get(health::heartbeat))
        .route("/diagnostic/status/dependencies", get(health::dependencies))
}

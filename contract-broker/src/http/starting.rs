//! What is answered while the broker starts: it may be migrating its database.

use axum::{
    Json, Router,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{StatusCode, header};

use super::{address, error::RETRY_AFTER, resource::Health};

/// Why a broker that starts is not ready.
pub(super) const STARTING: &str =
    "the broker is starting: it opens its database and brings the tables up to date";

/// The broker that starts is alive, and nothing else.
pub(crate) fn routes() -> Router {
    let alive = async || {
        Json(Health {
            ok: true,
            problem: None,
        })
    };
    Router::new()
        .route(address::ALIVE.route(), get(alive))
        .route(address::HEARTBEAT.route(), get(alive))
        .fallback(not_yet)
}

async fn not_yet() -> Response {
    let health = Health {
        ok: false,
        problem: Some(STARTING),
    };
    let later = [(header::RETRY_AFTER, RETRY_AFTER)];
    (StatusCode::SERVICE_UNAVAILABLE, later, Json(health)).into_response()
}

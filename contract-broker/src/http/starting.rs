//! What is answered while the broker starts: it may be migrating its database.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{StatusCode, header};
use tokio::net::TcpListener;

use super::{address, error::RETRY_AFTER, resource::Health, serve::Server};

/// Why a broker that starts is not ready.
pub(super) const STARTING: &str =
    "the broker is starting: it opens its database and brings the tables up to date";

/// The broker that starts is alive, and nothing else.
fn routes() -> Router {
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

/// Builds something, and meanwhile answers on `listener` that it is starting.
pub(crate) async fn meanwhile<T>(
    listener: &Arc<TcpListener>,
    idle: Duration,
    building: impl Future<Output = T>,
) -> T {
    let (built, is_built) = tokio::sync::oneshot::channel::<()>();
    let is_built = async { drop(is_built.await) };
    let answering = {
        let (server, listener) = (Server::new(routes(), idle), listener.clone());
        tokio::spawn(async move {
            server.accept(&listener, is_built).await;
            server.part();
            server
        })
    };
    // SQLite migrates in place: the thread that does is not the one that answers.
    tokio::task::yield_now().await;
    let result = building.await;
    drop(built);
    if let Ok(server) = answering.await {
        // It accepts no more; connections that it has are closed after their next answer, and nobody waits for that.
        tokio::spawn(server.drain());
    }
    result
}

async fn not_yet() -> Response {
    let health = Health {
        ok: false,
        problem: Some(STARTING),
    };
    let later = [(header::RETRY_AFTER, RETRY_AFTER)];
    (StatusCode::SERVICE_UNAVAILABLE, later, Json(health)).into_response()
}

//! What a monitoring system asks, on a listener of its own: metrics, and whether the broker is alive and ready. It asks
//! without credentials, so the listener is for the inside of a network.

use std::sync::{Arc, OnceLock};

use axum::{
    Json, Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use futures_util::future::BoxFuture;
use http::{HeaderMap, StatusCode, header};

use super::{AppState, address, resource::Health, starting::STARTING};
use crate::{
    app::App,
    metrics::{Exposition, Format, Parts, Pool},
};

/// The broker that is looked at; none until it was built.
#[derive(Clone, Default)]
pub(crate) struct Monitored(Arc<OnceLock<Looked>>);

impl std::fmt::Debug for Monitored {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let is_built = self.0.get().is_some();
        f.debug_struct("Monitored").field("is_built", &is_built).finish()
    }
}

struct Looked {
    watched: Arc<dyn Watched>,
    exposition: Exposition,
}

/// What a monitoring system looks at: one broker, or a broker with tenants.
pub(crate) trait Watched: Send + Sync {
    /// Whether new requests should come here.
    fn ready(&self) -> BoxFuture<'_, Result<(), &'static str>>;
    /// Where the connections to databases are now.
    fn pool(&self) -> Pool;
}

impl Watched for App {
    fn ready(&self) -> BoxFuture<'_, Result<(), &'static str>> {
        Box::pin(self.ready())
    }

    fn pool(&self) -> Pool {
        self.pool()
    }
}

impl Monitored {
    /// Looks at this broker from now on; at most one is looked at. One that counts no requests has no metrics.
    pub(crate) fn is(&self, app: &Arc<App>, state: &AppState) {
        let Some(requests) = &state.requests else {
            return;
        };
        self.watch(app.clone(), &app.instruments(requests.as_ref().clone()));
    }

    /// Looks at what has these instruments from now on; at most one is looked at.
    pub(crate) fn watch(&self, watched: Arc<dyn Watched>, parts: &Parts) {
        let _ = self.0.set(Looked {
            watched,
            exposition: Exposition::new(parts),
        });
    }
}

/// The addresses of a monitoring system.
pub(crate) fn routes(monitored: Monitored) -> Router {
    Router::new()
        .route(address::METRICS.route(), get(metrics))
        .route(address::ALIVE.route(), get(alive))
        .route(address::READY.route(), get(ready))
        .with_state(monitored)
}

async fn alive() -> Json<Health> {
    Json(Health {
        ok: true,
        problem: None,
    })
}

async fn ready(State(monitored): State<Monitored>) -> Response {
    let problem = match monitored.0.get() {
        Some(looked) => looked.watched.ready().await.err(),
        None => Some(STARTING),
    };
    let ok = problem.is_none();
    let status = if ok {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(Health { ok, problem })).into_response()
}

async fn metrics(State(monitored): State<Monitored>, headers: HeaderMap) -> Response {
    let Some(Looked { watched, exposition }) = monitored.0.get() else {
        return (StatusCode::SERVICE_UNAVAILABLE, STARTING).into_response();
    };
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok());
    let format = Format::asked_for(accept.unwrap_or_default());
    match exposition.text(format, watched.pool()) {
        Ok(text) => ([(header::CONTENT_TYPE, format.media_type())], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "the metrics could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

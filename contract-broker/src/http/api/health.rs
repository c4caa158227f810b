//! Whether the broker is alive and can serve.

use axum::extract::State;
use http::StatusCode;
use serde_json::json;

use crate::http::{AppState, base_url::BaseUrl, hal, hal::Hal};

pub(crate) async fn alive() -> Hal {
    Hal::ok(json!({ "ok": true }))
}

pub(crate) async fn ready(State(state): State<AppState>) -> Hal {
    match state.app.ready().await {
        Ok(()) => Hal::ok(json!({ "ok": true })),
        Err(problem) => {
            Hal::ok(json!({ "ok": false, "problem": problem })).with_status(StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}

pub(crate) async fn heartbeat(base: BaseUrl) -> Hal {
    let itself = base.url(["diagnostic", "status", "heartbeat"]);
    Hal::ok(json!({ "ok": true, "_links": { "self": hal::link(itself) } }))
}

pub(crate) async fn dependencies(State(state): State<AppState>, base: BaseUrl) -> Hal {
    let ok = state.app.ready().await.is_ok();
    let status = if ok {
        StatusCode::OK
    } else {
        StatusCode::INTERNAL_SERVER_ERROR
    };
    let itself = base.url(["diagnostic", "status", "dependencies"]);
    Hal::ok(json!({ "database": { "ok": ok }, "_links": { "self": hal::link(itself) } })).with_status(status)
}

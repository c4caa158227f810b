//! Whether the broker is alive and can serve.

use axum::extract::State;
use http::StatusCode;
use serde_json::json;

use crate::http::{AppState, base_url::BaseUrl, hal, hal::Hal};

pub(crate) async fn alive() -> Hal {
    Hal::ok(json!({ "ok": true }))
}

pub(crate) async fn ready(State(state): State<AppState>) -> Hal {
    let ok = state.store.answers().await;
    let status = if ok {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    Hal::ok(json!({ "ok": ok })).with_status(status)
}

pub(crate) async fn heartbeat(base: BaseUrl) -> Hal {
    let itself = base.url(["diagnostic", "status", "heartbeat"]);
    Hal::ok(json!({ "ok": true, "_links": { "self": hal::link(itself) } }))
}

pub(crate) async fn dependencies(State(state): State<AppState>, base: BaseUrl) -> Hal {
    let ok = state.store.answers().await;
    let status = if ok {
        StatusCode::OK
    } else {
        StatusCode::INTERNAL_SERVER_ERROR
    };
    let itself = base.url(["diagnostic", "status", "dependencies"]);
    Hal::ok(json!({ "database": { "ok": ok }, "_links": { "self": hal::link(itself) } })).with_status(status)
}

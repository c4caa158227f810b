//! Which request gets a page.

use axum::{Router, extract::Request, routing::get};
use http::Method;
use tower::ServiceExt as _;

use super::{
    assets::asset, changes, contract, environments, integration, integrations, matrix, pacticipants, webhooks,
};
use crate::http::{AppState, negotiation};

/// What pages need; served to everyone.
pub(crate) fn assets() -> Router<AppState> {
    Router::new().route("/assets/{name}", get(asset))
}

fn pages() -> Router<AppState> {
    Router::new()
        .route("/", get(integrations::page))
        .route("/integrations", get(integrations::page))
        .route(
            "/dashboard/provider/{provider}/consumer/{consumer}",
            get(integration::page),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/latest",
            get(contract::latest),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}",
            get(contract::of_version),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/changes",
            get(changes::since_previous),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/changes/version/{other}",
            get(changes::since_version),
        )
        .route("/pacticipants", get(pacticipants::list))
        .route("/pacticipants/{pacticipant}", get(pacticipants::page))
        .route("/environments", get(environments::page))
        .route("/matrix", get(matrix::page))
        .route(
            "/matrix/provider/{provider}/consumer/{consumer}",
            get(matrix::of_pair),
        )
        .route("/webhooks", get(webhooks::list))
        .route("/webhooks/{uuid}", get(webhooks::page))
        .route("/triggered-webhooks/{uuid}/logs", get(webhooks::logs))
}

/// The API with pages before it: a browser that asks for a page gets it where there is one.
pub(crate) fn with_pages(api: Router, state: AppState) -> Router {
    let pages = pages().with_state(state).fallback_service(api.clone());
    Router::new().fallback(move |request: Request| {
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        let chosen = if reads && negotiation::wants_page(request.headers()) {
            pages.clone()
        } else {
            api.clone()
        };
        chosen.oneshot(request)
    })
}

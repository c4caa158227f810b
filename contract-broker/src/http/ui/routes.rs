//! Which request gets a page.

use axum::{
    Router,
    extract::Request,
    middleware,
    routing::{get, post},
};
use http::{HeaderMap, Method, header};
use tower::ServiceExt as _;

use super::{
    assets::asset, browser, changes, contract, environments, integration, integrations, matrix, pacticipants,
    webhooks,
};
use crate::{
    http::{AppState, base_url::BaseUrl, negotiation, query::Query, remember},
    store::contracts::Which,
};

/// What pages need; served to everyone.
pub(crate) fn assets() -> Router<AppState> {
    Router::new().route("/assets/{name}", get(asset))
}

fn pages(api: Router) -> Router<AppState> {
    let browse = async |base: BaseUrl, headers: HeaderMap, query: Query| {
        browser::page(api, base, headers, query).await
    };
    Router::new()
        .route(BROWSER, get(browse))
        .route("/doc/{relation}", get(browser::relation))
        .route("/", get(integrations::page))
        .route("/integrations", get(integrations::page))
        .merge(contracts())
        .route(
            "/dashboard/provider/{provider}/consumer/{consumer}",
            get(integration::page),
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
        .route("/triggered-webhooks/{uuid}/replay", post(webhooks::replay))
}

/// One contract at each address that the API has for it.
fn contracts() -> Router<AppState> {
    let one = contract::one_named;
    Router::new()
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}",
            one(Which::Version),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/versions/{version}",
            one(Which::Version),
        )
        .route(
            "/pact/provider/{provider}/consumer/{consumer}/version/{version}",
            one(Which::Version),
        )
        .route(
            "/pact/provider/{provider}/consumer/{consumer}/latest",
            contract::one(Which::Latest),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/latest",
            contract::one(Which::Latest),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}",
            one(Which::LatestWithTag),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/latest-untagged",
            contract::one(Which::LatestUntagged),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest",
            one(Which::LatestOnBranch),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/branch/latest",
            contract::one(Which::LatestOnMainBranch),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}",
            get(contract::of_content),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}",
            get(contract::of_selected_content),
        )
}

/// The API with pages before it: a browser that asks for a page gets it where there is one, and what a form of a page
/// sends goes to the page.
pub(crate) fn with_pages(api: Router, state: AppState) -> Router {
    let remember = middleware::from_fn_with_state(state.clone(), remember::answer);
    let pages = pages(api.clone())
        .route_layer(remember)
        .with_state(state)
        .fallback_service(api.clone());
    Router::new().fallback(move |request: Request| {
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        let chosen = if (reads || is_form(&request)) && negotiation::wants_page(request.headers())
            || request.uri().path() == BROWSER
        {
            pages.clone()
        } else {
            api.clone()
        };
        chosen.oneshot(request)
    })
}

/// The page that no resource has: whoever asks gets it.
const BROWSER: &str = "/hal-browser/browser.html";

/// Whether a form of a page was sent: the API takes none.
fn is_form(request: &Request) -> bool {
    request.method() == Method::POST
        && request
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"))
}

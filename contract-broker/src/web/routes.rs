//! Which request gets a page.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Router,
    extract::{MatchedPath, Request, State},
    middleware::{self, Next},
    response::Response,
    routing::{MethodRouter, get, post},
};
use http::{HeaderMap, Method, header};
use tower::ServiceExt as _;

use super::{
    assets::asset, browser, changes, contract, environments, integration, integrations, matrix, pacticipants,
    result, webhooks,
};
use crate::{
    http::{AppState, base_url::BaseUrl, negotiation, query::Query, response_cache},
    store::contracts::ContractRef,
};

/// What pages need; served to everyone who may read.
pub(crate) fn assets() -> Router<AppState> {
    Router::new().route("/assets/{name}", get(asset))
}

/// The pages, each by the route of the resource that it shows.
#[derive(Default)]
struct Pages(HashMap<&'static str, MethodRouter<AppState>>);

impl Pages {
    fn page(mut self, route: &'static str, page: MethodRouter<AppState>) -> Self {
        self.0.insert(route, page);
        self
    }
}

fn pages() -> Pages {
    results(contracts(Pages::default()))
        .page("/doc/{relation}", get(browser::relation))
        .page("/", get(integrations::page))
        .page("/integrations", get(integrations::page))
        .page(
            "/dashboard/provider/{provider}/consumer/{consumer}",
            get(integration::page),
        )
        .page(
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/changes",
            get(changes::since_previous),
        )
        .page(
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/changes/version/{other}",
            get(changes::since_version),
        )
        .page("/pacticipants", get(pacticipants::list))
        .page("/pacticipants/{pacticipant}", get(pacticipants::page))
        .page("/environments", get(environments::page))
        .page("/matrix", get(matrix::page))
        .page(
            "/matrix/provider/{provider}/consumer/{consumer}",
            get(matrix::of_pair),
        )
        .page(
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/triggered-webhooks",
            get(webhooks::of_contract),
        )
        .page(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/{number}/triggered-webhooks",
            get(webhooks::of_result),
        )
        .page("/webhooks", get(webhooks::list))
        .page("/webhooks/{uuid}", get(webhooks::page))
        .page("/triggered-webhooks/{uuid}/logs", get(webhooks::logs))
        .page("/triggered-webhooks/{uuid}/replay", post(webhooks::replay))
}

/// Verification results at the addresses of the API, which builds print.
fn results(pages: Pages) -> Pages {
    pages
        .page(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/latest",
            get(result::latest_of_content),
        )
        .page(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/{number}",
            get(result::page),
        )
        .page(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}/verification-results/{number}",
            get(result::page_selected),
        )
        .page(
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/verification-results/latest",
            result::latest_of_named(ContractRef::Version),
        )
        .page(
            "/pacts/provider/{provider}/consumer/{consumer}/latest/verification-results/latest",
            result::latest_of(ContractRef::Latest),
        )
        .page(
            "/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}/verification-results/latest",
            result::latest_of_named(ContractRef::LatestWithTag),
        )
}

/// One contract at each address that the API has for it.
fn contracts(pages: Pages) -> Pages {
    let one = contract::one_named;
    pages
        .page(
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}",
            one(ContractRef::Version),
        )
        .page(
            "/pacts/provider/{provider}/consumer/{consumer}/versions/{version}",
            one(ContractRef::Version),
        )
        .page(
            "/pact/provider/{provider}/consumer/{consumer}/version/{version}",
            one(ContractRef::Version),
        )
        .page(
            "/pact/provider/{provider}/consumer/{consumer}/latest",
            contract::one(ContractRef::Latest),
        )
        .page(
            "/pacts/provider/{provider}/consumer/{consumer}/latest",
            contract::one(ContractRef::Latest),
        )
        .page(
            "/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}",
            one(ContractRef::LatestWithTag),
        )
        .page(
            "/pacts/provider/{provider}/consumer/{consumer}/latest-untagged",
            contract::one(ContractRef::LatestUntagged),
        )
        .page(
            "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest",
            one(ContractRef::LatestOnBranch),
        )
        .page(
            "/pacts/provider/{provider}/consumer/{consumer}/branch/latest",
            contract::one(ContractRef::LatestOnMainBranch),
        )
        .page(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}",
            get(contract::of_content),
        )
        .page(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}",
            get(contract::of_selected_content),
        )
}

/// The API with pages: a browser that asks for a page gets the one of the route that was chosen, where there is one, and
/// what a form of a page sends goes to the page.
pub(crate) fn with_pages(api: Router, state: &AppState) -> Router {
    let response_cache = middleware::from_fn_with_state(state.clone(), response_cache::answer);
    let pages: HashMap<&'static str, MethodRouter> = pages()
        .0
        .into_iter()
        .map(|(route, page)| {
            (
                route,
                page.layer(response_cache.clone()).with_state(state.clone()),
            )
        })
        .collect();
    api.layer(middleware::from_fn_with_state(Arc::new(pages), page_or_resource))
}

async fn page_or_resource(
    State(pages): State<Arc<HashMap<&'static str, MethodRouter>>>,
    request: Request,
    next: Next,
) -> Response {
    let route = request.extensions().get::<MatchedPath>();
    let page = route.and_then(|route| pages.get(route.as_str()));
    match page.filter(|_| wants_page(&request)) {
        Some(page) => match page.clone().oneshot(request).await {
            Ok(page) => page,
            Err(never) => match never {},
        },
        None => next.run(request).await,
    }
}

fn wants_page(request: &Request) -> bool {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    (reads || is_form(request)) && negotiation::wants_page(request.headers())
}

/// The page that no resource has: whoever asks gets it. It shows what `api` answers.
pub(crate) fn api_browser(api: Router, state: &AppState) -> Router {
    let browse = async |base: BaseUrl, headers: HeaderMap, query: Query| {
        browser::page(api, base, headers, query).await
    };
    Router::new()
        .route("/hal-browser/browser.html", get(browse))
        .with_state(state.clone())
}

/// Whether a form of a page was sent: the API takes none.
fn is_form(request: &Request) -> bool {
    request.method() == Method::POST
        && request
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"))
}

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
use utoipa::openapi::OpenApi;

use super::{
    account, accounts, assets::asset, audit, browser, changes, contract, coverage, cross_contract,
    description, description_changes, device, environments, integration, integrations, login, matrix,
    pacticipants, provider_contract, result, roles, sessions, team, teams, tenant, tenants, tokens, webhooks,
};
use crate::{
    http::{
        AppState, Site,
        address::{self, Address},
        call::Call,
        negotiation,
        query::Query,
    },
    store::contracts::ContractRef,
    tenants::Registry,
};

/// The routes whose pages have forms that the API does not take: it changes these by other methods.
#[cfg(test)]
pub(crate) const FORMS: [&str; 4] = [
    address::ACCOUNT.route(),
    address::TEAM.route(),
    address::ROLE.route(),
    address::TOKEN.route(),
];

/// The control API with pages for operators.
pub(crate) fn with_pages_of_tenants(api: Router, registry: &Arc<Registry>) -> Router {
    Pages::new()
        .page(address::TENANTS, get(tenants::list).post(tenants::create))
        .page(address::TENANT, get(tenant::page).post(tenant::change))
        .before(api, registry)
}

/// What pages need; served to everyone who may read.
pub(crate) fn assets<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route(address::ASSET.route(), get(asset))
}

/// The pages, each by the route of the resource that it shows.
pub(super) struct Pages<S = AppState>(HashMap<&'static str, MethodRouter<S>>);

impl<S: Clone + Send + Sync + 'static> Pages<S> {
    pub(super) fn new() -> Self {
        Self(HashMap::new())
    }

    pub(super) fn page<const N: usize>(mut self, address: Address<N>, page: MethodRouter<S>) -> Self {
        self.0.insert(address.route(), page);
        self
    }
}

fn pages() -> Pages {
    results(contracts(Pages::new()))
        .page(address::RELATION, get(browser::relation))
        .page(address::INDEX, get(integrations::page))
        .page(address::INTEGRATIONS, get(integrations::page))
        .page(address::DASHBOARD_OF_PAIR, get(integration::page))
        .page(address::CHANGES, get(changes::since_previous))
        .page(address::CHANGES_SINCE_VERSION, get(changes::since_version))
        .page(address::PROVIDER_CONTRACTS, get(provider_contract::list))
        .page(address::PROVIDER_CONTRACT, get(provider_contract::page))
        .page(address::PROVIDER_CONTRACT_OLDER, get(provider_contract::page))
        .page(address::DESCRIPTION_CHANGES, get(description_changes::page))
        .page(address::DESCRIPTION_COVERAGE, get(coverage::page))
        .page(address::COMPARISON, get(cross_contract::page))
        .page(address::PACTICIPANTS, get(pacticipants::list))
        .page(address::PACTICIPANT, get(pacticipants::page))
        .page(address::ENVIRONMENTS, get(environments::page))
        .page(address::MATRIX, get(matrix::page))
        .page(address::MATRIX_OF_PAIR, get(matrix::of_pair))
        .page(address::TRIGGERED_BY_CONTRACT, get(webhooks::of_contract))
        .page(address::TRIGGERED_BY_RESULT, get(webhooks::of_result))
        .page(address::WEBHOOKS, get(webhooks::list))
        .page(address::WEBHOOK, get(webhooks::page))
        .page(address::LOGS, get(webhooks::logs))
        .page(address::REPLAY, post(webhooks::replay))
        .page(address::ACCOUNTS, get(accounts::list).post(accounts::create))
        .page(
            address::SYSTEM_ACCOUNTS,
            get(accounts::list).post(accounts::create_system),
        )
        .page(
            address::SYSTEM_ACCOUNT_TOKENS,
            get(tokens::of_system_account).post(tokens::create_of_system_account),
        )
        .page(address::OWN_TOKENS, get(tokens::own).post(tokens::create_own))
        .page(address::OWN_SESSIONS, get(sessions::own))
        .page(address::SESSIONS_OF, get(sessions::of_account))
        .page(address::END_SESSION, post(sessions::end))
        .page(address::RENEW_TOKEN, post(tokens::renew))
        .page(address::TOKEN, post(tokens::change))
        .page(address::ACCOUNT, get(account::page).post(account::change))
        .page(address::TEAMS, get(teams::list).post(teams::create))
        .page(address::TEAM, get(team::page).post(team::change))
        .page(address::TEAM_MEMBERS, post(team::change_members))
        .page(address::ROLES, get(roles::list).post(roles::create))
        .page(address::ROLE, get(roles::page).post(roles::change))
        .page(address::RESET_ROLES, post(roles::reset))
        .page(address::AUDIT, get(audit::page))
}

/// Verification results at the addresses of the API, which builds print.
fn results(pages: Pages) -> Pages {
    pages
        .page(address::LATEST_RESULT_OF_CONTENT, get(result::latest_of_content))
        .page(address::RESULT, get(result::page))
        .page(address::RESULT_OF_SELECTED, get(result::page_selected))
        .page(
            address::LATEST_RESULT_OF_VERSION,
            result::latest_of_named(ContractRef::Version),
        )
        .page(
            address::LATEST_RESULT_OF_LATEST,
            result::latest_of(ContractRef::Latest),
        )
        .page(
            address::LATEST_RESULT_OF_LATEST_WITH_TAG,
            result::latest_of_named(ContractRef::LatestWithTag),
        )
}

/// One contract at each address that the API has for it.
fn contracts(pages: Pages) -> Pages {
    let one = contract::one_named;
    pages
        .page(address::CONTRACT, one(ContractRef::Version))
        .page(address::CONTRACT_OLDER, one(ContractRef::Version))
        .page(address::CONTRACT_OLDEST, one(ContractRef::Version))
        .page(
            address::LATEST_CONTRACT_OLDEST,
            contract::one(ContractRef::Latest),
        )
        .page(address::LATEST_CONTRACT, contract::one(ContractRef::Latest))
        .page(address::LATEST_CONTRACT_WITH_TAG, one(ContractRef::LatestWithTag))
        .page(
            address::LATEST_CONTRACT_UNTAGGED,
            contract::one(ContractRef::LatestUntagged),
        )
        .page(
            address::LATEST_CONTRACT_ON_BRANCH,
            one(ContractRef::LatestOnBranch),
        )
        .page(
            address::LATEST_CONTRACT_ON_MAIN_BRANCH,
            contract::one(ContractRef::LatestOnMainBranch),
        )
        .page(address::CONTENT, get(contract::of_content))
        .page(address::SELECTED_CONTENT, get(contract::of_selected_content))
}

/// The API with pages: a browser that asks for a page gets the one of the route that was chosen, where there is one, and
/// what a form of a page sends goes to the page.
pub(crate) fn with_pages(api: Router, state: &AppState) -> Router {
    pages().before(api, state)
}

impl<S: Clone + Send + Sync + 'static> Pages<S> {
    /// Routes whose pages browsers get.
    pub(super) fn before(self, api: Router, state: &S) -> Router {
        let pages = self.0.into_iter();
        let pages: HashMap<&'static str, MethodRouter> = pages
            .map(|(route, page)| (route, page.with_state(state.clone())))
            .collect();
        api.layer(middleware::from_fn_with_state(Arc::new(pages), page_or_resource))
    }
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

/// The pages that no resource has: whoever asks gets them. One shows what `api` answers, the other its description.
pub(crate) fn pages_of_api(api: Router, described: Arc<OpenApi>, state: &AppState) -> Router {
    let browse = async |site: Site, call: Call, headers: HeaderMap, query: Query| {
        browser::page(browser::Api { routes: api, site }, &call, headers, query).await
    };
    let describe = async move |call: Call| description::page(&described, &call);
    Router::new()
        .route(address::BROWSER.route(), get(browse))
        .route(address::DESCRIPTION_PAGE.route(), get(describe))
        .with_state(state.clone())
}

/// The pages with which people log in and out, and let the command line log in.
pub(crate) fn pages_of_logins() -> Router<AppState> {
    Router::new()
        .route(address::LOGIN.route(), get(login::begin))
        .route(address::LOGIN_CALLBACK.route(), get(login::end))
        .route(address::LOGGED_OUT.route(), get(login::logged_out))
        .route(address::LOG_OUT.route(), post(login::log_out))
        .route(address::DEVICE.route(), get(device::show).post(device::decide))
}

/// Whether a form of a page was sent: the API takes none.
fn is_form(request: &Request) -> bool {
    request.method() == Method::POST
        && request
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"))
}

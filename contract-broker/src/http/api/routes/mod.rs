//! Every address of the API, by what it is about.

mod access;
mod badges;
mod broker;
mod comparisons;
mod contract_lists;
mod contracts;
mod environments;
mod logins;
mod matrix;
mod overviews;
mod pacticipants;
mod provider_contracts;
mod results;
mod webhooks;

use std::sync::Arc;

use axum::{Router, routing::get};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::http::{AppState, address, openapi};

/// The query of a list that can be read in pages.
const PAGED: &[&str] = &["page", "size"];
/// The query of such a list that can be searched by name.
const SEARCHED: &[&str] = &["q", "page", "size"];

/// Every route of the API, and their description.
pub(crate) struct Api {
    pub(crate) routes: Router<AppState>,
    pub(crate) description: Arc<OpenApi>,
}

/// Every route of the API.
pub(crate) fn routes() -> Api {
    let (routes, description) = OpenApiRouter::with_openapi(openapi::frame())
        .merge(broker::routes())
        .merge(webhooks::routes())
        .merge(badges::routes())
        .merge(comparisons::routes())
        .merge(pacticipants::routes())
        .merge(contracts::routes())
        .merge(results::routes())
        .merge(provider_contracts::routes())
        .merge(environments::routes())
        .merge(matrix::routes())
        .merge(contract_lists::routes())
        .merge(overviews::routes())
        .merge(access::routes())
        .merge(logins::routes())
        .split_for_parts();
    let description = Arc::new(openapi::complete(description));
    let shown = description.clone();
    let show = async move |base| openapi::served(&shown, &base);
    Api {
        routes: routes.route(address::DESCRIPTION.route(), get(show)),
        description,
    }
}

/// Every operation of the API, as `GET /path`.
#[cfg(test)]
pub(crate) fn all_routes() -> Vec<String> {
    openapi::overview(&routes().description)
        .into_iter()
        .flat_map(|group| group.operations)
        .map(|operation| format!("{} {}", operation.method, operation.path))
        .collect()
}

//! Every address of the API, by what it is about.

mod badges;
mod comparisons;
mod contract_lists;
mod contracts;
mod environments;
mod matrix;
mod overviews;
mod pacticipants;
mod results;
mod webhooks;

use axum::{Router, middleware, routing::get};

use super::{contract, health, help, index};
use crate::http::{AppState, address, layers, openapi, response_cache};

/// Every route of the API.
pub(crate) fn routes(state: &AppState) -> Router<AppState> {
    let response_cache = middleware::from_fn_with_state(state.clone(), response_cache::answer);
    let stored = Router::new()
        .merge(webhooks::routes())
        .merge(served_as(layers::SVG, badges::routes()))
        .merge(comparisons::routes())
        .merge(served_as(layers::JSON, pacticipants::routes()))
        .merge(served_as(contract::OFFERED, contracts::routes()))
        .merge(served_as(layers::JSON, results::routes()))
        .merge(served_as(layers::JSON, environments::routes()))
        .merge(matrix::routes())
        .merge(served_as(layers::JSON, contract_lists::routes()))
        .merge(overviews::routes())
        .route_layer(response_cache);
    Router::new()
        .merge(served_as(
            layers::JSON,
            Router::new().route("/", get(index::show)),
        ))
        .route(address::ALIVE, get(health::alive))
        .route(address::READY, get(health::ready))
        .route(address::HEARTBEAT, get(health::heartbeat))
        .route("/diagnostic/status/dependencies", get(health::dependencies))
        .merge(stored)
        .route("/openapi.json", get(openapi::show))
        .route("/doc/{relation}", get(help::relation))
        .route("/test/error", get(help::error).post(help::error))
}

/// Routes whose answers are of these types: a request that accepts none of them is refused (406). Handlers that offer a
/// choice choose themselves.
fn served_as(types: &'static [&'static str], routes: Router<AppState>) -> Router<AppState> {
    routes.route_layer(middleware::from_fn_with_state(types, layers::only))
}

//! All routes, with what surrounds them.

use axum::{Router, middleware};
use http::{HeaderName, StatusCode};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    timeout::TimeoutLayer,
};

use super::{AppState, api, error, layers, ui};
use crate::auth;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The broker as a service.
pub(crate) fn router(state: AppState) -> Router {
    let routes = api::routes()
        .merge(ui::assets())
        .fallback(layers::not_found)
        .method_not_allowed_fallback(layers::method_not_allowed)
        .with_state(state.clone());
    let guard = auth::Guard::new(&state.config);
    let patience = state.config.http_request_timeout;
    // A layer of a router sees a request after the route was chosen; a suffix of the path must go before that.
    Router::new()
        .fallback_service(ui::with_pages(routes, state.clone()))
        .layer(middleware::from_fn(layers::paths))
        .layer(middleware::from_fn_with_state(guard, auth::guard))
        .layer(middleware::from_fn_with_state(state, error::as_problem_details))
        .layer(CompressionLayer::new())
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            patience,
        ))
        .layer(middleware::from_fn(layers::headers))
        .layer(CatchPanicLayer::new())
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
}

//! All routes, with what surrounds them.

use std::any::Any;

use axum::{
    Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
};
use http::HeaderName;
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
};

use super::{
    AppState, access_log,
    api::{self, Api},
    at_once, error, layers, matched, once, rate,
};
use crate::{auth, web};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The broker as a service.
pub(crate) fn router(state: AppState) -> Router {
    let Api { routes, description } = api::routes();
    let resources = routes
        .merge(web::assets())
        .fallback(layers::not_found)
        .method_not_allowed_fallback(layers::method_not_allowed)
        .with_state(state.clone());
    let resources = guarded(web::with_pages(resources, &state), &state);
    let pages = web::pages_of_api(resources.clone(), description, &state)
        .merge(web::pages_of_logins().with_state(state.clone()));
    let pages = guarded(pages, &state);
    let routes = pages
        .fallback_service(resources)
        .layer(middleware::from_fn_with_state(
            state.clone(),
            web::failures_as_pages,
        ));
    surrounded(routes, state)
}

/// Routes that a request reaches if its caller may use them. One router chooses the route; by that route the guard decides
/// what is needed, and then the page or the resource of that route is shown.
fn guarded(routes: Router, state: &AppState) -> Router {
    routes.layer(
        ServiceBuilder::new()
            .layer(middleware::map_request(matched::note))
            .layer(middleware::from_fn_with_state(state.clone(), at_once::at_once))
            .layer(middleware::from_fn_with_state(state.clone(), guard))
            .layer(middleware::from_fn_with_state(state.clone(), rate::rate))
            .layer(middleware::from_fn_with_state(state.clone(), once::once)),
    )
}

/// Lets the guard of the site that a request is for decide.
async fn guard(State(state): State<AppState>, request: Request, next: Next) -> Response {
    match state.site(request.extensions()) {
        Ok(site) => auth::guard(State(site.guard.clone()), request, next).await,
        Err(failure) => failure.into_response(),
    }
}

/// Routes with what happens to every request and answer. Whatever refuses a request does so inside of the layer that
/// writes problem details.
pub(super) fn surrounded(routes: Router, state: AppState) -> Router {
    let patience = state.config.http_request_timeout;
    // Outermost first, and all as one layer: a router boxes each layer that it is given, and copies all boxes for each
    // request.
    let layers = ServiceBuilder::new()
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(middleware::from_fn_with_state(state.clone(), access_log::log))
        .layer(middleware::from_fn(layers::headers))
        .layer(middleware::from_fn(layers::host))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn_with_state(
            state.clone(),
            error::as_problem_details,
        ))
        .layer(CatchPanicLayer::custom(|payload: Box<dyn Any + Send>| {
            error::after_panic(&*payload)
        }))
        .layer(middleware::from_fn_with_state(patience, layers::patience))
        .layer(middleware::from_fn_with_state(state, layers::own_site))
        .layer(middleware::from_fn(layers::paths));
    // A layer of a router sees a request after the route was chosen; a suffix of the path must go before that.
    Router::new().fallback_service(routes).layer(layers)
}

#[cfg(test)]
mod tests {
    use std::{future::pending, sync::Arc, time::Duration};

    use axum::{body::Body, routing::get};
    use http::{Request, header};
    use http_body_util::BodyExt as _;
    use serde_json::Value;
    use tower::ServiceExt as _;

    use super::*;
    use crate::{Config, app::App, jobs::Dispatcher, store::Store, webhook::Encryption};

    async fn app() -> Router {
        let config = Arc::new(Config {
            http_request_timeout: Duration::from_millis(20),
            ..Config::default()
        });
        let directory = tempfile::tempdir().expect("a directory");
        let database = format!("sqlite:{}", directory.path().join("broker").display());
        let store = Store::open(&database, 1).await.expect("a database");
        let dispatcher =
            Dispatcher::new(store.clone(), &config, Encryption::new(&[7; 32], &[])).expect("a dispatcher");
        let state = AppState::new(Arc::new(App::new(store, config, dispatcher).expect("settings")));
        let routes = Router::new()
            .route("/slow", get(pending::<()>))
            .route("/broken", get(async || -> () { unreachable!("swordfish") }));
        surrounded(routes, state)
    }

    #[tokio::test]
    async fn a_slow_or_broken_handler_is_answered_for_in_the_form_that_is_asked_for() {
        let app = app().await;
        for (path, status) in [("/slow", 408), ("/broken", 500)] {
            for (accept, media) in [
                ("application/hal+json", "application/hal+json;charset=utf-8"),
                (
                    "application/problem+json",
                    "application/problem+json;charset=utf-8",
                ),
            ] {
                let request = Request::builder().uri(path).header(header::ACCEPT, accept);
                let request = request.body(Body::empty()).expect("a request");
                let response = app.clone().oneshot(request).await.expect("an answer");
                assert_eq!(response.status(), status, "{path}");
                assert_eq!(response.headers()[header::CONTENT_TYPE], media, "{path}");
                assert!(response.headers().contains_key("x-request-id"));
                let body = response.into_body().collect().await.expect("a body").to_bytes();
                let text = String::from_utf8_lossy(&body);
                assert!(!text.contains("swordfish"), "{text}");
                let body: Value = serde_json::from_slice(&body).expect("JSON");
                if accept.contains("problem") {
                    assert_eq!(body["status"], status, "{path}");
                } else {
                    assert!(!body["error"].is_null(), "{path}");
                }
            }
        }
    }
}

//! What happens to every request and answer.

use std::time::Duration;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderName, HeaderValue, StatusCode, Uri, header};

use super::{error::Failure, hal, negotiation};
use axum::response::IntoResponse as _;

/// Suffixes of a path that choose the type of the answer.
const SUFFIXES: [(&str, &str); 4] = [
    (".json", "application/hal+json"),
    (".csv", "text/csv"),
    (".svg", "image/svg+xml"),
    (".yaml", "application/yaml"),
];

/// Refuses paths that no name can make, and turns a suffix such as `.csv` into an `Accept` header.
pub(crate) async fn paths(mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if path.contains("//") {
        return Failure::not_found("an empty name in the path: check the address for '//'").into_response();
    }
    let lower = path.to_ascii_lowercase();
    if ["%0a", "%0d", "%09", "%00"]
        .iter()
        .any(|control| lower.contains(control))
    {
        return Failure::Status(
            StatusCode::UNPROCESSABLE_ENTITY,
            "the path contains a control character such as a new line or a tab".into(),
        )
        .into_response();
    }
    if let Some((suffix, media)) = SUFFIXES.iter().find(|(suffix, _)| path.ends_with(suffix))
        && !path.starts_with("/assets/")
        && path != "/openapi.json"
    {
        let shorter = &path[..path.len() - suffix.len()];
        let target = request
            .uri()
            .query()
            .map_or_else(|| shorter.to_owned(), |query| format!("{shorter}?{query}"));
        if let Ok(uri) = target.parse::<Uri>() {
            *request.uri_mut() = uri;
            request
                .headers_mut()
                .insert(header::ACCEPT, HeaderValue::from_static(media));
        }
    }
    next.run(request).await
}

/// Answers 408 when the request takes longer than this, reading its body included.
pub(crate) async fn patience(State(limit): State<Duration>, request: Request, next: Next) -> Response {
    let answered = tokio::time::timeout(limit, next.run(request)).await;
    answered.unwrap_or_else(|_| {
        let seconds = limit.as_secs_f32();
        let message = format!("the request took longer than the {seconds} seconds that this broker waits");
        Failure::Status(StatusCode::REQUEST_TIMEOUT, message).into_response()
    })
}

/// Headers of every answer.
pub(crate) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(
        HeaderName::from_static("x-pact-broker-version"),
        HeaderValue::from_static(env!("CARGO_PKG_VERSION")),
    );
    headers.append(header::VARY, HeaderValue::from_static("Accept"));
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-cache"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    response
}

/// The answer to a path that no route has.
pub(crate) async fn not_found() -> Failure {
    Failure::not_found("there is nothing at this address")
}

/// The answer to a method that a route does not have; the `Allow` header is added by the router.
pub(crate) async fn method_not_allowed(request: Request) -> Response {
    if request.method() == http::Method::OPTIONS {
        return (StatusCode::OK, [(header::CONTENT_TYPE, hal::MEDIA_TYPE)], "{}").into_response();
    }
    Failure::Status(
        StatusCode::METHOD_NOT_ALLOWED,
        format!("{} is not possible at this address", request.method()),
    )
    .into_response()
}

/// Refuses requests to resources that are served as JSON only and that accept no JSON.
pub(crate) async fn only_json(request: Request, next: Next) -> Response {
    const OFFERED: &[&str] = &[
        "application/hal+json",
        "application/json",
        "application/vnd.pactbrokerextended.v1+json",
    ];
    match negotiation::choose(request.headers(), OFFERED) {
        Some(_) => next.run(request).await,
        None => negotiation::refused(OFFERED).into_response(),
    }
}

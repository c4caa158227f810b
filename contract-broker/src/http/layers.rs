//! What happens to every request and answer.

use std::time::Duration;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};

use super::{AppState, address, base_url::BaseUrl, error::Failure, hal, negotiation};
use crate::domain::{count::counted, segment::SUFFIXES};
use axum::response::IntoResponse as _;

/// Puts the host that HTTP/2 names in the address (`:authority`), and HTTP/1.1 may name there, into `Host`, where everything
/// looks for it. It counts more than a `Host` that came along (RFC 9112, 3.2.2).
pub(crate) async fn host(mut request: Request, next: Next) -> Response {
    if let Some(authority) = request.uri().authority() {
        let host = authority.as_str().rsplit('@').next().unwrap_or_default();
        if let Ok(host) = HeaderValue::try_from(host) {
            request.headers_mut().insert(header::HOST, host);
        }
        let target = request
            .uri()
            .path_and_query()
            .map_or("/", http::uri::PathAndQuery::as_str);
        if let Ok(target) = target.parse::<Uri>() {
            *request.uri_mut() = target;
        }
    }
    next.run(request).await
}

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
            "URL path cannot contain a new line character, a tab or another control character".into(),
        )
        .into_response();
    }
    if request.uri().query().is_some_and(|query| query.contains("%00")) {
        let message = "the query contains a character that no text has: %00";
        return Failure::Status(StatusCode::BAD_REQUEST, message.to_owned()).into_response();
    }
    if let Some((suffix, media)) = SUFFIXES.iter().find(|(suffix, _)| path.ends_with(suffix))
        && !path.starts_with("/assets/")
        && path != address::DESCRIPTION.route()
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

/// Refuses changes that a page of another site makes a browser send: the browser would add the credentials that it
/// has for the broker. Clients that are no browsers name no site.
pub(crate) async fn own_site(State(state): State<AppState>, request: Request, next: Next) -> Response {
    use http::Method;
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if !reads && comes_from_elsewhere(request.headers(), state.config.base_url.as_deref()) {
        let message =
            "this request comes from a page of another site: such pages may not change anything here";
        return Failure::Status(StatusCode::FORBIDDEN, message.to_owned()).into_response();
    }
    next.run(request).await
}

/// Whether a browser says that another site made it send the request; by its origin where it does not say so itself.
fn comes_from_elsewhere(headers: &HeaderMap, base_url: Option<&str>) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site != "same-origin" && site != "none";
    }
    let Some(origin) = headers
        .get(header::ORIGIN)
        .and_then(|origin| origin.to_str().ok())
    else {
        return false;
    };
    let base = BaseUrl::of(base_url, headers);
    let own = base.as_str().splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
    !origin.eq_ignore_ascii_case(&own)
}

/// Answers 408 when the request takes longer than this, reading its body included.
pub(crate) async fn patience(State(limit): State<Duration>, request: Request, next: Next) -> Response {
    let answered = tokio::time::timeout(limit, next.run(request)).await;
    answered.unwrap_or_else(|_| {
        let limit = counted(limit.as_secs_f32(), "second");
        let message = format!("the request took longer than {limit}, the time that this broker waits");
        Failure::Status(StatusCode::REQUEST_TIMEOUT, message).into_response()
    })
}

/// Headers of every answer.
pub(crate) async fn headers(request: Request, next: Next) -> Response {
    let is_question = request.method() == http::Method::OPTIONS;
    // What is answered to a change is for whoever made it, once: it may be the value of a token.
    let cached = match *request.method() {
        http::Method::GET | http::Method::HEAD | http::Method::OPTIONS => "no-cache",
        _ => "no-store",
    };
    let mut response = next.run(request).await;
    if is_question && let Some(allowed) = response.headers().get(header::ALLOW).cloned() {
        response
            .headers_mut()
            .insert(header::ACCESS_CONTROL_ALLOW_METHODS, allowed);
    }
    let headers = response.headers_mut();
    headers.insert(
        HeaderName::from_static("x-pact-broker-version"),
        HeaderValue::from_static(env!("CARGO_PKG_VERSION")),
    );
    headers.append(header::VARY, HeaderValue::from_static("Accept"));
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static(cached));
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
        // The router adds the methods in `Allow`, and `headers` repeats them under the other name.
        return (StatusCode::OK, [(header::CONTENT_TYPE, hal::MEDIA_TYPE)], "{}").into_response();
    }
    Failure::Status(
        StatusCode::METHOD_NOT_ALLOWED,
        format!("{} is not possible at this address", request.method()),
    )
    .into_response()
}

/// The types of resources that are served as JSON and in no other form.
pub(crate) const JSON: &[&str] = &[
    "application/hal+json",
    "application/json",
    "application/vnd.pactbrokerextended.v1+json",
];
/// A browser that asks for a page at the address of a picture is shown the picture.
pub(crate) const SVG: &[&str] = &["image/svg+xml", "text/html"];
pub(crate) const TEXT: &[&str] = &["text/plain"];

/// Refuses requests that accept none of the types in which a resource is served, before anything is done for them.
pub(crate) async fn only(
    State(offered): State<&'static [&'static str]>,
    request: Request,
    next: Next,
) -> Response {
    match negotiation::choose(request.headers(), offered) {
        Some(_) => next.run(request).await,
        None => negotiation::refused(offered).into_response(),
    }
}

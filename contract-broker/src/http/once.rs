//! `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a POST with a key is done once.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use http_body_util::BodyExt as _;
use tracing::Instrument as _;

use super::{AppState, error::Failure, request_body};
use crate::{
    app::{App, Earlier, KeptAnswer, MOST_KEPT},
    auth::Principal,
    domain::once::{Claim, fingerprint, read_key},
    trace::TraceContext,
};

pub(crate) const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that an answer is the one that was given first.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// Answers a POST that was sent before with the same key by its first answer. The guard has said who asks; the transaction
/// of the use case writes down that the request is done.
pub(crate) async fn once(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let key = (*request.method() == Method::POST)
        .then(|| request.headers().get(KEY))
        .flatten();
    let Some(key) = key.cloned() else {
        return next.run(request).await;
    };
    let site = state.site(request.extensions()).cloned();
    let answered = match site {
        Ok(site) => keyed(site.app, &key, request, next).await,
        Err(failure) => Err(failure),
    };
    answered.unwrap_or_else(Failure::into_response)
}

async fn keyed(app: Arc<App>, key: &HeaderValue, request: Request, next: Next) -> Result<Response, Failure> {
    let unreadable = "Idempotency-Key must be visible ASCII characters";
    let key = key.to_str().map_err(|_| unreadable).and_then(read_key);
    let key = key.map_err(|message| Failure::Status(StatusCode::BAD_REQUEST, message.to_owned()))?;
    let (head, body) = request.into_parts();
    let who = head.extensions.get::<Principal>().cloned();
    let who = who.ok_or_else(|| Failure::internal(&"the guard did not say who asks"))?;
    let body = request_body::bytes(body, app.config.http_body_limit.bytes()).await?;
    let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
    let fingerprint = fingerprint(head.method.as_str(), target, &body);
    let claim = match app.done_earlier(&who, key, fingerprint).await? {
        Earlier::Answered(kept) => return replayed(kept),
        Earlier::No(claim) => claim,
    };
    who.origin().claims(claim.clone());
    let request = Request::from_parts(head, Body::from(body));
    // It is done to its end, and its answer is kept, even if its client does not wait any more: that is when it is sent
    // again.
    let work = async move { kept(&app, claim, next.run(request).await).await };
    let work = work.in_current_span();
    let task = match TraceContext::current() {
        Some(context) => tokio::spawn(context.during(work)),
        None => tokio::spawn(work),
    };
    task.await.map_err(|error| Failure::internal(&error))?
}

/// Keeps an answer, if something was done and it can be kept.
async fn kept(app: &App, claim: Claim, response: Response) -> Result<Response, Failure> {
    if !response.status().is_success() {
        return Ok(response);
    }
    let (head, body) = response.into_parts();
    let body = body.collect().await.map_err(|error| Failure::internal(&error))?;
    let body: Bytes = body.to_bytes();
    let text = |name: HeaderName| {
        let value = head.headers.get(name)?.to_str().ok()?;
        Some(value.to_owned())
    };
    if body.len() <= MOST_KEPT
        && let Ok(kept) = std::str::from_utf8(&body)
    {
        let answer = KeptAnswer {
            status: head.status.as_u16(),
            content_type: text(header::CONTENT_TYPE),
            location: text(header::LOCATION),
            body: kept.to_owned(),
        };
        // What was done is done: a client that asks again is told so.
        if let Err(error) = app.keep_answer(claim, &answer).await {
            tracing::warn!(%error, "the answer to a request with a key was not kept");
        }
    }
    Ok(Response::from_parts(head, Body::from(body)))
}

fn replayed(kept: KeptAnswer) -> Result<Response, Failure> {
    let mut response = Response::builder()
        .status(kept.status)
        .header(REPLAYED, HeaderValue::from_static("true"));
    for (name, value) in [
        (header::CONTENT_TYPE, kept.content_type),
        (header::LOCATION, kept.location),
    ] {
        if let Some(value) = value {
            response = response.header(name, value);
        }
    }
    response
        .body(Body::from(kept.body))
        .map_err(|error| Failure::internal(&error))
}

//! Answers about the API itself.

use axum::response::Response;
use http::header;
use serde_json::json;

use crate::http::{
    base_url::{BaseUrl, encode},
    error::{Failure, Result},
    hal::{Hal, link},
    negotiation,
    path::Path,
    relations,
};
use axum::response::IntoResponse as _;

const OFFERED: &[&str] = &["application/hal+json", "text/plain"];

/// `GET /doc/{relation}`: what a relation of links means. A browser gets a page.
pub(crate) async fn relation(
    base: BaseUrl,
    headers: http::HeaderMap,
    Path(relation): Path<String>,
) -> Result<Response> {
    let media = negotiation::choose(&headers, OFFERED).ok_or_else(|| negotiation::refused(OFFERED))?;
    let meaning = relations::meaning(&relation)
        .ok_or_else(|| Failure::not_found(format!("No relation '{relation}' is known here")))?;
    if media == "text/plain" {
        let text = format!("{relation}\n\n{meaning}\n");
        return Ok(([(header::CONTENT_TYPE, "text/plain;charset=utf-8")], text).into_response());
    }
    Ok(Hal::ok(json!({
        "relation": relation,
        "description": meaning,
        "_links": { "self": link(base.join(&format!("/doc/{}", encode(&relation)))) },
    }))
    .into_response())
}

/// `GET` and `POST /test/error`: a failure on request, to see how failures are logged and shown.
pub(crate) async fn error() -> Failure {
    Failure::internal(&"this failure was asked for at /test/error")
}

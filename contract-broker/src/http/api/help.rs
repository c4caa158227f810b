//! Responses about the API itself.

use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, header};

use crate::http::{
    address,
    base_url::BaseUrl,
    error::{Failure, Result},
    hal::Hal,
    negotiation,
    path::Path,
    relations,
    resource::{Link, Linked, Links, RelationDocument, index},
};

const OFFERED: &[&str] = &["application/hal+json", "text/plain"];

/// Returns the index with links to all resources.
pub(super) async fn show_index(base: BaseUrl) -> Hal<Linked> {
    Hal::ok(index(&base))
}

/// Explains a link relation. A browser gets a page.
pub(super) async fn relation(
    base: BaseUrl,
    headers: HeaderMap,
    Path(relation): Path<String>,
) -> Result<Response> {
    let media = negotiation::choose(&headers, OFFERED).ok_or_else(|| negotiation::refused(OFFERED))?;
    let meaning = relations::meaning(&relation)
        .ok_or_else(|| Failure::not_found(format!("No relation '{relation}' is known here")))?;
    if media == "text/plain" {
        let text = format!("{relation}\n\n{meaning}\n");
        return Ok(([(header::CONTENT_TYPE, "text/plain;charset=utf-8")], text).into_response());
    }
    let itself = Link::to(base.to(address::RELATION, [&relation]));
    Ok(Hal::ok(RelationDocument {
        relation,
        description: meaning,
        links: Links::itself(itself),
    })
    .into_response())
}

/// Fails on request, to show how failures are logged and displayed.
pub(super) async fn error() -> Failure {
    Failure::internal(&"this failure was asked for at /test/error")
}

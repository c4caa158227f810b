//! The OpenAPI description of the API.

use axum::response::{IntoResponse as _, Response};
use http::header;
use utoipa::openapi::{OpenApi, Server};

use crate::http::{base_url::BaseUrl, error::Result, hal};

/// Returns the description, with the broker's own address.
pub(super) fn show(description: &OpenApi, base: &BaseUrl) -> Result<Response> {
    let mut description = description.clone();
    description.servers = Some(vec![Server::new(base.as_str())]);
    let kind = [(header::CONTENT_TYPE, "application/json")];
    Ok((kind, hal::write(&description)?).into_response())
}

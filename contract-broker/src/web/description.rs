//! The page that documents the API.

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use utoipa::openapi::OpenApi;

use super::{
    fault::Result,
    frame::Frame,
    page::{frame, page as render},
};
use crate::http::{
    call::Call,
    openapi::{OperationGroup, overview},
};

#[derive(Template)]
#[template(path = "description.html")]
struct DescriptionPage {
    frame: Frame,
    groups: Vec<OperationGroup>,
}

/// Returns the page with the operations of the API, by group.
pub(super) fn page(description: &OpenApi, call: &Call) -> Result<Response> {
    let template = DescriptionPage {
        frame: frame(call, None),
        groups: overview(description),
    };
    render(StatusCode::OK, template)
}

//! Renders templates as responses.

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};

use super::{
    fault::Result,
    frame::{Frame, Reach, Section, Viewer},
    links::Links,
};
use crate::http::{base_url::BaseUrl, call::Call};

/// The content security policy: nothing is loaded from other sites, no scripts run, and no site can frame the
/// page.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

/// Like [`POLICY`], for the page with a script of the broker.
pub(super) const SCRIPTED: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                                   form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Returns a response with a page.
pub(super) fn page(status: StatusCode, template: impl Template) -> Result<Response> {
    page_under(POLICY, status, template)
}

/// Returns a response with a page and its content security policy.
pub(super) fn page_under(
    policy: &'static str,
    status: StatusCode,
    template: impl Template,
) -> Result<Response> {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::REFERRER_POLICY, "same-origin"),
    ];
    Ok((status, headers, template.render()?).into_response())
}

/// Returns the layout of a page for whoever asks.
pub(super) fn frame(call: &Call, section: Option<Section>) -> Frame {
    Frame {
        links: links(&call.base),
        base_url: call.base.as_str().to_owned(),
        section,
        viewer: Viewer::of(call),
        reach: Reach::of(&call.who),
    }
}

/// Returns the addresses of pages.
pub(super) fn links(base: &BaseUrl) -> Links {
    let path = base.as_str().split_once("://").map_or("", |(_, rest)| rest);
    Links::new(path.find('/').map_or("", |slash| &path[slash..]))
}

/// Number of rows per page of a list.
pub(super) const ROWS: i64 = 50;

/// Returns the requested page of a list, counted from 1; the first one if the parameter is missing or
/// invalid.
pub(super) fn number(query: &crate::http::query::Query) -> i64 {
    query
        .get("page")
        .and_then(|text| text.parse().ok())
        .filter(|number| (1..=1_000_000).contains(number))
        .unwrap_or(1)
}

/// Returns the address if a page may link to it: only HTTP addresses, not for example `javascript:`.
pub(super) fn web_address(url: String) -> Option<String> {
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    is_web.then_some(url)
}

//! From a template to an answer.

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};

use super::{
    fault::Result,
    frame::{Frame, Section},
    links::Links,
};
use crate::http::base_url::BaseUrl;

/// Nothing is loaded from elsewhere, nothing runs, nobody frames the page.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

/// As [`POLICY`], for the page that has a script of the broker's own.
pub(super) const SCRIPTED: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                                   form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A page.
pub(super) fn page(status: StatusCode, template: impl Template) -> Result<Response> {
    page_under(POLICY, status, template)
}

/// A page under a policy of its own.
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

/// What stands around a page.
pub(super) fn frame(base: &BaseUrl, section: Option<Section>) -> Frame {
    let path = base.as_str().split_once("://").map_or("", |(_, rest)| rest);
    let path = path.find('/').map_or("", |slash| &path[slash..]);
    Frame {
        links: Links::new(path),
        base_url: base.as_str().to_owned(),
        section,
    }
}

/// The rows of one page of a list.
pub(super) const ROWS: i64 = 50;

/// Which page of a list a query asks for, counted from 1; the first where it says nothing that can be understood.
pub(super) fn number(query: &crate::http::query::Query) -> i64 {
    query
        .get("page")
        .and_then(|text| text.parse().ok())
        .filter(|number| (1..=1_000_000).contains(number))
        .unwrap_or(1)
}

/// An address that a page may link to: others, such as `javascript:`, are not addresses of the web.
pub(super) fn web_address(url: String) -> Option<String> {
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    is_web.then_some(url)
}

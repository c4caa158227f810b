//! The method and URL of a request.

use reqwest::Url;

use crate::contract::Request;
use crate::{Error, ErrorKind};

/// Returns the request's URL below this base (`http://host:port/path`; a trailing slash is dropped).
pub(super) fn url(base: &str, request: &Request) -> Result<Url, Error> {
    let text = format!("{}{}", base.trim_end_matches('/'), request.target());
    Url::parse(&text).map_err(|error| {
        Error::new(
            ErrorKind::Usage,
            format!("{text:?} is not a URL ({error}): give the provider's base as http://host:port"),
        )
    })
}

/// Returns the method.
pub(super) fn method(request: &Request) -> Result<http::Method, Error> {
    http::Method::from_bytes(request.method.to_ascii_uppercase().as_bytes()).map_err(|_| {
        Error::new(
            ErrorKind::Invalid,
            format!(
                "the contract's request has the method {:?}, which HTTP does not allow",
                request.method
            ),
        )
    })
}

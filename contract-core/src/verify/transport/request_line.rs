//! The method and URL of a request.

use reqwest::Url;

use crate::contract::Request;
use crate::{Error, ErrorKind};

/// Returns the request's URL below this base (`http://host:port/path`; a trailing slash is dropped).
///
/// # Errors
///
/// `Invalid` if the client would send another path than the contract's; `Usage` if the base is no URL.
pub(super) fn url(base: &str, request: &Request) -> Result<Url, Error> {
    if !request.path.starts_with('/') && !request.path.is_empty()
        || request.path.split('/').any(is_dot_segment)
    {
        return Err(Error::new(
            ErrorKind::Invalid,
            format!(
                "the contract's path {:?} cannot be sent as written: HTTP clients resolve `.` and `..` (WHATWG URL) and \
                 begin a path with `/`; write the path that a client sends",
                request.path
            ),
        ));
    }
    let text = format!("{}{}", base.trim_end_matches('/'), request.target());
    Url::parse(&text).map_err(|error| {
        Error::new(
            ErrorKind::Usage,
            format!("{text:?} is not a URL ({error}): give the provider's base as http://host:port"),
        )
    })
}

/// Returns whether it is `.` or `..`, also percent-encoded: <https://url.spec.whatwg.org/#single-dot-path-segment>.
fn is_dot_segment(segment: &str) -> bool {
    matches!(
        segment.to_ascii_lowercase().replace("%2e", ".").as_str(),
        "." | ".."
    )
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

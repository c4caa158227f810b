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
    let path = &request.path;
    let has_root = path.is_empty() || path.starts_with('/');
    if !has_root || path.split('/').any(is_dot_segment) {
        return Err(Error::new(
            ErrorKind::Invalid,
            format!(
                "the contract's path {path:?} cannot be sent as written: HTTP clients resolve `.` and `..` (WHATWG URL) \
                 and begin a path with `/`; write the path that a client sends"
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

/// Dot segments, also percent-encoded: <https://url.spec.whatwg.org/#single-dot-path-segment>.
const DOT_SEGMENTS: [&str; 6] = [".", "..", "%2e", ".%2e", "%2e.", "%2e%2e"];

fn is_dot_segment(segment: &str) -> bool {
    DOT_SEGMENTS.iter().any(|dots| segment.eq_ignore_ascii_case(dots))
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

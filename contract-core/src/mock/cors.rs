//! Lets pages of other origins use a mock provider or a stub (the Fetch standard, "CORS protocol").

use bytes::Bytes;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderName, HeaderValue, ORIGIN, VARY,
};
use http::{Method, StatusCode};

use crate::contract::Request;
use crate::mock::handler::Answer;

/// Asked by a browser for an address of the machine or the local network (Private Network Access).
const ASKS_FOR_NETWORK: HeaderName = HeaderName::from_static("access-control-request-private-network");

const USUAL_METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

/// Returns whether a browser asks if a page may send a request.
pub(super) fn is_preflight(request: &Request) -> bool {
    request.method == Method::OPTIONS.as_str()
        && request.headers.get(ORIGIN.as_str()).is_some()
        && request
            .headers
            .get(ACCESS_CONTROL_REQUEST_METHOD.as_str())
            .is_some()
}

/// Returns the answer to a preflight request: all that it asks for is allowed. [`allow`] adds the origin.
pub(super) fn preflight(request: &Request) -> Answer {
    let methods = asked(request, &ACCESS_CONTROL_REQUEST_METHOD)
        .unwrap_or_else(|| HeaderValue::from_static(USUAL_METHODS));
    let fields = asked(request, &ACCESS_CONTROL_REQUEST_HEADERS);
    let mut headers = HeaderMap::from_iter([
        (ACCESS_CONTROL_ALLOW_METHODS, methods),
        (
            ACCESS_CONTROL_ALLOW_HEADERS,
            fields.unwrap_or_else(|| HeaderValue::from_static("*")),
        ),
    ]);
    if asked(request, &ASKS_FOR_NETWORK).is_some() {
        headers.insert(
            HeaderName::from_static("access-control-allow-private-network"),
            HeaderValue::from_static("true"),
        );
    }
    Answer {
        status: StatusCode::NO_CONTENT,
        headers,
        body: Bytes::new(),
    }
}

/// Allows the request's origin to read the answer with all its fields, unless the answer says itself who may.
pub(super) fn allow(request: &Request, headers: &mut HeaderMap) {
    if headers.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN) {
        return;
    }
    let readable: Vec<&str> = headers
        .keys()
        .map(HeaderName::as_str)
        .filter(|name| !name.starts_with("access-control-"))
        .collect();
    if let Ok(readable) = HeaderValue::from_str(&readable.join(", "))
        && !readable.is_empty()
        && !headers.contains_key(ACCESS_CONTROL_EXPOSE_HEADERS)
    {
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, readable);
    }
    // For a request with credentials browsers accept no `*`.
    if let Some(origin) = asked(request, &ORIGIN) {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        headers.append(VARY, HeaderValue::from_static("origin"));
    } else {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    }
}

/// Returns what the request says in this field.
fn asked(request: &Request, field: &HeaderName) -> Option<HeaderValue> {
    let values = request.headers.get(field.as_str())?;
    HeaderValue::from_str(&values.join(", ")).ok()
}

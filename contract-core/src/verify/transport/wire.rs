//! Between the model and what HTTP carries.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::Url;

use crate::contract::{Body, ContentType, Headers, Request, Response};
use crate::{Error, ErrorKind};

/// The request's URL below this base (`http://host:port/path`, any slash at its end is dropped).
pub(crate) fn url(base: &str, request: &Request) -> Result<Url, Error> {
    let mut text = base.trim_end_matches('/').to_owned();
    if !request.path.starts_with('/') {
        text.push('/');
    }
    // These two would end the path; everything else that a path may not hold is encoded by the URL's parser.
    text.push_str(&request.path.replace('?', "%3F").replace('#', "%23"));
    if !request.query.is_empty() {
        text.push('?');
        text.push_str(&request.query.to_text());
    }
    Url::parse(&text).map_err(|error| {
        Error::new(
            ErrorKind::Usage,
            format!("{text:?} is not a URL ({error}): give the provider's base as http://host:port"),
        )
    })
}

/// The header fields to send: several values of a field become one list, and the body's own type is added where the
/// contract names no `Content-Type`.
pub(crate) fn headers_to_wire(request: &Request) -> Result<HeaderMap, Error> {
    let mut map = HeaderMap::new();
    for (name, values) in request.headers.iter() {
        let value = values.join(", ");
        let invalid = |what: &str| {
            Error::new(
                ErrorKind::Invalid,
                format!(
                    "header {name:?} of the contract's request cannot be sent: its {what} holds characters that HTTP forbids"
                ),
            )
        };
        map.insert(
            HeaderName::try_from(name).map_err(|_| invalid("name"))?,
            HeaderValue::try_from(value).map_err(|_| invalid("value"))?,
        );
    }
    if !map.contains_key(CONTENT_TYPE)
        && let Some(content) = request.body.content()
        && let Some(content_type) = &content.content_type
        && let Ok(value) = HeaderValue::try_from(content_type.as_str())
    {
        map.insert(CONTENT_TYPE, value);
    }
    Ok(map)
}

/// The method, as it is written.
pub(crate) fn method(request: &Request) -> Result<http::Method, Error> {
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

/// A response as the model has it.
pub(crate) fn response(status: http::StatusCode, headers: &HeaderMap, body: Bytes) -> Response {
    Response {
        status: Some(status.as_u16()),
        headers: headers_from_wire(headers),
        body: body_from_wire(headers, body),
        ..Response::default()
    }
}

/// Each line of a field is one value; bytes that are not UTF-8 are replaced.
pub(crate) fn headers_from_wire(map: &HeaderMap) -> Headers {
    let mut headers = Headers::new();
    for (name, value) in map {
        headers.append(name.as_str(), String::from_utf8_lossy(value.as_bytes()));
    }
    headers
}

/// The body, read by its `Content-Type`.
pub(crate) fn body_from_wire(headers: &HeaderMap, body: Bytes) -> Body {
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<ContentType>().ok());
    Body::from_wire(body, content_type)
}

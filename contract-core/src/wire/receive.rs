//! Converts received messages to the contract model.

use bytes::Bytes;
use http::header::HeaderMap;

use super::coding::{Codings, Problem};
#[cfg(feature = "provider")]
use crate::contract::Response;
use crate::contract::{Body, Content, ContentType, Data, Headers, Undecoded};
#[cfg(feature = "consumer")]
use crate::contract::{Query, Request};

/// Converts a received request: its body is decoded to at most `limit` bytes.
#[cfg(feature = "consumer")]
pub(crate) fn request(
    method: &str,
    path: &str,
    query: Option<&str>,
    fields: &HeaderMap,
    body: Bytes,
    limit: usize,
) -> Request {
    let headers = headers(fields);
    Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.map_or_else(Query::new, Query::parse),
        body: self::body(&headers, body, limit),
        headers,
        ..Request::default()
    }
}

/// Converts a received response: its body is decoded to at most `limit` bytes.
#[cfg(feature = "provider")]
pub(crate) fn response(status: http::StatusCode, fields: &HeaderMap, body: Bytes, limit: usize) -> Response {
    let headers = headers(fields);
    Response {
        status: Some(status.as_u16()),
        body: self::body(&headers, body, limit),
        headers,
        ..Response::default()
    }
}

/// Converts header fields. Each line of a field is one value. Bytes that are not UTF-8 are read as
/// ISO-8859-1, the former charset of HTTP (RFC 9110, section 5.5).
pub(crate) fn headers(fields: &HeaderMap) -> Headers {
    let mut headers = Headers::new();
    for (name, value) in fields {
        let value = match std::str::from_utf8(value.as_bytes()) {
            Ok(text) => text.to_owned(),
            Err(_) => value.as_bytes().iter().map(|&byte| char::from(byte)).collect(),
        };
        headers.append(name.as_str(), value);
    }
    headers
}

/// Converts the decoded body by its content type. If it cannot be decoded, the reason is reported when it is compared.
pub(crate) fn body(headers: &Headers, bytes: Bytes, limit: usize) -> Body {
    let content_type = headers
        .first("content-type")
        .and_then(|value| value.parse::<ContentType>().ok());
    let codings = Codings::of(headers);
    if bytes.is_empty() || codings.is_empty() {
        return Body::from_wire(bytes, content_type);
    }
    match codings.decode(bytes.clone(), limit) {
        Ok(decoded) if decoded.is_empty() => Body::Empty,
        Ok(decoded) => Body::from_wire(decoded, content_type),
        Err(problem) => Body::Present(Content {
            data: Data::Undecoded(Undecoded {
                bytes,
                codings: codings.to_string(),
                is_unknown: matches!(problem, Problem::Unknown(_)),
                problem: problem.to_string(),
            }),
            content_type,
            hint: None,
        }),
    }
}

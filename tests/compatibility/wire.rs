//! Between the model's requests and responses and those of the HTTP libraries.

use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use bytes::Bytes;
use contract_core::contract::{Body, ContentType, Headers, Query, Request, Response};

/// A request as a server received it.
pub(crate) async fn received(request: axum::extract::Request) -> Request {
    let (parts, body) = request.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX)
        .await
        .expect("the body arrives");
    let headers = headers(&parts.headers);
    Request {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: Query::parse(parts.uri.query().unwrap_or_default()),
        body: body_of(bytes, &headers),
        headers,
        ..Request::default()
    }
}

/// A response as a server sends it.
pub(crate) fn sent(response: &Response) -> axum::response::Response {
    let status = StatusCode::from_u16(response.status.unwrap_or(200)).expect("the status is one of HTTP");
    let mut sent = (status, response.body.to_bytes()).into_response();
    sent.headers_mut().remove("content-type");
    for (name, values) in response.headers.iter() {
        for value in values {
            let name: axum::http::HeaderName = name.parse().expect("the name is one of HTTP");
            sent.headers_mut()
                .append(name, value.parse().expect("the value is one of HTTP"));
        }
    }
    sent
}

/// Header fields as the model has them.
pub(crate) fn headers(fields: &HeaderMap) -> Headers {
    let mut headers = Headers::new();
    for (name, value) in fields {
        headers.append(name.as_str(), String::from_utf8_lossy(value.as_bytes()));
    }
    headers
}

fn body_of(bytes: Bytes, headers: &Headers) -> Body {
    let content_type: Option<ContentType> = headers.first("content-type").and_then(|text| text.parse().ok());
    Body::from_wire(bytes, content_type)
}

//! The common result of all importers: exchanges in the form of contracts.

use crate::contract::{Body, Content, ContentType, Data, ProviderState, Request, Response};

/// A request with its response, as read from a file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Draft {
    /// The place in the file.
    pub(crate) place: String,
    /// The name given by its author.
    pub(crate) name: Option<String>,
    pub(crate) states: Vec<ProviderState>,
    pub(crate) request: Request,
    pub(crate) response: Response,
    /// Whether the response is assumed instead of recorded from a provider.
    pub(crate) is_assumed: bool,
}

impl Draft {
    /// Returns `GET /users?page=2`.
    pub(super) fn what_is_asked(&self) -> String {
        let Request {
            method, path, query, ..
        } = &self.request;
        let query = query.to_text();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{method} {path}{mark}{query}")
    }
}

/// Parses a body. Text without a content type that is a JSON object or array is parsed as JSON.
pub(super) fn body(bytes: impl Into<bytes::Bytes>, content_type: Option<&str>) -> Body {
    let bytes = bytes.into();
    if bytes.is_empty() {
        return Body::Missing;
    }
    let content_type: Option<ContentType> = content_type.and_then(|text| text.parse().ok());
    if content_type.is_none()
        && matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'['))
        && let Ok(value) = crate::json::from_slice(&bytes)
    {
        return Body::Present(Content {
            data: Data::Json(value),
            content_type: Some(ContentType::json()),
            hint: None,
        });
    }
    Body::from_wire(bytes, content_type)
}

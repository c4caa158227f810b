//! Bodies of requests, responses and messages.

use crate::json::Value;
use bytes::Bytes;

use super::ContentType;
use crate::wire::charset;

/// A body; the four cases are compared differently (specification 1.1 and later, "body").
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Body {
    /// The contract does not specify a body, so any body matches. In an actual request or response: there was none.
    #[default]
    Missing,
    /// Present and empty: the other side must be empty too.
    Empty,
    /// JSON `null`, or empty if the content type is not JSON.
    Null,
    /// Content to compare.
    Present(Content),
}

/// What a body consists of.
#[derive(Debug, Clone, PartialEq)]
pub struct Content {
    /// The content, parsed if it is JSON.
    pub data: Data,
    /// The content type stored with the body itself; the `Content-Type` header is in [`Headers`](super::Headers).
    pub content_type: Option<ContentType>,
    /// `contentTypeHint` of version 4.
    pub hint: Option<ContentTypeHint>,
}

/// The content of a body.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// A JSON document.
    Json(Value),
    /// Text of any other kind: XML, forms, CSV, plain.
    Text(String),
    /// Bytes that are not text or not known to be text.
    Binary(Bytes),
    /// Bytes with a content coding that could not be decoded. Does not occur in contracts.
    Undecoded(Undecoded),
}

/// A body with a content coding that could not be decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undecoded {
    /// The encoded bytes.
    pub bytes: Bytes,
    /// The codings in its `Content-Encoding`: `gzip, br`.
    pub codings: String,
    /// Whether one of them is unsupported. A contract that names the same codings may still compare the bytes.
    pub is_unknown: bool,
    /// Why it could not be decoded.
    pub problem: String,
}

/// Whether content of an unknown type is text or bytes (`contentTypeHint`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContentTypeHint {
    /// `BINARY`
    Binary,
    /// `TEXT`
    Text,
}

impl Body {
    /// Creates a JSON body.
    pub fn json(value: impl Into<Value>) -> Self {
        Self::Present(Content {
            data: Data::Json(value.into()),
            content_type: Some(ContentType::json()),
            hint: None,
        })
    }

    /// Creates a text body of this type.
    pub fn text(text: impl Into<String>, content_type: Option<ContentType>) -> Self {
        Self::Present(Content {
            data: Data::Text(text.into()),
            content_type,
            hint: None,
        })
    }

    /// Creates a body of bytes of this type.
    pub fn binary(bytes: impl Into<Bytes>, content_type: Option<ContentType>) -> Self {
        Self::Present(Content {
            data: Data::Binary(bytes.into()),
            content_type,
            hint: None,
        })
    }

    /// Creates a body from received bytes without content codings: JSON is parsed if the type says so and the bytes are
    /// valid JSON, text that can be decoded is kept as text, everything else as bytes. Text is decoded by its byte
    /// order mark, the `charset` parameter or the XML declaration, otherwise as UTF-8; a byte order mark is dropped. No
    /// bytes at all are [`Body::Missing`] without a content type and [`Body::Empty`] with one.
    ///
    /// ```
    /// use contract_core::contract::{Body, ContentType};
    ///
    /// let json = Body::from_wire("\u{feff}[1]".into(), Some(ContentType::json()));
    /// assert_eq!(json, Body::json(serde_json::json!([1])));
    /// ```
    pub fn from_wire(bytes: Bytes, content_type: Option<ContentType>) -> Self {
        if bytes.is_empty() {
            return if content_type.is_some() {
                Self::Empty
            } else {
                Self::Missing
            };
        }
        if !content_type.as_ref().is_none_or(ContentType::is_text) {
            return Self::binary(bytes, content_type);
        }
        let Ok(text) = charset::decode(&bytes, content_type.as_ref()) else {
            return Self::binary(bytes, content_type);
        };
        if content_type.as_ref().is_some_and(ContentType::is_json)
            && let Ok(value) = crate::json::from_str(&text)
        {
            return Self::Present(Content {
                data: Data::Json(value),
                content_type,
                hint: None,
            });
        }
        Self::text(text, content_type)
    }

    /// Returns the bytes to send: JSON in its compact form, nothing for a missing, empty or null body.
    pub fn to_bytes(&self) -> Bytes {
        match self {
            Self::Present(content) => content.data.to_bytes(),
            Self::Missing | Self::Empty | Self::Null => Bytes::new(),
        }
    }

    /// Returns the content, if the body is present.
    pub fn content(&self) -> Option<&Content> {
        match self {
            Self::Present(content) => Some(content),
            Self::Missing | Self::Empty | Self::Null => None,
        }
    }
}

impl Content {
    /// Returns whether the body is JSON `null`.
    pub(crate) fn is_null(&self) -> bool {
        self.data == Data::Json(Value::Null)
    }
}

impl Data {
    /// Returns the bytes as sent on the wire.
    pub fn to_bytes(&self) -> Bytes {
        match self {
            Self::Json(value) => Bytes::from(value.to_string()),
            Self::Text(text) => Bytes::copy_from_slice(text.as_bytes()),
            Self::Binary(bytes) | Self::Undecoded(Undecoded { bytes, .. }) => bytes.clone(),
        }
    }
}

//! Responses with a HAL document (draft-kelly-json-hal-08).

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use super::error::{Failure, Result};

/// The media type of nearly every response.
pub(crate) const MEDIA_TYPE: &str = "application/hal+json;charset=utf-8";

/// Serialises a document.
///
/// # Errors
/// The document has a value that JSON does not support, which none of the broker's documents has.
pub(crate) fn write<T: Serialize>(document: &T) -> Result<String> {
    serde_json::to_string(document).map_err(|error| Failure::internal(&error))
}

/// Returns a response with a serialised document.
pub(crate) fn written(body: String) -> Response {
    ([(header::CONTENT_TYPE, MEDIA_TYPE)], body).into_response()
}

/// A response with a document.
pub(crate) struct Hal<T> {
    status: StatusCode,
    location: Option<String>,
    document: T,
}

impl<T> Hal<T> {
    pub(crate) fn ok(document: T) -> Self {
        Self {
            status: StatusCode::OK,
            location: None,
            document,
        }
    }

    /// Returns a response with status 201 and the address of the created resource.
    pub(crate) fn created(location: impl Into<String>, document: T) -> Self {
        Self {
            status: StatusCode::CREATED,
            location: Some(location.into()),
            document,
        }
    }

    /// Returns a response with status 201 and an address if something was created, otherwise 200.
    pub(crate) fn put(created: bool, location: impl Into<String>, document: T) -> Self {
        if created {
            Self::created(location, document)
        } else {
            Self::ok(document)
        }
    }

    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }
}

impl<T: Serialize> IntoResponse for Hal<T> {
    fn into_response(self) -> Response {
        let mut response = match write(&self.document) {
            Ok(body) => written(body),
            Err(failure) => return failure.into_response(),
        };
        *response.status_mut() = self.status;
        let location = self
            .location
            .and_then(|location| HeaderValue::try_from(location).ok());
        if let Some(location) = location {
            response.headers_mut().insert(header::LOCATION, location);
        }
        response
    }
}

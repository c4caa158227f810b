//! HAL: links, and answers that carry them.

use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde_json::{Map, Value, json};

use super::base_url::BaseUrl;

/// The media type of nearly every answer.
pub(crate) const MEDIA_TYPE: &str = "application/hal+json;charset=utf-8";

/// A link.
pub(crate) fn link(href: impl Into<String>) -> Value {
    json!({ "href": href.into() })
}

/// A link with a title.
pub(crate) fn titled(href: impl Into<String>, title: impl Into<String>) -> Value {
    json!({ "href": href.into(), "title": title.into() })
}

/// A link with a title and a name.
pub(crate) fn named(href: impl Into<String>, title: impl Into<String>, name: impl Into<String>) -> Value {
    json!({ "href": href.into(), "title": title.into(), "name": name.into() })
}

/// A link with `{names}` to fill in.
pub(crate) fn templated(href: impl Into<String>, title: impl Into<String>) -> Value {
    json!({ "href": href.into(), "title": title.into(), "templated": true })
}

/// The prefixes of relation names, each with where its documentation is.
pub(crate) fn curies(base: &BaseUrl, context: &str) -> Value {
    json!([{ "name": "pb", "href": base.join(&format!("/doc/{{rel}}?context={context}")), "templated": true }])
}

/// An answer with a HAL body.
pub(crate) struct Hal {
    status: StatusCode,
    location: Option<String>,
    body: Value,
}

impl Hal {
    pub(crate) fn ok(body: Value) -> Self {
        Self {
            status: StatusCode::OK,
            location: None,
            body,
        }
    }

    /// 201 with the address of what was created.
    pub(crate) fn created(location: impl Into<String>, body: Value) -> Self {
        Self {
            status: StatusCode::CREATED,
            location: Some(location.into()),
            body,
        }
    }

    /// 201 with an address when something was created, else 200.
    pub(crate) fn put(created: bool, location: impl Into<String>, body: Value) -> Self {
        if created {
            Self::created(location, body)
        } else {
            Self::ok(body)
        }
    }

    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }
}

impl IntoResponse for Hal {
    fn into_response(self) -> Response {
        let mut response = (
            self.status,
            [(header::CONTENT_TYPE, MEDIA_TYPE)],
            self.body.to_string(),
        )
            .into_response();
        if let Some(location) = self.location.and_then(|location| location.parse().ok()) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        response
    }
}

/// Adds members to an object; the later wins.
pub(crate) fn extend(object: &mut Value, more: Value) {
    if let (Value::Object(object), Value::Object(more)) = (object, more) {
        object.extend(more);
    }
}

/// Leaves out members that are null.
pub(crate) fn compact(mut object: Value) -> Value {
    if let Value::Object(map) = &mut object {
        let kept: Map<String, Value> = std::mem::take(map)
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .collect();
        *map = kept;
    }
    object
}

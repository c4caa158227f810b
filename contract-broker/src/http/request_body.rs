//! Reading request bodies.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{FromRequest, Request},
};
use bytes::Bytes;
use http::{StatusCode, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde_json::Value;

use super::{AppState, error::Failure, query::Query};
use crate::{
    Config,
    domain::{Refusal, content::without_mark},
    tenants::Registry,
};

/// The body of a request as text, whatever its content type.
pub(crate) struct Text(pub(crate) String);

/// The body of a request as JSON; an empty body is null.
pub(crate) struct Json {
    pub(crate) value: Value,
    /// How many bytes it came in.
    pub(crate) length: usize,
}

impl FromRequest<AppState> for Text {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Failure> {
        let body = of_json(request).await?;
        text(body, &state.config).await.map(Self)
    }
}

impl FromRequest<AppState> for Json {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Failure> {
        let heavy = state.site(request.extensions())?.app.heavy.clone();
        let Text(text) = Text::from_request(request, state).await?;
        let length = text.len();
        heavy.run_on(length, move || Self::read(&text)).await?
    }
}

impl FromRequest<Arc<Registry>> for Json {
    type Rejection = Failure;

    async fn from_request(request: Request, registry: &Arc<Registry>) -> Result<Self, Failure> {
        let body = of_json(request).await?;
        Self::read(&text(body, registry.config()).await?)
    }
}

impl Json {
    fn read(text: &str) -> Result<Self, Failure> {
        if text.trim().is_empty() {
            return Ok(Self {
                value: Value::Null,
                length: 0,
            });
        }
        Ok(Self {
            value: serde_json::from_str(without_mark(text)).map_err(|error| malformed(&error))?,
            length: text.len(),
        })
    }

    /// The body as an object; an empty body is an empty object.
    pub(crate) fn object(self) -> Result<serde_json::Map<String, Value>, Failure> {
        match self.value {
            Value::Object(map) => Ok(map),
            Value::Null => Ok(serde_json::Map::new()),
            _ => Err(Refusal::Malformed("expected a JSON object in the request body".into()).into()),
        }
    }
}

/// What a client is told whose JSON cannot be read.
pub(crate) fn malformed(error: &dyn std::fmt::Display) -> Failure {
    Refusal::Malformed(format!("could not read the request body as JSON: {error}")).into()
}

/// The body where it is said to be JSON, or nothing is said, or there is none; else the request is refused.
async fn of_json(request: Request) -> Result<Body, Failure> {
    let (head, body) = request.into_parts();
    let Some(kind) = head.headers.get(header::CONTENT_TYPE) else {
        return Ok(body);
    };
    let kind = kind.to_str().unwrap_or("given").to_ascii_lowercase();
    if kind.contains("json") {
        return Ok(body);
    }
    // One that comes in pieces may be empty too: its first byte tells.
    if Limited::new(body, 0).collect().await.is_ok() {
        return Ok(Body::empty());
    }
    Err(Failure::Status(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        format!("the content type {kind} is not supported here; send application/json"),
    ))
}

async fn text(body: Body, config: &Config) -> Result<String, Failure> {
    let bytes = bytes(body, config.http_body_limit.bytes()).await?;
    String::from_utf8(bytes.into()).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Refusal::Malformed(format!(
            "the request body is not UTF-8 text: byte {at} does not fit"
        ))
        .into()
    })
}

/// A body of at most so many bytes.
pub(super) async fn bytes(body: Body, limit: usize) -> Result<Bytes, Failure> {
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.downcast_ref::<LengthLimitError>().is_some() => Err(Failure::Status(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("the request body is larger than the {limit} bytes that this broker accepts"),
        )),
        Err(error) => Err(Refusal::Malformed(format!("could not read the request body: {error}")).into()),
    }
}

/// What a form of a page sent (`application/x-www-form-urlencoded`).
pub(crate) struct Form(pub(crate) Query);

impl FromRequest<AppState> for Form {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Failure> {
        let text = text(request.into_body(), &state.config).await?;
        Ok(Self(Query::parse(&text)))
    }
}

impl FromRequest<Arc<Registry>> for Form {
    type Rejection = Failure;

    async fn from_request(request: Request, registry: &Arc<Registry>) -> Result<Self, Failure> {
        let text = text(request.into_body(), registry.config()).await?;
        Ok(Self(Query::parse(&text)))
    }
}

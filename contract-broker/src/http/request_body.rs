//! Reading request bodies.

use axum::{
    body::Body,
    extract::{FromRequest, Request},
};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde_json::Value;

use super::{AppState, error::Failure};
use crate::domain::Refusal;

/// The body of a request as text, whatever its content type.
pub(crate) struct Text(pub(crate) String);

/// The body of a request as JSON; an empty body is null.
pub(crate) struct Json(pub(crate) Value);

impl FromRequest<AppState> for Text {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Failure> {
        accept_json(request.headers())?;
        text(request.into_body(), state).await.map(Self)
    }
}

impl FromRequest<AppState> for Json {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Failure> {
        accept_json(request.headers())?;
        let text = text(request.into_body(), state).await?;
        if text.trim().is_empty() {
            return Ok(Self(Value::Null));
        }
        serde_json::from_str(&text)
            .map(Self)
            .map_err(|error| malformed(&error))
    }
}

impl Json {
    /// The body as an object; an empty body is an empty object.
    pub(crate) fn object(self) -> Result<serde_json::Map<String, Value>, Failure> {
        match self.0 {
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

fn accept_json(headers: &HeaderMap) -> Result<(), Failure> {
    let Some(kind) = headers.get(header::CONTENT_TYPE) else {
        return Ok(());
    };
    if kind
        .to_str()
        .is_ok_and(|kind| kind.to_ascii_lowercase().contains("json"))
    {
        return Ok(());
    }
    let empty = headers
        .get(header::CONTENT_LENGTH)
        .is_some_and(|length| length == "0");
    if empty {
        return Ok(());
    }
    Err(Failure::Status(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        format!(
            "the content type {} is not supported here; send application/json",
            kind.to_str().unwrap_or("given")
        ),
    ))
}

async fn text(body: Body, state: &AppState) -> Result<String, Failure> {
    let bytes = bytes(body, state.config.http_body_limit.bytes()).await?;
    String::from_utf8(bytes.into()).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Refusal::Malformed(format!(
            "the request body is not UTF-8 text: byte {at} does not fit"
        ))
        .into()
    })
}

async fn bytes(body: Body, limit: usize) -> Result<Bytes, Failure> {
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.downcast_ref::<LengthLimitError>().is_some() => Err(Failure::Status(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("the request body is larger than the {limit} bytes that this broker accepts"),
        )),
        Err(error) => Err(Refusal::Malformed(format!("could not read the request body: {error}")).into()),
    }
}

//! Failures as answers: the classic bodies by default, problem details (RFC 9457) for clients that ask for them.

use std::any::Any;

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Map, Value, json};

use super::{AppState, base_url::BaseUrl, hal, negotiation};
use crate::{
    app,
    domain::{Notice, Refusal},
    store,
};

pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

/// Why a request was not served.
#[derive(Debug, Clone)]
pub(crate) enum Failure {
    Refused(Refusal),
    /// Another status, with one message.
    Status(StatusCode, String),
    /// Nobody can be served for the moment: try again.
    Unavailable(&'static str),
    /// The broker's own fault; the message is for the log, the reference for the client.
    Internal {
        reference: String,
    },
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<app::Error> for Failure {
    fn from(error: app::Error) -> Self {
        match error {
            app::Error::Refused(refusal) => Self::Refused(refusal),
            app::Error::Forbidden => Self::Status(StatusCode::FORBIDDEN, error.to_string()),
            app::Error::Unavailable(message) => Self::Unavailable(message),
            app::Error::Unreadable(_) | app::Error::Encryption(_) => {
                Self::Status(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
            }
            app::Error::Internal(problem) => Self::internal(&problem),
        }
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        app::Error::from(error).into()
    }
}

impl Failure {
    pub(crate) fn internal(error: &dyn std::fmt::Display) -> Self {
        let reference = uuid::Uuid::new_v4().simple().to_string();
        tracing::error!(%error, %reference, "a request failed");
        Self::Internal { reference }
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::Refused(Refusal::NotFound(message.into()))
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Refused(refusal) => match refusal {
                Refusal::NotFound(_) => StatusCode::NOT_FOUND,
                Refusal::Malformed(_) | Refusal::Invalid(_) | Refusal::Unusable(_) => StatusCode::BAD_REQUEST,
                Refusal::Conflict(_) | Refusal::ContentConflict { .. } => StatusCode::CONFLICT,
                Refusal::Impossible(_) => StatusCode::UNPROCESSABLE_ENTITY,
            },
            Self::Status(status, _) => *status,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The body that clients of the original know.
    fn classic(&self) -> Value {
        match self {
            Self::Refused(Refusal::Invalid(faults)) => json!({ "errors": by_field(faults) }),
            Self::Refused(Refusal::Unusable(messages)) => json!({ "errors": messages }),
            Self::Refused(Refusal::ContentConflict {
                message,
                notices: texts,
                ..
            }) => {
                json!({ "notices": notices(texts), "errors": { "contracts": [message] } })
            }
            Self::Refused(refusal) => json!({ "error": refusal.to_string() }),
            Self::Status(_, message) => json!({ "error": message }),
            Self::Unavailable(message) => json!({ "error": message }),
            Self::Internal { reference } => json!({ "error": {
                "message": AN_ERROR,
                "reference": reference,
            } }),
        }
    }

    /// What problem details say where each of several faults is named. Such faults have their types, as with the original,
    /// below `problems`, others below `problem`.
    fn validation_errors(&self, base: &BaseUrl, errors: impl Iterator<Item = Value>) -> Value {
        json!({
            "type": base.url(["problems", "validation-error"]),
            "title": "Validation errors",
            "detail": self.to_string(),
            "instance": "/",
            "errors": errors.collect::<Vec<_>>(),
        })
    }

    /// Problem details.
    fn problem(&self, base: &BaseUrl) -> Value {
        let status = self.status();
        let title = status.canonical_reason().unwrap_or("Error");
        let mut body = json!({
            "type": base.url(["problem", &title.to_lowercase().replace(' ', "-")]),
            "title": title,
            "status": status.as_u16(),
        });
        match self {
            Self::Refused(Refusal::Invalid(faults)) => {
                let errors = faults.iter().map(|(field, message)| {
                    let mut error = invalid_value(base, message);
                    error["pointer"] = format!("/{}", field.replace('.', "/")).into();
                    error
                });
                hal::extend(&mut body, self.validation_errors(base, errors));
            }
            Self::Refused(Refusal::Unusable(messages)) => {
                let errors = messages.iter().map(|message| invalid_value(base, message));
                hal::extend(&mut body, self.validation_errors(base, errors));
            }
            Self::Internal { reference } => {
                hal::extend(
                    &mut body,
                    json!({
                        "title": "Server error",
                        "detail": AN_ERROR,
                        "instance": format!("urn:reference:{reference}"),
                    }),
                );
            }
            Self::Refused(Refusal::ContentConflict {
                message,
                notices: texts,
                ..
            }) => hal::extend(
                &mut body,
                json!({ "detail": message, "notices": notices(texts), "errors": { "contracts": [message] } }),
            ),
            _ => hal::extend(&mut body, json!({ "detail": self.to_string() })),
        }
        body
    }
}

/// After how many seconds a client may try again.
pub(crate) const RETRY_AFTER: &str = "5";

/// What a client is told of a fault of the broker.
const AN_ERROR: &str = "An error occurred. The broker's log has the details under this reference.";

/// One of several faults in problem details.
fn invalid_value(base: &BaseUrl, message: &str) -> Value {
    json!({ "type": base.url(["problems", "invalid-value"]), "title": "Invalid value", "detail": message })
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Status(_, message) => f.write_str(message),
            Self::Unavailable(message) => f.write_str(message),
            Self::Internal { reference } => write!(f, "internal error {reference}"),
        }
    }
}

/// Notices as clients read them.
pub(crate) fn notices(notices: &[Notice]) -> Value {
    notices
        .iter()
        .map(|notice| json!({ "type": notice.kind.as_str(), "text": notice.text }))
        .collect()
}

fn by_field(faults: &[(String, String)]) -> Value {
    let mut fields: Map<String, Value> = Map::new();
    for (field, message) in faults {
        if let Value::Array(messages) = fields.entry(field.clone()).or_insert_with(|| json!([])) {
            messages.push(json!(message));
        }
    }
    Value::Object(fields)
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = (
            self.status(),
            [(header::CONTENT_TYPE, hal::MEDIA_TYPE)],
            self.classic().to_string(),
        )
            .into_response();
        if matches!(self, Self::Unavailable(_)) {
            let after = HeaderValue::from_static(RETRY_AFTER);
            response.headers_mut().insert(header::RETRY_AFTER, after);
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// The answer where a handler panicked; what it said goes to the log.
pub(crate) fn after_panic(payload: &(dyn Any + Send)) -> Response {
    let text = payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without a message");
    Failure::internal(&text).into_response()
}

/// Rewrites failures as problem details for clients whose `Accept` names `application/problem+json`.
pub(crate) async fn as_problem_details(
    axum::extract::State(state): axum::extract::State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let wanted = negotiation::accepts_problem_details(request.headers())
        .then(|| BaseUrl::of(state.app.config.base_url.as_deref(), request.headers()));
    let mut response = next.run(request).await;
    if let (Some(base), Some(failure)) = (wanted, response.extensions_mut().remove::<Failure>()) {
        let body = failure.problem(&base).to_string();
        *response.body_mut() = body.into();
        let headers = response.headers_mut();
        headers.remove(header::CONTENT_LENGTH);
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json;charset=utf-8"),
        );
    }
    response
}

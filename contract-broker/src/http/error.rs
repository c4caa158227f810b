//! Failures as answers: the classic bodies by default, problem details (RFC 9457) for clients that ask for them.

use std::{any::Any, collections::BTreeMap};

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use super::{
    AppState,
    base_url::BaseUrl,
    hal, negotiation,
    resource::{FailureDocument, FailureErrors, FailureText, InvalidValue, ProblemDocument, ProblemErrors},
};
use crate::{
    app,
    domain::{Refusal, count::counted},
    store,
    trace::TraceContext,
};

pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

/// Why a request was not served.
#[derive(Debug, Clone)]
pub(crate) enum Failure {
    Refused(Refusal),
    /// Another status, with one message.
    Status(StatusCode, String),
    /// The caller sent more requests than a policy allows; one more is after so many seconds.
    TooMany {
        policy: &'static str,
        retry_after: u64,
    },
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
            app::Error::Forbidden(message) => Self::Status(StatusCode::FORBIDDEN, message),
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
                Refusal::Conflict(_)
                | Refusal::UnderWay(_)
                | Refusal::ContentConflict { .. }
                | Refusal::Incompatible { .. } => StatusCode::CONFLICT,
                Refusal::OverLimit(_) => StatusCode::FORBIDDEN,
                Refusal::Impossible(_) => StatusCode::UNPROCESSABLE_ENTITY,
            },
            Self::Status(status, _) => *status,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The body that clients of the original know.
    fn classic(&self) -> FailureDocument {
        let empty = FailureDocument::default();
        match self {
            Self::Refused(Refusal::Invalid(faults)) => FailureDocument {
                errors: Some(FailureErrors::ByMember(by_member(faults))),
                ..empty
            },
            Self::Refused(Refusal::Unusable(messages)) => FailureDocument {
                errors: Some(FailureErrors::Messages(messages.clone())),
                ..empty
            },
            Self::Refused(Refusal::ContentConflict { message, notices, .. }) => FailureDocument {
                notices: Some(notices.clone()),
                errors: Some(FailureErrors::ByMember(of_contracts(message))),
                ..empty
            },
            Self::Refused(Refusal::Incompatible { message, notices }) => FailureDocument {
                notices: Some(notices.clone()),
                error: Some(FailureText::Text(message.clone())),
                ..empty
            },
            Self::Internal { reference } => FailureDocument {
                error: Some(FailureText::Reported {
                    message: AN_ERROR,
                    reference: reference.clone(),
                }),
                ..empty
            },
            Self::Refused(_) | Self::Status(..) | Self::TooMany { .. } | Self::Unavailable(_) => {
                FailureDocument {
                    error: Some(FailureText::Text(self.to_string())),
                    ..empty
                }
            }
        }
    }

    /// Problem details. Several faults have their types, as with the original, below `problems`, others below `problem`.
    fn problem(&self, base: &BaseUrl) -> ProblemDocument {
        let status = self.status();
        let title = status.canonical_reason().unwrap_or("Error");
        let problem = ProblemDocument {
            kind: base.join(&format!("/problem/{}", title.to_lowercase().replace(' ', "-"))),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: self.to_string(),
            instance: None,
            trace_id: TraceContext::current().map(TraceContext::trace_id),
            errors: None,
            notices: None,
            violated_policies: None,
        };
        let several = |errors: Vec<InvalidValue>| ProblemDocument {
            kind: base.join("/problems/validation-error"),
            title: "Validation errors".to_owned(),
            instance: Some("/".to_owned()),
            errors: Some(ProblemErrors::Each(errors)),
            ..problem.clone()
        };
        match self {
            Self::Refused(Refusal::Invalid(faults)) => several(
                faults
                    .iter()
                    .map(|(field, message)| {
                        let pointer = format!("/{}", field.replace('.', "/"));
                        invalid_value(base, message, Some(pointer))
                    })
                    .collect(),
            ),
            Self::Refused(Refusal::Unusable(messages)) => several(
                messages
                    .iter()
                    .map(|message| invalid_value(base, message, None))
                    .collect(),
            ),
            Self::Internal { reference } => ProblemDocument {
                title: "Server error".to_owned(),
                detail: AN_ERROR.to_owned(),
                instance: Some(format!("urn:reference:{reference}")),
                ..problem
            },
            Self::Refused(Refusal::ContentConflict { message, notices, .. }) => ProblemDocument {
                detail: message.clone(),
                notices: Some(notices.clone()),
                errors: Some(ProblemErrors::ByMember(of_contracts(message))),
                ..problem
            },
            Self::Refused(Refusal::Incompatible { notices, .. }) => ProblemDocument {
                notices: Some(notices.clone()),
                ..problem
            },
            Self::TooMany { policy, .. } => ProblemDocument {
                kind: QUOTA_EXCEEDED.to_owned(),
                violated_policies: Some(vec![policy]),
                ..problem
            },
            Self::Refused(_) | Self::Status(..) | Self::Unavailable(_) => problem,
        }
    }
}

/// After how many seconds a client may try again.
pub(crate) const RETRY_AFTER: &str = "5";

/// The type of the problem that somebody sent too many requests (draft-ietf-httpapi-ratelimit-headers-11).
const QUOTA_EXCEEDED: &str = "https://iana.org/assignments/http-problem-types#quota-exceeded";

/// What a client is told of a fault of the broker.
const AN_ERROR: &str = "An error occurred. The broker's log has the details under this reference.";

/// One of several faults in problem details.
fn invalid_value(base: &BaseUrl, message: &str, pointer: Option<String>) -> InvalidValue {
    InvalidValue {
        kind: base.join("/problems/invalid-value"),
        title: "Invalid value",
        detail: message.to_owned(),
        pointer,
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Status(_, message) => f.write_str(message),
            Self::TooMany { retry_after, .. } => {
                let seconds = counted(*retry_after, "second");
                write!(
                    f,
                    "too many requests: this broker allows no more for the moment; try again in {seconds}"
                )
            }
            Self::Unavailable(message) => f.write_str(message),
            Self::Internal { reference } => write!(f, "internal error {reference}"),
        }
    }
}

/// The messages about each member.
fn by_member(faults: &[(String, String)]) -> BTreeMap<String, Vec<String>> {
    let mut members: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (member, message) in faults {
        members.entry(member.clone()).or_default().push(message.clone());
    }
    members
}

/// A message about the contracts of a request.
fn of_contracts(message: &str) -> BTreeMap<String, Vec<String>> {
    BTreeMap::from([("contracts".to_owned(), vec![message.to_owned()])])
}

/// The text of a body. Only texts are in it, which are always written.
fn text<T: Serialize>(body: &T) -> String {
    serde_json::to_string(body).unwrap_or_default()
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = (
            self.status(),
            [(header::CONTENT_TYPE, hal::MEDIA_TYPE)],
            text(&self.classic()),
        )
            .into_response();
        let retry_after = match self {
            Self::Unavailable(_) => Some(HeaderValue::from_static(RETRY_AFTER)),
            Self::Refused(Refusal::UnderWay(_)) => Some(HeaderValue::from_static("1")),
            Self::TooMany { retry_after, .. } => Some(retry_after.into()),
            _ => None,
        };
        if let Some(after) = retry_after {
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
        .then(|| BaseUrl::of(state.config.base_url.as_deref(), request.headers()));
    let mut response = next.run(request).await;
    if let (Some(base), Some(failure)) = (wanted, response.extensions_mut().remove::<Failure>()) {
        let body = text(&failure.problem(&base));
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

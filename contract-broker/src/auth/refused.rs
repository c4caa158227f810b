//! Requests that are refused because of who sent them, in the log and in the audit log.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use http::{Method, header};

use super::{
    Asker, Origin, Principal,
    guard::{Guard, origin},
};
use crate::{app::Denial, http::Client, log_text::bounded};

/// What a request is for, in case it is refused.
pub(super) struct AskedFor {
    method: Method,
    route: Option<MatchedPath>,
}

impl AskedFor {
    pub(super) fn of(request: &Request) -> Self {
        Self {
            method: request.method().clone(),
            route: request.extensions().get::<MatchedPath>().cloned(),
        }
    }
}

impl std::fmt::Display for AskedFor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let route = self
            .route
            .as_ref()
            .map_or("an unknown address", MatchedPath::as_str);
        write!(f, "{} {route}", self.method)
    }
}

/// A login that failed, to be written down.
pub(super) struct FailedLogin {
    claimed: String,
    origin: Origin,
    request: String,
    reason: String,
    left_out: u64,
}

impl Guard {
    /// Writes wrong credentials into the log, and says what the audit log is to say, unless there are too many of them.
    pub(super) fn wrong_credentials(&self, request: &Request, asked_for: &AskedFor) -> Option<FailedLogin> {
        let Some(left_out) = self.failures.one_more(Instant::now()) else {
            let asker = request.extensions().get::<Asker>();
            asker.into_iter().for_each(Asker::floods);
            return None;
        };
        let claimed = self.app.credentials().claimed(authorization(request));
        let client = request.extensions().get::<Client>();
        tracing::warn!(
            user = claimed,
            address = client.map(|client| tracing::field::display(client.0)),
            method = request.method().as_str(),
            path = bounded(request.uri().path(), 256),
            not_logged_before = (left_out > 0).then_some(left_out),
            "login failed: wrong credentials"
        );
        Some(FailedLogin {
            claimed,
            origin: origin(request),
            request: asked_for.to_string(),
            reason: "wrong credentials".to_owned(),
            left_out,
        })
    }

    /// What the audit log is to say of a token that is none any more, unless there are too many of them.
    pub(super) fn ended(&self, request: &Request, asked_for: &AskedFor, reason: &str) -> Option<FailedLogin> {
        let left_out = self.failures.one_more(Instant::now())?;
        Some(FailedLogin {
            claimed: self.app.credentials().claimed(authorization(request)),
            origin: origin(request),
            request: asked_for.to_string(),
            reason: reason.to_owned(),
            left_out,
        })
    }

    pub(super) async fn note_failed_login(&self, failed: Option<FailedLogin>) {
        let Some(failed) = failed else {
            return;
        };
        let denial = Denial {
            request: failed.request,
            reason: &failed.reason,
            left_out: failed.left_out,
        };
        self.app
            .note_failed_login(failed.claimed, &failed.origin, denial)
            .await;
    }

    /// Writes into the audit log that somebody may not do what they asked for, unless that happens too often.
    pub(super) async fn note_denied(&self, who: &Principal, asked_for: &AskedFor, reason: &str) {
        if let Some(left_out) = self.denials.one_more(Instant::now()) {
            let denial = Denial {
                request: asked_for.to_string(),
                reason,
                left_out,
            };
            self.app.note_denied(who, denial).await;
        }
    }
}

/// The `Authorization` header of a request; empty if it has none that is a text.
fn authorization(request: &Request) -> &str {
    let header = request.headers().get(header::AUTHORIZATION);
    header.and_then(|value| value.to_str().ok()).unwrap_or_default()
}

//! The middleware that stands before every handler.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::{
    Access, Asker, Credentials, Principal, failures::Failures, permission::Permission, throttle::Throttle,
};
use crate::{
    config::Config,
    http::{Client, Failure},
    log_text::bounded,
    metrics::AuthFailure,
};

/// How many answers to wrong credentials wait at once; whoever comes then is told to come later.
const WAITING: usize = 20;
/// How long each takes.
const PAUSE: Duration = Duration::from_millis(100);
const CHALLENGE: &str = "Basic realm=\"contract-broker\", charset=\"UTF-8\"";

/// What the middleware decides by. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Guard {
    credentials: Arc<Credentials>,
    public_read: bool,
    public_health: bool,
    public_badges: bool,
    throttle: Throttle,
    failures: Failures,
}

impl Guard {
    /// The guard that the settings ask for. Without any account it lets everyone do everything.
    pub fn new(config: &Config) -> Self {
        Self {
            credentials: Arc::new(Credentials::new(config)),
            public_read: config.auth_public_read,
            public_health: config.auth_public_health,
            public_badges: config.auth_public_badges,
            throttle: Throttle::new(WAITING, PAUSE),
            failures: Failures::default(),
        }
    }

    fn decide(
        &self,
        needed: Permission,
        headers: &HeaderMap,
        asker: Option<&Asker>,
    ) -> Result<Principal, Refusal> {
        if self.credentials.is_empty() {
            let access = Access::Write;
            return Ok(Principal::Anonymous { access });
        }
        let given = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| self.credentials.account(value));
        if let (Some(asker), Some(account)) = (asker, given) {
            asker.is_called(&account.name);
        }
        match given {
            Some(account) if account.access >= needed.access() => Ok(Principal::Account {
                name: account.name.clone(),
                access: account.access,
            }),
            Some(_) => Err(Refusal::ReadOnly),
            None if self.is_public(needed) => Ok(Principal::Anonymous { access: Access::Read }),
            None => Err(Refusal::Unknown),
        }
    }

    /// Writes a failed login down, unless there are too many of them.
    fn log_failure(&self, request: &Request) {
        let asker = request.extensions().get::<Asker>();
        let Some(left_out) = self.failures.one_more(Instant::now()) else {
            asker.into_iter().for_each(Asker::floods);
            return;
        };
        let header = request.headers().get(header::AUTHORIZATION);
        let header = header.and_then(|value| value.to_str().ok()).unwrap_or_default();
        let client = request.extensions().get::<Client>();
        tracing::warn!(
            user = self.credentials.claimed(header),
            address = client.map(|client| tracing::field::display(client.0)),
            method = request.method().as_str(),
            path = bounded(request.uri().path(), 256),
            not_logged_before = (left_out > 0).then_some(left_out),
            "login failed: wrong credentials"
        );
    }

    fn is_public(&self, needed: Permission) -> bool {
        match needed {
            Permission::SeeHealth => self.public_health || self.public_read,
            Permission::SeeBadge => self.public_badges || self.public_read,
            Permission::Read => self.public_read,
            Permission::Write => false,
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Refusal {
    Unknown,
    ReadOnly,
    TooMany,
}

/// Lets a request through with its [`Principal`] among its extensions, or answers 401 (nobody is known by these
/// credentials) or 403 (they may only read). Answers to wrong credentials are slow, and 429 when too many wait, so
/// that guessing takes long; a request without credentials is answered at once. For `axum::middleware::from_fn_with_state`
/// on a router, which has chosen the route by then.
pub async fn guard(State(guard): State<Guard>, mut request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let needed = Permission::needed(request.method(), route);
    let asker = request.extensions().get::<Asker>();
    match guard.decide(needed, request.headers(), asker) {
        Ok(principal) => {
            request.extensions_mut().insert(principal);
            next.run(request).await
        }
        Err(Refusal::Unknown) if request.headers().contains_key(header::AUTHORIZATION) => {
            guard.log_failure(&request);
            let refusal = if guard.throttle.wait().await {
                Refusal::Unknown
            } else {
                Refusal::TooMany
            };
            refusal.counted_answer()
        }
        Err(refusal @ Refusal::ReadOnly) => refusal.counted_answer(),
        Err(refusal) => refusal.answer(),
    }
}

impl Refusal {
    /// The answer to somebody who said who they are, for those who count.
    fn counted_answer(self) -> Response {
        let mut response = self.answer();
        response.extensions_mut().insert(match self {
            Self::Unknown => AuthFailure::Unknown,
            Self::ReadOnly => AuthFailure::Forbidden,
            Self::TooMany => AuthFailure::Throttled,
        });
        response
    }

    fn answer(self) -> Response {
        let (status, message) = match self {
            Self::Unknown => (
                StatusCode::UNAUTHORIZED,
                "authentication is needed: send a user name and password (basic) or a token (bearer) that this broker knows",
            ),
            Self::ReadOnly => (
                StatusCode::FORBIDDEN,
                "these credentials may only read: use an account or token that may write",
            ),
            Self::TooMany => (
                StatusCode::TOO_MANY_REQUESTS,
                "too many requests with wrong credentials: check the user name and password or the token, and try later",
            ),
        };
        let mut response = Failure::Status(status, message.to_owned()).into_response();
        let header = match self {
            Self::Unknown => Some((header::WWW_AUTHENTICATE, CHALLENGE)),
            Self::TooMany => Some((header::RETRY_AFTER, "5")),
            Self::ReadOnly => None,
        };
        if let Some((name, value)) = header {
            response
                .headers_mut()
                .insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use axum::{Extension, Router, body::Body, middleware::from_fn_with_state, routing::any};
    use http::Method;
    use tower::ServiceExt as _;

    use super::*;
    use crate::http::address;

    fn app(config: &Config) -> Router {
        let handler = || any(|Extension(who): Extension<Principal>| async move { format!("{who:?}") });
        address::HEALTH
            .into_iter()
            .chain([address::FOR_VERIFICATION.route(), address::badge::LATEST.route()])
            .fold(Router::new(), |router, route| router.route(route, handler()))
            .fallback(handler())
            .layer(from_fn_with_state(Guard::new(config), guard))
    }

    async fn status(app: &Router, method: Method, path: &str, authorization: &str) -> u16 {
        let mut request = Request::builder().method(method).uri(path);
        if !authorization.is_empty() {
            request = request.header("authorization", authorization);
        }
        let request = request.body(Body::empty()).expect("a request");
        let response = app.clone().oneshot(request).await.expect("the router answers");
        let challenged = response.headers().contains_key(header::WWW_AUTHENTICATE);
        assert_eq!(challenged, response.status() == StatusCode::UNAUTHORIZED);
        response.status().as_u16()
    }

    fn protected() -> Config {
        Config {
            auth_tokens: vec!["writer".into()],
            auth_read_only_tokens: vec!["reader".into()],
            ..Config::default()
        }
    }

    #[tokio::test]
    async fn a_broker_without_accounts_is_open() {
        assert_eq!(
            status(&app(&Config::default()), Method::DELETE, "/integrations", "").await,
            200
        );
    }

    #[tokio::test]
    async fn readers_read_and_writers_write() {
        let app = app(&protected());
        for (method, path, authorization, expected) in [
            (Method::GET, "/", "", 401),
            (Method::GET, "/", "Bearer nobody", 401),
            (Method::GET, "/", "Bearer reader", 200),
            (
                Method::POST,
                "/pacts/provider/p/for-verification",
                "Bearer reader",
                200,
            ),
            (Method::POST, "/contracts/publish", "Bearer reader", 403),
            (Method::POST, "/contracts/publish", "Bearer writer", 200),
            (Method::GET, "/healthz", "", 200),
            (Method::GET, "/diagnostic/status/heartbeat", "", 200),
            (Method::POST, "/healthz", "", 401),
            (Method::GET, "/pacts/provider/p/consumer/c/latest/badge", "", 401),
        ] {
            assert_eq!(
                status(&app, method.clone(), path, authorization).await,
                expected,
                "{method} {path}"
            );
        }
    }

    #[tokio::test]
    async fn the_public_may_see_what_the_operator_opens() {
        let open = app(&Config {
            auth_public_read: true,
            ..protected()
        });
        assert_eq!(status(&open, Method::GET, "/pacticipants", "").await, 200);
        assert_eq!(status(&open, Method::PUT, "/pacticipants/a", "").await, 401);
        let badges = app(&Config {
            auth_public_badges: true,
            auth_public_health: false,
            ..protected()
        });
        assert_eq!(
            status(
                &badges,
                Method::GET,
                "/pacts/provider/p/consumer/c/latest/badge",
                ""
            )
            .await,
            200
        );
        for path in ["/healthz", "/pacticipants/badge", "/webhooks/provider/badge.svg"] {
            assert_eq!(status(&badges, Method::GET, path, "").await, 401, "{path}");
        }
    }
}

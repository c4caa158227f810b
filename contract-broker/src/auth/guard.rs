//! The middleware that stands before every handler.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse as _, Redirect, Response},
};
use http::{HeaderValue, Method, StatusCode, header, uri::PathAndQuery};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{
    Access, Asker, Caller, Cookies, Known, Origin, Principal, SessionText, cookie, credentials::Given,
    failures::Failures, needs::Need, refused::AskedFor, throttle::Throttle,
};
use crate::{
    app::{self, App},
    domain::access::{Right, Tie},
    http::{Client, Failure, address, negotiation},
    log_text::bounded,
    metrics::AuthFailure,
};

/// How many answers to wrong credentials wait at once; whoever comes then is told to come later.
const WAITING: usize = 20;
/// How long each takes.
const PAUSE: Duration = Duration::from_millis(100);
/// What somebody who is not known is told, and how they can say who they are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Challenge {
    pub(crate) header: &'static str,
    pub(crate) message: &'static str,
}

/// The challenge of a broker, and of a tenant at its host. Requests with another one among their extensions get that.
const CHALLENGE: Challenge = Challenge {
    header: "Basic realm=\"contract-broker\", charset=\"UTF-8\"",
    message: "authentication is needed: send a user name and password (basic) or a token (bearer) that this broker knows",
};

/// What the middleware decides by. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Guard {
    pub(super) app: Arc<App>,
    public_read: bool,
    public_health: bool,
    public_badges: bool,
    /// Where people log in.
    cookies: Option<Arc<Cookies>>,
    throttle: Throttle,
    pub(super) failures: Failures,
    pub(super) denials: Failures,
}

impl Guard {
    /// The guard that the settings ask for. As long as there is neither an account in the settings nor a token of the
    /// database it lets everyone do everything.
    pub(crate) fn new(app: &Arc<App>) -> Self {
        let config = &app.config;
        Self {
            public_read: config.auth_public_read,
            public_health: config.auth_public_health,
            public_badges: config.auth_public_badges,
            cookies: Cookies::new(config).map(Arc::new),
            throttle: Throttle::new(WAITING, PAUSE),
            failures: Failures::default(),
            denials: Failures::default(),
            app: app.clone(),
        }
    }

    async fn decide(&self, asked: Asked, need: Need) -> Result<Principal, Refusal> {
        let Asked {
            authorization,
            session,
            asker,
            origin,
        } = asked;
        let header = authorization.as_deref();
        let is_called = |name: &Arc<str>| {
            if let Some(asker) = &asker {
                asker.is_called(name);
            }
        };
        // Whoever comes to log in is nobody yet, whatever credentials the client sends for itself.
        if need == Need::LogIn {
            return Ok(Principal::anonymous(origin));
        }
        let credentials = self.app.credentials();
        if let Some(account) = header.and_then(|value| credentials.account(value)) {
            is_called(&account.name);
            let name = account.name.clone();
            return allowed(
                Principal::of_access(Caller::Settings, name, account.access, origin),
                need,
            );
        }
        let given = header.and_then(Given::read);
        if let Some(token) = given.and_then(|given| given.token()) {
            match self.app.holder(&token).await.map_err(Refusal::of)? {
                Known::Nobody => {}
                Known::Ended(message) => return Err(Refusal::Ended(message)),
                Known::Holder(account) => {
                    let name: Arc<str> = account.name.as_str().into();
                    is_called(&name);
                    return allowed(account.principal(origin), need);
                }
            }
        }
        if let (None, Some(session)) = (header, session)
            && let Known::Holder(account) = self.app.session_holder(&session).await.map_err(Refusal::of)?
        {
            let name: Arc<str> = account.name.as_str().into();
            is_called(&name);
            return allowed(account.principal(origin), need);
        }
        let anonymous = |access| {
            Ok(Principal::of_access(
                Caller::Anonymous,
                "-",
                access,
                origin.clone(),
            ))
        };
        // Health is told even where the database cannot be asked.
        if !matches!(need, Need::To(_)) && self.is_public(need) {
            return anonymous(Access::Read);
        }
        if credentials.is_empty() && self.app.is_open().await.map_err(Refusal::of)? {
            return anonymous(Access::Write);
        }
        if self.is_public(need) {
            return anonymous(Access::Read);
        }
        Err(Refusal::Unknown)
    }

    /// Sends a browser to the login, and back to where it wanted to go.
    fn to_login(&self, request: &Request) -> Response {
        let base = self.app.config.base_url.as_deref().unwrap_or_default();
        let path = request.uri().path_and_query().map_or("/", PathAndQuery::as_str);
        let back = utf8_percent_encode(path, NON_ALPHANUMERIC);
        let login = format!("{base}{}?back={back}", address::LOGIN.route());
        Redirect::to(&login).into_response()
    }

    fn is_public(&self, need: Need) -> bool {
        match need {
            Need::SeeHealth => self.public_health || self.public_read,
            Need::SeeBadge => self.public_badges || self.public_read,
            Need::LogIn => true,
            Need::To(_) => {
                let rights = need.rights();
                self.public_read && !rights.is_empty() && rights.into_iter().all(is_of_contracts)
            }
        }
    }
}

/// Whether the cookie of a session counts. A browser says which page makes it send a change; the layers before refuse what comes
/// from another site. What does not say it comes from no browser that sends sessions.
fn may_use_session(request: &Request) -> bool {
    let headers = request.headers();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    reads || headers.contains_key("sec-fetch-site") || headers.contains_key(header::ORIGIN)
}

/// Whether a browser wants to show what it asks for.
fn shows_page(request: &Request) -> bool {
    *request.method() == Method::GET && negotiation::wants_page(request.headers())
}

/// What the operator can open to everyone: contracts and where they are, nothing about people.
fn is_of_contracts(right: Right) -> bool {
    matches!(right, Right::ContractRead | Right::EnvironmentRead)
}

/// Lets somebody through who may do what the route is for, if only to some of what there is: the use case decides about the
/// rest.
fn allowed(who: Principal, need: Need) -> Result<Principal, Refusal> {
    let rights = need.rights();
    match rights.first() {
        Some(first) if !rights.iter().any(|right| who.may(*right, Tie::ANY)) => Err(Refusal::Forbidden {
            message: app::missing(&who, *first),
            who,
        }),
        _ => Ok(who),
    }
}

/// What of a request decides who asks.
struct Asked {
    authorization: Option<String>,
    session: Option<SessionText>,
    asker: Option<Asker>,
    origin: Origin,
}

impl Asked {
    fn of(request: &Request, cookies: Option<&Cookies>) -> Self {
        let header = request.headers().get(header::AUTHORIZATION);
        let session = cookies.and_then(|cookies| cookie(request.headers(), cookies.session()));
        Self {
            session: session
                .filter(|_| may_use_session(request))
                .and_then(SessionText::read),
            authorization: header.and_then(|value| value.to_str().ok()).map(str::to_owned),
            asker: request.extensions().get::<Asker>().cloned(),
            origin: origin(request),
        }
    }
}

/// How a request came.
pub(super) fn origin(request: &Request) -> Origin {
    let header = |name: &str| {
        let value = request.headers().get(name)?.to_str().ok()?;
        Some(bounded(value, 256))
    };
    let route = request.extensions().get::<MatchedPath>();
    Origin {
        method: Some(request.method().to_string()),
        path: Some(bounded(request.uri().path(), 256)),
        route: route.map(|route| route.as_str().to_owned()),
        ip: request.extensions().get::<Client>().map(|client| client.0),
        user_agent: header("user-agent"),
        request_id: header("x-request-id"),
        ..Origin::default()
    }
}

#[derive(Debug, Clone)]
enum Refusal {
    Unknown,
    /// The token was right once.
    Ended(String),
    Forbidden {
        who: Principal,
        message: String,
    },
    TooMany,
    Unavailable(&'static str),
    Internal(String),
}

/// Lets a request through with its [`Principal`] among its extensions, or answers 401 (nobody is known by these
/// credentials) or 403 (with the permission that is missing). Answers to wrong credentials are slow, and 429 when too many wait, so
/// that guessing takes long; a request without credentials is answered at once. For `axum::middleware::from_fn_with_state`
/// on a router, which has chosen the route by then.
pub(crate) async fn guard(State(guard): State<Guard>, mut request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let need = Need::of(request.method(), route);
    let asked_for = AskedFor::of(&request);
    let asked = Asked::of(&request, guard.cookies.as_deref());
    let asker = asked.asker.clone().unwrap_or_default();
    let challenge = request.extensions().get().copied().unwrap_or(CHALLENGE);
    match guard.decide(asked, need).await {
        Ok(principal) => {
            asker.is(&principal);
            request.extensions_mut().insert(principal.clone());
            let response = next.run(request).await;
            if response.status() == StatusCode::FORBIDDEN {
                let failure = response.extensions().get::<Failure>();
                let reason = failure.map_or_else(|| "not allowed".to_owned(), Failure::to_string);
                guard.note_denied(&principal, &asked_for, &reason).await;
            }
            response
        }
        Err(Refusal::Unknown) if request.headers().contains_key(header::AUTHORIZATION) => {
            let failed = guard.wrong_credentials(&request, &asked_for);
            guard.note_failed_login(failed).await;
            let refusal = if guard.throttle.wait().await {
                Refusal::Unknown
            } else {
                Refusal::TooMany
            };
            refusal.counted_answer(challenge)
        }
        Err(Refusal::Unknown) if guard.cookies.is_some() && shows_page(&request) => guard.to_login(&request),
        Err(refusal @ Refusal::Unknown) => refusal.answer(challenge),
        Err(refusal) => {
            match &refusal {
                Refusal::Forbidden { who, message } => {
                    asker.is(who);
                    guard.note_denied(who, &asked_for, message).await;
                }
                Refusal::Ended(message) => {
                    let failed = guard.ended(&request, &asked_for, message);
                    guard.note_failed_login(failed).await;
                }
                _ => {}
            }
            refusal.counted_answer(challenge)
        }
    }
}

impl Refusal {
    fn of(error: app::Error) -> Self {
        match error {
            app::Error::Unavailable(message) => Self::Unavailable(message),
            error => Self::Internal(error.to_string()),
        }
    }

    /// The answer to somebody who said who they are, for those who count.
    fn counted_answer(self, challenge: Challenge) -> Response {
        let reason = match &self {
            Self::Unknown => Some(AuthFailure::Unknown),
            Self::Ended(_) => Some(AuthFailure::Expired),
            Self::Forbidden { .. } => Some(AuthFailure::Forbidden),
            Self::TooMany => Some(AuthFailure::Throttled),
            Self::Unavailable(_) | Self::Internal(_) => None,
        };
        let mut response = self.answer(challenge);
        if let Some(reason) = reason {
            response.extensions_mut().insert(reason);
        }
        response
    }

    fn answer(self, challenge: Challenge) -> Response {
        let header = match &self {
            Self::Unknown | Self::Ended(_) => Some((header::WWW_AUTHENTICATE, challenge.header)),
            Self::TooMany => Some((header::RETRY_AFTER, "5")),
            Self::Forbidden { .. } | Self::Unavailable(_) | Self::Internal(_) => None,
        };
        let failure = match self {
            Self::Unknown => Failure::Status(StatusCode::UNAUTHORIZED, challenge.message.to_owned()),
            Self::Ended(message) => Failure::Status(StatusCode::UNAUTHORIZED, message),
            Self::Forbidden { message, .. } => Failure::Status(StatusCode::FORBIDDEN, message),
            Self::TooMany => Failure::Status(
                StatusCode::TOO_MANY_REQUESTS,
                "too many requests with wrong credentials: check the user name and password or the token, and try later"
                    .to_owned(),
            ),
            Self::Unavailable(message) => Failure::Unavailable(message),
            Self::Internal(problem) => Failure::internal(&problem),
        };
        let mut response = failure.into_response();
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
    use tower::ServiceExt as _;

    use super::*;
    use crate::config::Config;

    async fn app(config: Config) -> Router {
        let handler = || any(|Extension(who): Extension<Principal>| async move { format!("{who:?}") });
        let guard_of = Guard::new(&Arc::new(App::for_tests(config).await));
        address::HEALTH
            .into_iter()
            .chain([
                address::FOR_VERIFICATION.route(),
                address::badge::LATEST.route(),
                address::PUBLISH.route(),
            ])
            .fold(Router::new(), |router, route| router.route(route, handler()))
            .fallback(handler())
            .layer(from_fn_with_state(guard_of, guard))
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
            status(&app(Config::default()).await, Method::DELETE, "/integrations", "").await,
            200
        );
    }

    #[tokio::test]
    async fn readers_read_and_writers_write() {
        let app = app(protected()).await;
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
        let open = app(Config {
            auth_public_read: true,
            ..protected()
        })
        .await;
        assert_eq!(status(&open, Method::GET, "/pacticipants", "").await, 200);
        assert_eq!(status(&open, Method::PUT, "/pacticipants/a", "").await, 401);
        let badges = app(Config {
            auth_public_badges: true,
            auth_public_health: false,
            ..protected()
        })
        .await;
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

//! What a person sees when a page cannot be shown.

use askama::Template;
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::{
    frame::{Frame, Reach, Viewer},
    page::{links, page},
};
use crate::{
    app,
    auth::{Asker, Challenge, Principal},
    domain::Refusal,
    http::{
        AppState,
        base_url::BaseUrl,
        error::{Failure, RETRY_AFTER},
        negotiation,
    },
    store,
};

/// Why a page cannot be shown.
#[derive(Debug, Clone)]
pub(super) struct Fault {
    pub(super) status: StatusCode,
    pub(super) title: &'static str,
    pub(super) message: String,
}

pub(super) type Result<T, E = Fault> = std::result::Result<T, E>;

impl Fault {
    pub(super) fn missing(message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            title: "Not found",
            message: message.into(),
        }
    }

    pub(super) fn internal(error: &dyn std::fmt::Display) -> Self {
        let reference = uuid::Uuid::new_v4().simple().to_string();
        tracing::error!(%error, %reference, "a page failed");
        Self::reported(&reference)
    }

    /// What the log has under a reference.
    fn reported(reference: &str) -> Self {
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            title: "Something went wrong",
            message: format!("The broker's log has the details under the reference {reference}."),
        }
    }
}

impl From<app::Error> for Fault {
    fn from(error: app::Error) -> Self {
        match error {
            app::Error::Refused(Refusal::NotFound(message)) => Self::missing(message),
            app::Error::Refused(refusal) => Self {
                status: StatusCode::BAD_REQUEST,
                title: "This cannot be shown",
                message: refusal.to_string(),
            },
            app::Error::Forbidden(message) => Self {
                status: StatusCode::FORBIDDEN,
                title: "Not allowed",
                message,
            },
            app::Error::Unavailable(message) => Self {
                status: StatusCode::SERVICE_UNAVAILABLE,
                title: "Not available at the moment",
                message: message.to_owned(),
            },
            app::Error::Unreadable(_) | app::Error::Encryption(_) => Self {
                status: StatusCode::INTERNAL_SERVER_ERROR,
                title: "This cannot be read",
                message: error.to_string(),
            },
            app::Error::Internal(problem) => Self::internal(&problem),
        }
    }
}

impl From<store::Error> for Fault {
    fn from(error: store::Error) -> Self {
        app::Error::from(error).into()
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => app::Error::Refused(refusal).into(),
            Failure::Status(status, message) => Self {
                status,
                title: match status {
                    StatusCode::UNAUTHORIZED => "Who are you?",
                    StatusCode::FORBIDDEN => "Not allowed",
                    StatusCode::NOT_FOUND => "Not found",
                    _ => "This cannot be shown",
                },
                message,
            },
            Failure::TooMany { .. } => Self {
                status: StatusCode::TOO_MANY_REQUESTS,
                title: "Too many requests",
                message: failure.to_string(),
            },
            Failure::Unavailable(message) => Self {
                status: StatusCode::SERVICE_UNAVAILABLE,
                title: "Not available at the moment",
                message: message.to_owned(),
            },
            Failure::Internal { reference } => Self::reported(&reference),
        }
    }
}

impl From<askama::Error> for Fault {
    fn from(error: askama::Error) -> Self {
        Self::internal(&error)
    }
}

#[derive(Template)]
#[template(path = "fault.html")]
struct FaultPage {
    frame: Frame,
    title: &'static str,
    message: String,
}

impl Fault {
    /// Takes the fault out of an answer, or what the failure of an address of the API is as a fault.
    pub(super) fn taken_from(response: &mut Response) -> Option<Self> {
        let fault = response.extensions_mut().remove::<Self>();
        let failure = response.extensions_mut().remove::<Failure>();
        fault.or_else(|| failure.map(Self::from))
    }

    /// Returns the page, for whoever asks.
    fn page(self, base: &BaseUrl, who: Option<&Principal>) -> Response {
        let Self {
            status,
            title,
            message,
        } = self;
        let frame = Frame {
            links: links(base),
            base_url: base.as_str().to_owned(),
            section: None,
            viewer: who.map_or(Viewer::Nobody, Viewer::known),
            reach: who.map(Reach::of).unwrap_or_default(),
        };
        let template = FaultPage {
            frame,
            title,
            message,
        };
        page(status, template).unwrap_or_else(|_| status.into_response())
    }
}

/// Shows faults of pages, and failures of the API to browsers, which prefer HTML.
pub(crate) async fn failures_as_pages(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    if !prefers_pages(request.headers()) {
        return next.run(request).await;
    }
    let base = BaseUrl::of(state.config.base_url.as_deref(), request.headers());
    let asker = request.extensions().get::<Asker>().cloned().unwrap_or_default();
    // The answer to a wrong token is the same whichever tenant it names, and no tenant has a page for it.
    let by_token = request.extensions().get::<Challenge>().is_some();
    let mut response = next.run(request).await;
    let has_page = response.extensions().get::<Fault>().is_some();
    if !has_page && by_token && response.status() == StatusCode::UNAUTHORIZED {
        return response;
    }
    if let Some(fault) = Fault::taken_from(&mut response) {
        put_into(&mut response, fault.page(&base, asker.principal()));
    }
    response
}

/// Returns whether a client, such as a browser, wants pages rather than documents.
pub(super) fn prefers_pages(headers: &HeaderMap) -> bool {
    let types = ["application/hal+json", "text/html"];
    negotiation::choose(headers, &types) == Some("text/html")
}

/// Puts a page in the place of what an answer says; status and other headers stay.
pub(super) fn put_into(response: &mut Response, page: Response) {
    let (page, body) = page.into_parts();
    *response.body_mut() = body;
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response.headers_mut().extend(page.headers);
}

impl IntoResponse for Fault {
    /// As a failure of the API, by which the guard writes down why something was refused; [`failures_as_pages`] shows
    /// it to browsers.
    fn into_response(self) -> Response {
        let mut response = Failure::Status(self.status, self.message.clone()).into_response();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            let after = HeaderValue::from_static(RETRY_AFTER);
            response.headers_mut().insert(header::RETRY_AFTER, after);
        }
        response.extensions_mut().insert(self);
        response
    }
}

//! Logins in browsers.

use askama::Template;
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;

use super::{
    fault::Result,
    frame::{Frame, Section},
    page::{frame, links, page as render},
    relative_time::RelativeTime,
};
use crate::{
    auth::Via,
    domain::time::{iso, now},
    http::{call::Call, path::Path, request_body::Form},
    store::identity::sessions::Session,
};

#[derive(Template)]
#[template(path = "sessions.html")]
struct SessionsPage {
    frame: Frame,
    who: String,
    /// The uuid of the account, unless it is one's own.
    of: String,
    sessions: Vec<Shown>,
}

struct Shown {
    uuid: String,
    browser: String,
    address: String,
    began: RelativeTime,
    used: RelativeTime,
    expires: String,
    current: bool,
}

/// `GET /settings/sessions`
pub(super) async fn own(call: Call) -> Result<Response> {
    let found = call.app().own_sessions(&call.who).await?;
    let who = match call.who.account() {
        Some(_) => call.who.name().to_owned(),
        None => "credentials that belong to no account".to_owned(),
    };
    show(&call, who, String::new(), found)
}

/// `GET /admin/users/{uuid}/sessions`
pub(super) async fn of_account(call: Call, Path(uuid): Path<String>) -> Result<Response> {
    let found = call.app().sessions_of(&call.who, &uuid).await?;
    let account = call.app().account(&call.who, &uuid).await?.account;
    show(&call, account.fields.name, uuid, found)
}

/// `POST /settings/sessions/{uuid}/revoke` from a form.
pub(super) async fn end(call: Call, Path(uuid): Path<String>, Form(form): Form) -> Result<Response> {
    call.app().end_session(&call.who, &uuid).await?;
    let links = links(&call.base);
    let back = match form.get("of") {
        Some(of) => links.sessions_of(of),
        None => links.own_sessions(),
    };
    Ok(Redirect::to(&back).into_response())
}

fn show(call: &Call, who: String, of: String, found: Vec<Session>) -> Result<Response> {
    let now = now();
    let current = match call.who.account().map(|account| &account.via) {
        Some(Via::Session(uuid)) => Some(uuid),
        _ => None,
    };
    let shown = |session: Session| Shown {
        current: current == Some(&session.uuid),
        uuid: session.uuid,
        browser: session
            .user_agent
            .unwrap_or_else(|| "an unnamed browser".to_owned()),
        address: session.address.unwrap_or_default(),
        began: RelativeTime::new(session.created_at, now),
        used: RelativeTime::new(session.used_at, now),
        expires: iso(session.expires_at),
    };
    render(
        StatusCode::OK,
        SessionsPage {
            frame: frame(call, Some(Section::Accounts)),
            who,
            of,
            sessions: found.into_iter().map(shown).collect(),
        },
    )
}

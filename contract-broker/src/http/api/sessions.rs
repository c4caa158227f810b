//! Logins in browsers.

use http::StatusCode;

use crate::http::{address, call::Call, error::Result, hal::Hal, path::Path, resource::SessionList};

pub(super) async fn own(call: Call) -> Result<Hal<SessionList>> {
    let found = call.app().own_sessions(&call.who).await?;
    let href = call.base.to(address::OWN_SESSIONS, []);
    Ok(Hal::ok(SessionList::of(&call.base, href, &call.who, &found)))
}

pub(super) async fn of_account(call: Call, Path(uuid): Path<String>) -> Result<Hal<SessionList>> {
    let found = call.app().sessions_of(&call.who, &uuid).await?;
    let href = call.base.to(address::SESSIONS_OF, [&uuid]);
    Ok(Hal::ok(SessionList::of(&call.base, href, &call.who, &found)))
}

pub(super) async fn end(call: Call, Path(uuid): Path<String>) -> Result<StatusCode> {
    call.app().end_session(&call.who, &uuid).await?;
    Ok(StatusCode::NO_CONTENT)
}

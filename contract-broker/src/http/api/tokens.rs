//! Tokens and preferences.

use http::StatusCode;
use serde_json::{Map, Value};

use crate::{
    app::TokenRequest,
    domain::{Refusal, access::check, name, time},
    http::{
        address,
        call::Call,
        error::Result,
        hal::Hal,
        member::{Members, any_text},
        path::{At, Path},
        request_body::Json,
        resource::{PreferenceList, TokenDocument, TokenList},
    },
};

pub(super) async fn own(call: Call) -> Result<Hal<TokenList>> {
    let found = call.app().own_tokens(&call.who).await?;
    let href = call.base.to(address::OWN_TOKENS, []);
    Ok(Hal::ok(TokenList::of(&call.base, href, &found)?))
}

pub(super) async fn of_system_account(call: Call, Path(uuid): Path<String>) -> Result<Hal<TokenList>> {
    let found = call.app().tokens_of(&call.who, &uuid).await?;
    let href = call.base.to(address::SYSTEM_ACCOUNT_TOKENS, [&uuid]);
    Ok(Hal::ok(TokenList::of(&call.base, href, &found)?))
}

fn expiry(members: &mut Members<'_>) -> Option<i64> {
    let text = members.text("expiresAt", any_text)?;
    let time = time::parse(&text);
    if time.is_none() {
        members.fault(
            "expiresAt",
            "must be a date, or a time such as 2027-01-31T10:00:00Z",
        );
    }
    time
}

fn read(map: &Map<String, Value>) -> Result<TokenRequest, Refusal> {
    let mut members = Members::of(map);
    let name = members.required_text("description", name::fault);
    let read_only = members.flag("readOnly").unwrap_or(false);
    let expires_at = expiry(&mut members);
    let permissions = members.texts("permissions");
    for permission in permissions.iter().flatten() {
        if let Err(problem) = check(permission) {
            members.fault("permissions", problem);
        }
    }
    members.finish()?;
    Ok(TokenRequest {
        name,
        read_only,
        permissions,
        expires_at,
    })
}

pub(super) async fn create(call: Call, body: Json) -> Result<Hal<TokenDocument>> {
    let issued = call
        .app()
        .create_own_token(&call.who, read(&body.object()?)?)
        .await?;
    let location = call.base.to(address::TOKEN, [&issued.token.uuid]);
    Ok(Hal::created(
        location,
        TokenDocument::issued(&call.base, &issued)?,
    ))
}

pub(super) async fn create_of_system_account(
    call: Call,
    Path(uuid): Path<String>,
    body: Json,
) -> Result<Hal<TokenDocument>> {
    let issued = call
        .app()
        .create_token_of(&call.who, &uuid, read(&body.object()?)?)
        .await?;
    let location = call.base.to(address::TOKEN, [&issued.token.uuid]);
    Ok(Hal::created(
        location,
        TokenDocument::issued(&call.base, &issued)?,
    ))
}

pub(super) async fn renew(call: Call, Path(uuid): Path<String>, body: Json) -> Result<Hal<TokenDocument>> {
    let map = body.object()?;
    let mut members = Members::of(&map);
    let overlap = match members.value("overlapSeconds") {
        None => 0,
        Some(seconds) => seconds.as_i64().unwrap_or_else(|| {
            members.fault("overlapSeconds", "must be a whole number");
            0
        }),
    };
    let expires_at = expiry(&mut members);
    members.finish()?;
    let overlap = overlap.saturating_mul(1_000_000);
    let issued = call
        .app()
        .renew_token(&call.who, &uuid, overlap, expires_at)
        .await?;
    let location = call.base.to(address::TOKEN, [&uuid]);
    Ok(Hal::created(
        location,
        TokenDocument::issued(&call.base, &issued)?,
    ))
}

pub(super) async fn revoke(call: Call, Path(uuid): Path<String>) -> Result<StatusCode> {
    call.app().revoke_token(&call.who, &uuid).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Returns an empty list: there are no preferences yet.
pub(super) async fn preferences(call: Call, at: At) -> Hal<PreferenceList> {
    Hal::ok(PreferenceList::none(call.base.join(&at.path)))
}

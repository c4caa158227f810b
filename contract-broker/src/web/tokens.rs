//! Tokens of an account. A value is shown once, when it is made.

use askama::Template;
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;

use super::{
    fault::Result,
    form::{Choice, action, chosen, named, optional, refused, unknown_action},
    frame::{Frame, Section},
    page::{frame, links, page as render},
    relative_time::RelativeTime,
    roles::choices,
};
use crate::{
    app::{IssuedToken, TokenLeave, TokenRequest},
    auth::Principal,
    domain::{
        access::{Right, Tie, check},
        time::{self, now},
    },
    http::{call::Call, path::Path, query::Query, request_body::Form},
    store::identity::{accounts::Kind, tokens::Token},
};

#[derive(Template)]
#[template(path = "tokens.html")]
struct TokensPage {
    frame: Frame,
    who: String,
    /// Where a form makes another one; empty if whoever asks may not.
    action: String,
    tokens: Vec<ShownToken>,
    /// What a new token can be narrowed to.
    permissions: Vec<Choice>,
    /// The value of the token that was just made: it is shown once.
    issued: Option<String>,
}

struct ShownToken {
    uuid: String,
    name: String,
    read_only: bool,
    permissions: Vec<String>,
    status: Status,
    made: RelativeTime,
    used: Option<RelativeTime>,
    expires: Option<String>,
    may: TokenLeave,
}

/// What a token can be used for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Status {
    InUse,
    WithoutValue,
    Expired,
    Revoked,
}

impl Status {
    fn class(self) -> &'static str {
        match self {
            Self::InUse => "good",
            Self::WithoutValue => "none",
            Self::Expired | Self::Revoked => "bad",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::InUse => "in use",
            Self::WithoutValue => "no value yet",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }

    fn is_revoked(self) -> bool {
        self == Self::Revoked
    }
}

impl ShownToken {
    fn of(token: Token, may: TokenLeave) -> Result<Self> {
        let now = now();
        let status = if token.revoked_at.is_some() {
            Status::Revoked
        } else if token.expires_at.is_some_and(|at| at <= now) {
            Status::Expired
        } else if token.issued {
            Status::InUse
        } else {
            Status::WithoutValue
        };
        Ok(Self {
            permissions: token.permissions()?.unwrap_or_default(),
            uuid: token.uuid,
            name: token.name,
            read_only: token.read_only,
            status,
            made: RelativeTime::new(token.renewed_at.unwrap_or(token.created_at), now),
            used: token.last_used_at.map(|at| RelativeTime::new(at, now)),
            expires: token.expires_at.map(crate::domain::time::iso),
            may,
        })
    }
}

/// `GET /settings/tokens`
pub(super) async fn own(call: Call) -> Result<Response> {
    show_own(&call, None).await
}

/// `POST /settings/tokens` from a form.
pub(super) async fn create_own(call: Call, Form(form): Form) -> Result<Response> {
    let issued = call.app().create_own_token(&call.who, request(&form)?).await?;
    show_own(&call, Some(issued)).await
}

/// `POST /settings/tokens/{uuid}/regenerate` from a form.
pub(super) async fn renew(call: Call, Path(uuid): Path<String>, Form(form): Form) -> Result<Response> {
    let overlap = match form.get("overlap").map(str::parse::<i64>) {
        None => 0,
        Some(Ok(seconds)) => seconds.saturating_mul(1_000_000),
        Some(Err(_)) => return Err(refused("overlap", "must be a number of seconds")),
    };
    let issued = call.app().renew_token(&call.who, &uuid, overlap, None).await?;
    let owner = Owner::of(&call, &issued.token).await?;
    show_of_owner(&call, owner, Some(issued)).await
}

/// `POST /settings/tokens/{uuid}` from a form.
pub(super) async fn change(call: Call, Path(uuid): Path<String>, Form(form): Form) -> Result<Response> {
    if action(&form) != "revoke" {
        return Err(unknown_action(&form));
    }
    let token = call.app().token(&call.who, &uuid).await?;
    let owner = Owner::of(&call, &token).await?;
    call.app().revoke_token(&call.who, &uuid).await?;
    let links = links(&call.base);
    let back = match &owner {
        Owner::Own => links.own_tokens(),
        Owner::Other(uuid) => links.tokens_of(uuid),
    };
    Ok(Redirect::to(&back).into_response())
}

/// Whose tokens are shown.
enum Owner {
    /// Of the account that asks.
    Own,
    /// Of another one, by its uuid.
    Other(String),
}

impl Owner {
    async fn of(call: &Call, token: &Token) -> Result<Self> {
        if call.who.account().is_some_and(|own| own.id == token.account_id) {
            return Ok(Self::Own);
        }
        let account = call.app().owner_of_token(&call.who, token).await?;
        Ok(Self::Other(account))
    }
}

async fn show_of_owner(call: &Call, owner: Owner, issued: Option<IssuedToken>) -> Result<Response> {
    match owner {
        Owner::Own => show_own(call, issued).await,
        Owner::Other(uuid) => show_of(call, &uuid, issued).await,
    }
}

async fn show_own(call: &Call, issued: Option<IssuedToken>) -> Result<Response> {
    let found = call.app().own_tokens(&call.who).await?;
    let may_make = call.who.account().is_some() && call.who.may(Right::TokenManage, Tie::ANY);
    let action = if may_make {
        links(&call.base).own_tokens()
    } else {
        String::new()
    };
    show(call, who_asks(&call.who), action, found, issued).await
}

fn who_asks(who: &Principal) -> String {
    match who.account() {
        Some(_) => who.name().to_owned(),
        None => "credentials that belong to no account".to_owned(),
    }
}

/// `GET /admin/system-accounts/{uuid}/tokens`
pub(super) async fn of_system_account(call: Call, Path(uuid): Path<String>) -> Result<Response> {
    show_of(&call, &uuid, None).await
}

/// `POST /admin/system-accounts/{uuid}/tokens` from a form.
pub(super) async fn create_of_system_account(
    call: Call,
    Path(uuid): Path<String>,
    Form(form): Form,
) -> Result<Response> {
    let issued = call
        .app()
        .create_token_of(&call.who, &uuid, request(&form)?)
        .await?;
    show_of(&call, &uuid, Some(issued)).await
}

async fn show_of(call: &Call, uuid: &str, issued: Option<IssuedToken>) -> Result<Response> {
    let account = call.app().account(&call.who, uuid).await?.account;
    let found = call.app().tokens_of(&call.who, uuid).await?;
    let is_system = account.kind()? == Kind::System;
    let action = if is_system && call.app().may_change_account(&call.who, &account).await? {
        links(&call.base).tokens_of(uuid)
    } else {
        String::new()
    };
    show(call, account.fields.name, action, found, issued).await
}

async fn show(
    call: &Call,
    who: String,
    action: String,
    found: Vec<Token>,
    issued: Option<IssuedToken>,
) -> Result<Response> {
    let mut tokens = Vec::new();
    for token in found {
        let may = call.app().may_change_token(&call.who, &token).await?;
        tokens.push(ShownToken::of(token, may)?);
    }
    render(
        StatusCode::OK,
        TokensPage {
            frame: frame(call, Some(Section::Accounts)),
            who,
            action,
            tokens,
            permissions: choices(&call.who, &[]),
            issued: issued.map(|issued| issued.value.expose().to_owned()),
        },
    )
}

fn request(form: &Query) -> Result<TokenRequest> {
    let expires_at = match optional(form, "expiresAt") {
        None => None,
        Some(text) => Some(time::parse(&text).ok_or_else(|| refused("expiresAt", "must be a date"))?),
    };
    let permissions = chosen(form, "permission");
    for permission in &permissions {
        check(permission).map_err(|problem| refused("permissions", problem))?;
    }
    Ok(TokenRequest {
        name: named(form, "description")?,
        read_only: form.get("readOnly").is_some(),
        permissions: (!permissions.is_empty()).then_some(permissions),
        expires_at,
    })
}

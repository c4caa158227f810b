//! Accounts with their roles and teams, and tokens.

use askama::Template;
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;

use super::{
    fault::{Fault, Result},
    frame::{Frame, Section},
    page::{ROWS, frame, number, page as render},
    paging::{Paging, slice},
    relative_time::RelativeTime,
};
use crate::{
    app::{AccountDetails, IssuedToken, TokenRequest, check_email},
    auth::Principal,
    domain::{
        Refusal,
        access::{Right, Tie},
        name,
        time::now,
    },
    http::{
        call::Call,
        path::{At, Path},
        query::Query,
        request_body::Form,
    },
    store::identity::{
        accounts::{Fields, Kind, Wanted},
        tokens::Token,
    },
};

#[derive(Template)]
#[template(path = "accounts.html")]
struct AccountsPage {
    frame: Frame,
    accounts: Vec<Shown>,
    paging: Paging,
    search: String,
    may_invite: bool,
    may_add_machines: bool,
    may_end_sessions: bool,
}

struct Shown {
    uuid: String,
    name: String,
    email: String,
    is_system: bool,
    active: bool,
    roles: Vec<String>,
    teams: Vec<String>,
}

impl Shown {
    fn of(found: AccountDetails) -> Result<Self> {
        Ok(Self {
            is_system: found.account.kind()? == Kind::System,
            uuid: found.account.uuid,
            name: found.account.fields.name,
            email: found.account.fields.email.unwrap_or_default(),
            active: found.account.fields.active,
            roles: found.roles.into_iter().map(|role| role.fields.name).collect(),
            teams: found.teams.into_iter().map(|team| team.name).collect(),
        })
    }
}

/// `GET /admin/users`
pub(super) async fn list(call: Call, at: At) -> Result<Response> {
    let (number, like) = (number(&at.query), at.query.get("q").map(str::to_owned));
    let wanted = Wanted {
        like: like.clone(),
        ..Wanted::default()
    };
    let found = call
        .app()
        .accounts(&call.who, &wanted, slice(number, ROWS))
        .await?;
    let frame = frame(&call.base, Some(Section::Accounts));
    let may = |right| call.who.may(right, Tie::ANY);
    render(
        StatusCode::OK,
        AccountsPage {
            paging: Paging {
                number,
                size: ROWS,
                total: found.total,
                href: frame.links.accounts(),
                query: vec![("q", like.clone().unwrap_or_default())],
            },
            frame,
            accounts: found.rows.into_iter().map(Shown::of).collect::<Result<_>>()?,
            search: like.unwrap_or_default(),
            may_invite: may(Right::UserInvite),
            may_add_machines: may(Right::SystemAccountManage),
            may_end_sessions: may(Right::UserManage) && call.app().config.has_login(),
        },
    )
}

/// `POST /admin/users` from a form.
pub(super) async fn create(call: Call, Form(form): Form) -> Result<Response> {
    create_of(&call, &form, Kind::User).await
}

/// `POST /admin/system-accounts` from a form.
pub(super) async fn create_system(call: Call, Form(form): Form) -> Result<Response> {
    create_of(&call, &form, Kind::System).await
}

async fn create_of(call: &Call, form: &Query, kind: Kind) -> Result<Response> {
    let name = named(form, "name")?;
    let email = form.get("email").map(str::trim).filter(|email| !email.is_empty());
    if kind == Kind::User {
        check_email(email.unwrap_or_default()).map_err(crate::app::Error::from)?;
    }
    let fields = Fields {
        name,
        email: email.map(str::to_owned),
        active: true,
        ..Fields::default()
    };
    call.app().create_account(&call.who, kind, fields).await?;
    Ok(Redirect::to(&frame(&call.base, None).links.accounts()).into_response())
}

/// A name that a form sends.
pub(super) fn named(form: &Query, member: &str) -> Result<String> {
    let text = form.get(member).unwrap_or_default().trim();
    match name::fault(text) {
        Some(fault) => Err(Fault::from(crate::app::Error::from(Refusal::invalid(
            member, fault,
        )))),
        None => Ok(text.to_owned()),
    }
}

#[derive(Template)]
#[template(path = "tokens.html")]
struct TokensPage {
    frame: Frame,
    who: String,
    /// Where a form makes another one; empty if whoever asks may not.
    action: String,
    tokens: Vec<ShownToken>,
    /// The value of the token that was just made: it is shown once.
    issued: Option<String>,
}

struct ShownToken {
    uuid: String,
    name: String,
    read_only: bool,
    permissions: Vec<String>,
    state: (&'static str, &'static str),
    made: RelativeTime,
    used: Option<RelativeTime>,
    expires: Option<String>,
}

impl ShownToken {
    fn of(token: Token) -> Result<Self> {
        let now = now();
        let state = if token.revoked_at.is_some() {
            ("bad", "revoked")
        } else if token.expires_at.is_some_and(|at| at <= now) {
            ("bad", "expired")
        } else if token.issued {
            ("good", "in use")
        } else {
            ("none", "no value yet")
        };
        Ok(Self {
            permissions: token.permissions()?.unwrap_or_default(),
            uuid: token.uuid,
            name: token.name,
            read_only: token.read_only,
            state,
            made: RelativeTime::new(token.renewed_at.unwrap_or(token.created_at), now),
            used: token.last_used_at.map(|at| RelativeTime::new(at, now)),
            expires: token.expires_at.map(crate::domain::time::iso),
        })
    }
}

/// `GET /settings/tokens`
pub(super) async fn own_tokens(call: Call) -> Result<Response> {
    show_own(&call, None).await
}

/// `POST /settings/tokens` from a form.
pub(super) async fn create_token(call: Call, Form(form): Form) -> Result<Response> {
    let issued = call.app().create_own_token(&call.who, request(&form)?).await?;
    show_own(&call, Some(issued)).await
}

/// `POST /settings/tokens/{uuid}/regenerate` from a form.
pub(super) async fn renew_token(call: Call, Path(uuid): Path<String>) -> Result<Response> {
    let issued = call.app().renew_token(&call.who, &uuid, 0, None).await?;
    let is_own = call
        .who
        .account()
        .is_some_and(|own| own.id == issued.token.account_id);
    if is_own {
        return show_own(&call, Some(issued)).await;
    }
    let name = issued.token.name.clone();
    show(
        &call,
        name,
        String::new(),
        vec![issued.token.clone()],
        Some(issued),
    )
}

async fn show_own(call: &Call, issued: Option<IssuedToken>) -> Result<Response> {
    let found = call.app().own_tokens(&call.who).await?;
    let may_make = call.who.account().is_some() && call.who.may(Right::TokenManage, Tie::ANY);
    let action = if may_make {
        frame(&call.base, None).links.own_tokens()
    } else {
        String::new()
    };
    show(call, who_asks(&call.who), action, found, issued)
}

fn who_asks(who: &Principal) -> String {
    match who.account() {
        Some(_) => who.name().to_owned(),
        None => "credentials that belong to no account".to_owned(),
    }
}

/// `GET /admin/system-accounts/{uuid}/tokens`
pub(super) async fn tokens_of(call: Call, Path(uuid): Path<String>) -> Result<Response> {
    show_of(&call, &uuid, None).await
}

/// `POST /admin/system-accounts/{uuid}/tokens` from a form.
pub(super) async fn create_token_of(
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
    let action = if is_system && call.who.may(Right::SystemAccountManage, Tie::ANY) {
        frame(&call.base, None).links.tokens_of(uuid)
    } else {
        String::new()
    };
    show(call, account.fields.name, action, found, issued)
}

fn show(
    call: &Call,
    who: String,
    action: String,
    found: Vec<Token>,
    issued: Option<IssuedToken>,
) -> Result<Response> {
    render(
        StatusCode::OK,
        TokensPage {
            frame: frame(&call.base, Some(Section::Accounts)),
            who,
            action,
            tokens: found.into_iter().map(ShownToken::of).collect::<Result<_>>()?,
            issued: issued.map(|issued| issued.value.expose().to_owned()),
        },
    )
}

fn request(form: &Query) -> Result<TokenRequest> {
    let expires_at = match form
        .get("expiresAt")
        .map(str::trim)
        .filter(|text| !text.is_empty())
    {
        None => None,
        Some(text) => {
            let wrong = || crate::app::Error::from(Refusal::invalid("expiresAt", "must be a date"));
            Some(crate::domain::time::parse(text).ok_or_else(wrong)?)
        }
    };
    Ok(TokenRequest {
        name: named(form, "description")?,
        read_only: form.get("readOnly").is_some(),
        permissions: None,
        expires_at,
    })
}

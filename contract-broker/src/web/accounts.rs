//! The list of accounts with their roles and teams.

use askama::Template;
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;

use super::{
    fault::Result,
    form::{named, optional},
    frame::{Frame, Section},
    page::{ROWS, frame, links, number, page as render},
    paging::{Paging, slice},
};
use crate::{
    app::{self, AccountDetails, check_email},
    domain::access::{Right, Tie},
    http::{call::Call, path::At, query::Query, request_body::Form},
    store::identity::accounts::{Fields, Kind, Wanted},
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
    let search = at.query.search().map_err(app::Error::from)?;
    let (number, like) = (number(&at.query), search.map(str::to_owned));
    let wanted = Wanted {
        like: like.clone(),
        ..Wanted::default()
    };
    let found = call
        .app()
        .accounts(&call.who, &wanted, slice(number, ROWS))
        .await?;
    let frame = frame(&call, Some(Section::Accounts));
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
    let email = optional(form, "email");
    if kind == Kind::User {
        check_email(email.as_deref().unwrap_or_default()).map_err(crate::app::Error::from)?;
    }
    let fields = Fields {
        name,
        email,
        active: true,
        ..Fields::default()
    };
    let created = call.app().create_account(&call.who, kind, fields).await?;
    let links = links(&call.base);
    Ok(Redirect::to(&links.account(&created.account.uuid)).into_response())
}

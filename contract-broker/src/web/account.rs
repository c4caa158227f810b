//! One account: what is known of it, its roles, and whether it may be used.

use askama::Template;
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;

use super::{
    fault::Result,
    form::{Choice, action, chosen, named, optional, unknown_action},
    frame::{Frame, Section},
    page::{frame, links, page as render},
};
use crate::{
    app::{AccountDetails, check_email},
    http::{call::Call, path::Path, query::Query, request_body::Form},
    store::identity::{
        accounts::{Fields, Kind},
        teams::TeamName,
    },
};

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    frame: Frame,
    uuid: String,
    name: String,
    email: String,
    is_system: bool,
    /// Where its tokens are, if whoever asks may see them.
    tokens: String,
    active: bool,
    roles: Vec<String>,
    teams: Vec<TeamName>,
    may_change: bool,
    /// The roles that it can be given; none if whoever asks may give none.
    choices: Vec<Choice>,
}

/// `GET /admin/users/{uuid}`
pub(super) async fn page(call: Call, Path(uuid): Path<String>) -> Result<Response> {
    let found = call.app().account(&call.who, &uuid).await?;
    let may_change = call.app().may_change_account(&call.who, &found.account).await?;
    let assignable = call.app().assignable_roles(&call.who, &found).await?;
    let AccountDetails {
        account,
        roles,
        teams,
    } = found;
    let is_system = account.kind()? == Kind::System;
    let choices = assignable
        .into_iter()
        .map(|role| Choice {
            chosen: roles.iter().any(|has| has.id == role.id),
            value: role.uuid,
            label: role.fields.name,
        })
        .collect();
    let links = links(&call.base);
    let is_own = call.who.account().is_some_and(|own| own.uuid == uuid);
    let tokens = match (is_own, is_system) {
        (true, _) => links.own_tokens(),
        (false, true) => links.tokens_of(&uuid),
        (false, false) => String::new(),
    };
    render(
        StatusCode::OK,
        AccountPage {
            frame: frame(&call, Some(Section::Accounts)),
            tokens,
            uuid,
            name: account.fields.name,
            email: account.fields.email.unwrap_or_default(),
            is_system,
            active: account.fields.active,
            roles: roles.into_iter().map(|role| role.fields.name).collect(),
            teams,
            may_change,
            choices,
        },
    )
}

/// `POST /admin/users/{uuid}` from a form.
pub(super) async fn change(call: Call, Path(uuid): Path<String>, Form(form): Form) -> Result<Response> {
    let links = links(&call.base);
    match action(&form) {
        "save" => save(&call, &uuid, &form).await?,
        "roles" => {
            let roles = chosen(&form, "role");
            call.app().assign_roles(&call.who, &uuid, roles).await?;
        }
        "activate" => set_active(&call, &uuid, true).await?,
        "deactivate" => set_active(&call, &uuid, false).await?,
        "delete" => {
            call.app().delete_account(&call.who, &uuid).await?;
            return Ok(Redirect::to(&links.accounts()).into_response());
        }
        _ => return Err(unknown_action(&form)),
    }
    Ok(Redirect::to(&links.account(&uuid)).into_response())
}

async fn save(call: &Call, uuid: &str, form: &Query) -> Result<()> {
    let name = named(form, "name")?;
    let email = optional(form, "email");
    if let Some(email) = &email {
        check_email(email).map_err(crate::app::Error::from)?;
    }
    let change = |before: Fields| Fields {
        name,
        email: email.or(before.email.clone()),
        ..before
    };
    call.app().change_account(&call.who, uuid, change).await?;
    Ok(())
}

async fn set_active(call: &Call, uuid: &str, active: bool) -> Result<()> {
    let change = |before: Fields| Fields { active, ..before };
    call.app().change_account(&call.who, uuid, change).await?;
    Ok(())
}

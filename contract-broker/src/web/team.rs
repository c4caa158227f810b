//! One team: who is in it, and what belongs to it.

use std::collections::{BTreeMap, HashSet};

use askama::Template;
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;

use super::{
    fault::Result,
    form::{Choice, action, chosen, named, unknown_action},
    frame::{Frame, Section},
    page::{frame, links, page as render},
    paging::slice,
};
use crate::{
    app::MemberChange,
    domain::access::{Right, Tie},
    http::{call::Call, path::Path, request_body::Form},
    store::{
        environments::Environment,
        identity::{
            accounts::{self, Account},
            teams::Wanted,
        },
    },
};

/// The most accounts that can be chosen from.
const MOST: i64 = 1000;

#[derive(Template)]
#[template(path = "team.html")]
struct TeamPage {
    frame: Frame,
    uuid: String,
    name: String,
    applications: Vec<String>,
    members: Vec<Account>,
    administrators: Vec<Account>,
    /// The accounts that whoever asks may see, by id.
    seen: HashSet<i64>,
    environments: Vec<String>,
    may_change: bool,
    may_delete: bool,
    /// The accounts that can be added, or made administrators, and the environments; none if whoever asks may not.
    others: Vec<Choice>,
    administrator_choices: Vec<Choice>,
    environment_choices: Vec<Choice>,
}

/// `GET /admin/teams/{uuid}`
pub(super) async fn page(call: Call, Path(uuid): Path<String>) -> Result<Response> {
    let found = call.app().team(&call.who, &uuid).await?;
    let belongings = found.belongings;
    let administers = call
        .who
        .account()
        .is_some_and(|own| own.administers.contains(&found.team.id));
    let may_delete = call.who.may(Right::TeamManage, Tie::NONE);
    let may_change = may_delete || administers;
    let (mut others, mut environments) = (Vec::new(), Vec::new());
    if may_change {
        if call.who.may(Right::UserRead, Tie::ANY) {
            let wanted = accounts::Wanted::default();
            let all = call
                .app()
                .accounts(&call.who, &wanted, slice(1, MOST))
                .await?
                .rows;
            others = all.into_iter().map(|found| found.account).collect();
            others.retain(|account| !belongings.members.iter().any(|member| member.id == account.id));
            others = call.app().enlistable(&call.who, others).await?;
        }
        environments = if call.who.may(Right::EnvironmentManage, Tie::NONE) {
            call.app().environments(&call.who).await?
        } else {
            belongings.environments.clone()
        };
    }
    let (members, administrators) = (&belongings.members, &belongings.administrators);
    let mut seen = call.app().seen_of(&call.who, members).await?;
    seen.extend(call.app().seen_of(&call.who, administrators).await?);
    let administrator_choices = if may_change {
        let candidates = call.app().enlistable(&call.who, members.clone()).await?;
        choices_of_administrators(&candidates, administrators)
    } else {
        Vec::new()
    };
    render(
        StatusCode::OK,
        TeamPage {
            frame: frame(&call, Some(Section::Accounts)),
            uuid,
            name: found.team.name,
            environment_choices: environment_choices(environments, &belongings.environments),
            administrator_choices,
            others: others
                .into_iter()
                .map(|account| choice(&account, false))
                .collect(),
            applications: belongings.pacticipants,
            members: belongings.members,
            administrators: belongings.administrators,
            environments: belongings
                .environments
                .into_iter()
                .map(|one| one.fields.display_name)
                .collect(),
            seen: seen.into_iter().map(|account| account.id).collect(),
            may_change,
            may_delete,
        },
    )
}

fn choice(account: &Account, chosen: bool) -> Choice {
    Choice {
        value: account.uuid.clone(),
        label: account.fields.name.clone(),
        chosen,
    }
}

/// Members and administrators, of whom some are administrators.
fn choices_of_administrators(members: &[Account], administrators: &[Account]) -> Vec<Choice> {
    let mut all = BTreeMap::new();
    for account in members.iter().chain(administrators) {
        let is_one = administrators.iter().any(|one| one.id == account.id);
        all.insert((account.fields.name.clone(), account.id), choice(account, is_one));
    }
    all.into_values().collect()
}

fn environment_choices(all: Vec<Environment>, of_team: &[Environment]) -> Vec<Choice> {
    let choices = all.into_iter().map(|environment| Choice {
        chosen: of_team.iter().any(|one| one.uuid == environment.uuid),
        value: environment.uuid,
        label: environment.fields.display_name,
    });
    choices.collect()
}

/// `POST /admin/teams/{uuid}` from a form.
pub(super) async fn change(call: Call, Path(uuid): Path<String>, Form(form): Form) -> Result<Response> {
    let links = links(&call.base);
    let wanted = match action(&form) {
        "rename" => Wanted {
            name: Some(named(&form, "name")?),
            ..Wanted::default()
        },
        "applications" => Wanted {
            pacticipants: Some(chosen(&form, "application")),
            ..Wanted::default()
        },
        "administrators" => Wanted {
            administrators: Some(chosen(&form, "administrator")),
            ..Wanted::default()
        },
        "environments" => Wanted {
            environments: Some(chosen(&form, "environment")),
            ..Wanted::default()
        },
        "delete" => {
            call.app().delete_team(&call.who, &uuid).await?;
            return Ok(Redirect::to(&links.teams()).into_response());
        }
        _ => return Err(unknown_action(&form)),
    };
    call.app().change_team(&call.who, &uuid, wanted).await?;
    Ok(Redirect::to(&links.team(&uuid)).into_response())
}

/// `POST /admin/teams/{uuid}/users` from a form.
pub(super) async fn change_members(
    call: Call,
    Path(uuid): Path<String>,
    Form(form): Form,
) -> Result<Response> {
    let change = MemberChange::Some {
        add: chosen(&form, "user"),
        remove: chosen(&form, "remove"),
    };
    call.app().change_members(&call.who, &uuid, change).await?;
    Ok(Redirect::to(&links(&call.base).team(&uuid)).into_response())
}

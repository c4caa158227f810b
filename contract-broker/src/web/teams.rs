//! Teams and roles.

use askama::Template;
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;

use super::{
    accounts::named,
    fault::Result,
    frame::{Frame, Section},
    page::{ROWS, frame, number, page as render},
    paging::{Paging, slice},
};
use crate::{
    app::MemberChange,
    domain::access::{PERMISSIONS, PREDEFINED, Right, Tie},
    http::{
        call::Call,
        path::{At, Path},
        request_body::Form,
    },
    store::identity::{
        roles::{Fields, Role},
        teams::{Team, Wanted},
    },
};

#[derive(Template)]
#[template(path = "teams.html")]
struct TeamsPage {
    frame: Frame,
    teams: Vec<Team>,
    paging: Paging,
    may_create: bool,
}

/// `GET /admin/teams`
pub(super) async fn list(call: Call, at: At) -> Result<Response> {
    let number = number(&at.query);
    let found = call.app().teams(&call.who, None, slice(number, ROWS)).await?;
    let frame = frame(&call.base, Some(Section::Accounts));
    render(
        StatusCode::OK,
        TeamsPage {
            paging: Paging {
                number,
                size: ROWS,
                total: found.total,
                href: frame.links.teams(),
                query: Vec::new(),
            },
            frame,
            teams: found.rows,
            may_create: call.who.may(Right::TeamManage, Tie::NONE),
        },
    )
}

/// `POST /admin/teams` from a form.
pub(super) async fn create(call: Call, Form(form): Form) -> Result<Response> {
    let wanted = Wanted {
        name: Some(named(&form, "name")?),
        ..Wanted::default()
    };
    let created = call.app().create_team(&call.who, wanted).await?;
    let links = frame(&call.base, None).links;
    Ok(Redirect::to(&links.team(&created.team.uuid)).into_response())
}

#[derive(Template)]
#[template(path = "team.html")]
struct TeamPage {
    frame: Frame,
    uuid: String,
    name: String,
    applications: Vec<String>,
    members: Vec<String>,
    administrators: Vec<String>,
    environments: Vec<String>,
    /// Those that can be added, by uuid and name; none if whoever asks may not.
    others: Vec<(String, String)>,
}

/// `GET /admin/teams/{uuid}`
pub(super) async fn page(call: Call, Path(uuid): Path<String>) -> Result<Response> {
    let found = call.app().team(&call.who, &uuid).await?;
    let belongings = found.belongings;
    let administers = call
        .who
        .account()
        .is_some_and(|own| own.administers.contains(&found.team.id));
    let may_add = call.who.may(Right::TeamManage, Tie::NONE) || administers;
    let mut others = Vec::new();
    if may_add {
        let wanted = crate::store::identity::accounts::Wanted::default();
        let all = call.app().accounts(&call.who, &wanted, slice(1, 1000)).await?;
        let all = all.rows.into_iter().map(|found| found.account);
        others = all
            .filter(|account| !belongings.members.iter().any(|member| member.id == account.id))
            .map(|account| (account.uuid, account.fields.name))
            .collect();
    }
    let names = |accounts: Vec<crate::store::identity::accounts::Account>| {
        accounts.into_iter().map(|account| account.fields.name).collect()
    };
    render(
        StatusCode::OK,
        TeamPage {
            frame: frame(&call.base, Some(Section::Accounts)),
            uuid,
            name: found.team.name,
            applications: belongings.pacticipants,
            members: names(belongings.members),
            administrators: names(belongings.administrators),
            environments: belongings
                .environments
                .into_iter()
                .map(|one| one.fields.display_name)
                .collect(),
            others,
        },
    )
}

/// `POST /admin/teams/{uuid}/users` from a form.
pub(super) async fn add_member(call: Call, Path(uuid): Path<String>, Form(form): Form) -> Result<Response> {
    let change = MemberChange::Some {
        add: form.get("user").map(str::to_owned).into_iter().collect(),
        remove: Vec::new(),
    };
    call.app().change_members(&call.who, &uuid, change).await?;
    Ok(Redirect::to(&frame(&call.base, None).links.team(&uuid)).into_response())
}

#[derive(Template)]
#[template(path = "roles.html")]
struct RolesPage {
    frame: Frame,
    roles: Vec<Role>,
    permissions: Vec<&'static str>,
    may_create: bool,
}

impl RolesPage {
    #[expect(clippy::unused_self, reason = "templates call methods of the page")]
    fn is_predefined(&self, role: &Role) -> bool {
        PREDEFINED.iter().any(|predefined| predefined.uuid == role.uuid)
    }
}

/// `GET /admin/roles`
pub(super) async fn roles(call: Call) -> Result<Response> {
    let roles = call.app().roles(&call.who).await?;
    render(
        StatusCode::OK,
        RolesPage {
            frame: frame(&call.base, Some(Section::Accounts)),
            roles,
            permissions: PERMISSIONS.iter().map(|permission| permission.scope).collect(),
            may_create: call.who.may(Right::RoleManage, Tie::NONE),
        },
    )
}

/// `POST /admin/roles` from a form.
pub(super) async fn create_role(call: Call, Form(form): Form) -> Result<Response> {
    let wanted: Vec<String> = form
        .iter()
        .filter(|(name, _)| name == "permission")
        .map(|(_, value)| value.clone())
        .collect();
    for permission in &wanted {
        if let Err(problem) = crate::domain::access::check(permission) {
            return Err(
                crate::app::Error::from(crate::domain::Refusal::invalid("permissions", problem)).into(),
            );
        }
    }
    let fields = Fields {
        name: named(&form, "name")?,
        description: None,
        permissions: wanted,
    };
    call.app().create_role(&call.who, fields).await?;
    Ok(Redirect::to(&frame(&call.base, None).links.roles()).into_response())
}

//! Roles and their permissions.

use askama::Template;
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;

use super::{
    fault::Result,
    form::{Choice, action, chosen, named, optional, refused, unknown_action},
    frame::{Frame, Section},
    page::{frame, links, page as render},
};
use crate::{
    auth::Principal,
    domain::access::{ADMINISTRATOR, PERMISSIONS, PREDEFINED, Right, Tie, check},
    http::{call::Call, path::Path, query::Query, request_body::Form},
    store::identity::roles::{Fields, Role},
};

#[derive(Template)]
#[template(path = "roles.html")]
struct RolesPage {
    frame: Frame,
    roles: Vec<Role>,
    permissions: Vec<Choice>,
    may_create: bool,
    may_reset: bool,
}

impl RolesPage {
    #[expect(clippy::unused_self, reason = "templates call methods of the page")]
    fn is_predefined(&self, role: &Role) -> bool {
        is_predefined(&role.uuid)
    }
}

fn is_predefined(uuid: &str) -> bool {
    PREDEFINED.iter().any(|predefined| predefined.uuid == uuid)
}

/// The permissions that whoever asks can give; those are chosen that a role has.
pub(super) fn choices(who: &Principal, has: &[String]) -> Vec<Choice> {
    let given = |scope: &str| who.lacking(&[scope.to_owned()]).is_none();
    let all = PERMISSIONS.iter().filter(|permission| given(permission.scope));
    let all = all.map(|permission| Choice {
        value: permission.scope.to_owned(),
        label: permission.label.to_owned(),
        chosen: has.iter().any(|scope| scope == permission.scope),
    });
    all.collect()
}

/// Nobody changes a role that may do more than they.
fn lacks_nothing(who: &Principal, permissions: &[impl AsRef<str>]) -> bool {
    let permissions: Vec<String> = permissions
        .iter()
        .map(|permission| permission.as_ref().to_owned())
        .collect();
    who.lacking(&permissions).is_none()
}

/// `GET /admin/roles`
pub(super) async fn list(call: Call) -> Result<Response> {
    let roles = call.app().roles(&call.who).await?;
    let may_create = call.who.may(Right::RoleManage, Tie::NONE);
    render(
        StatusCode::OK,
        RolesPage {
            frame: frame(&call, Some(Section::Accounts)),
            roles,
            permissions: choices(&call.who, &[]),
            may_create,
            may_reset: may_create && lacks_nothing(&call.who, ADMINISTRATOR.permissions),
        },
    )
}

/// `POST /admin/roles` from a form.
pub(super) async fn create(call: Call, Form(form): Form) -> Result<Response> {
    call.app().create_role(&call.who, fields(&form)?).await?;
    Ok(Redirect::to(&links(&call.base).roles()).into_response())
}

/// `POST /admin/roles/reset` from a form.
pub(super) async fn reset(call: Call) -> Result<Response> {
    call.app().reset_roles(&call.who).await?;
    Ok(Redirect::to(&links(&call.base).roles()).into_response())
}

fn fields(form: &Query) -> Result<Fields> {
    let mut permissions = chosen(form, "permission");
    for permission in &permissions {
        check(permission).map_err(|problem| refused("permissions", problem))?;
    }
    permissions.sort_unstable();
    permissions.dedup();
    Ok(Fields {
        name: named(form, "name")?,
        description: optional(form, "description"),
        permissions,
    })
}

#[derive(Template)]
#[template(path = "role.html")]
struct RolePage {
    frame: Frame,
    role: Role,
    is_predefined: bool,
    permissions: Vec<Choice>,
    may_change: bool,
    may_delete: bool,
}

/// `GET /admin/roles/{uuid}`
pub(super) async fn page(call: Call, Path(uuid): Path<String>) -> Result<Response> {
    let role = call.app().role(&call.who, &uuid).await?;
    let may_change =
        call.who.may(Right::RoleManage, Tie::NONE) && lacks_nothing(&call.who, &role.fields.permissions);
    render(
        StatusCode::OK,
        RolePage {
            frame: frame(&call, Some(Section::Accounts)),
            is_predefined: is_predefined(&uuid),
            permissions: choices(&call.who, &role.fields.permissions),
            may_change,
            may_delete: may_change && uuid != ADMINISTRATOR.uuid,
            role,
        },
    )
}

/// `POST /admin/roles/{uuid}` from a form.
pub(super) async fn change(call: Call, Path(uuid): Path<String>, Form(form): Form) -> Result<Response> {
    let links = links(&call.base);
    match action(&form) {
        "save" => {
            call.app().replace_role(&call.who, &uuid, fields(&form)?).await?;
            Ok(Redirect::to(&links.role(&uuid)).into_response())
        }
        "delete" => {
            call.app().delete_role(&call.who, &uuid).await?;
            Ok(Redirect::to(&links.roles()).into_response())
        }
        _ => Err(unknown_action(&form)),
    }
}

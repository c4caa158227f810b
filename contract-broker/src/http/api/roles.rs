//! Roles and permissions, and who may log in.

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::{
    domain::{Refusal, access::check, name},
    http::{
        address,
        call::Call,
        error::Result,
        hal::Hal,
        member::{Members, any_text},
        path::Path,
        request_body::Json,
        resource::{AuthenticationSettings, PermissionList, RoleDocument, RoleList},
    },
    store::identity::roles::Fields,
};

/// Maximum number of permissions of a role.
const MOST: usize = 200;

pub(super) async fn list(call: Call) -> Result<Hal<RoleList>> {
    let found = call.app().roles(&call.who).await?;
    Ok(Hal::ok(RoleList::of(&call.base, &found)))
}

pub(super) async fn show(call: Call, Path(uuid): Path<String>) -> Result<Hal<RoleDocument>> {
    let found = call.app().role(&call.who, &uuid).await?;
    Ok(Hal::ok(RoleDocument::of(&call.base, &found)))
}

fn read(map: &Map<String, Value>) -> Result<Fields, Refusal> {
    let mut members = Members::of(map);
    let name = members.required_text("name", name::fault);
    let description = members.text("description", any_text);
    let mut permissions = Vec::new();
    match members.value("permissions") {
        Some(Value::Array(list)) if list.len() <= MOST => {
            for (index, permission) in list.iter().enumerate() {
                let scope = permission["scope"].as_str().or_else(|| permission.as_str());
                match scope.map(|scope| (scope, check(scope))) {
                    Some((scope, Ok(()))) => permissions.push(scope.to_owned()),
                    Some((_, Err(problem))) => {
                        members.fault("permissions", format!("{problem} (at index {index})"));
                    }
                    None => members.fault(
                        "permissions",
                        format!("must be an object with a scope (at index {index})"),
                    ),
                }
            }
        }
        Some(Value::Array(_)) => members.fault("permissions", format!("is too long (at most {MOST})")),
        Some(_) => members.fault("permissions", "must be a list of objects with a scope"),
        None => members.fault("permissions", "is missing"),
    }
    members.finish()?;
    permissions.sort_unstable();
    permissions.dedup();
    Ok(Fields {
        name,
        description,
        permissions,
    })
}

pub(super) async fn create(call: Call, body: Json) -> Result<Hal<RoleDocument>> {
    let created = call.app().create_role(&call.who, read(&body.object()?)?).await?;
    let location = call.base.to(address::ROLE, [&created.uuid]);
    Ok(Hal::created(location, RoleDocument::of(&call.base, &created)))
}

pub(super) async fn replace(call: Call, Path(uuid): Path<String>, body: Json) -> Result<Hal<RoleDocument>> {
    let changed = call
        .app()
        .replace_role(&call.who, &uuid, read(&body.object()?)?)
        .await?;
    Ok(Hal::ok(RoleDocument::of(&call.base, &changed)))
}

pub(super) async fn delete(call: Call, Path(uuid): Path<String>) -> Result<StatusCode> {
    call.app().delete_role(&call.who, &uuid).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn reset(call: Call) -> Result<Hal<RoleList>> {
    let found = call.app().reset_roles(&call.who).await?;
    Ok(Hal::ok(RoleList::of(&call.base, &found)))
}

pub(super) async fn permissions(call: Call) -> Result<Hal<PermissionList>> {
    call.app().roles(&call.who).await?;
    Ok(Hal::ok(PermissionList::all(&call.base)))
}

/// Returns the value that clients get if no login settings were stored.
fn nobody() -> Value {
    json!({ "Google": { "emailDomains": [] }, "GitHub": { "githubOrganizations": [] } })
}

pub(super) async fn login_settings(call: Call) -> Result<Hal<AuthenticationSettings>> {
    let kept = call.app().login_settings(&call.who).await?;
    Ok(Hal::ok(AuthenticationSettings {
        authentication_providers: if kept.is_null() { nobody() } else { kept },
    }))
}

pub(super) async fn set_login_settings(call: Call, body: Json) -> Result<Hal<AuthenticationSettings>> {
    let map = body.object()?;
    let providers = map.get("authenticationProviders").cloned().unwrap_or_default();
    if !providers.is_object() {
        return Err(Refusal::invalid("authenticationProviders", "must be an object").into());
    }
    if providers.to_string().len() > 65_536 {
        return Err(Refusal::invalid("authenticationProviders", "is too long (at most 65536 bytes)").into());
    }
    call.app().set_login_settings(&call.who, providers).await?;
    login_settings(call).await
}

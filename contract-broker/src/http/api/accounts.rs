//! Users and system accounts.

use http::StatusCode;
use serde_json::{Map, Value};

use crate::{
    app::check_email,
    domain::{Refusal, access::ADMINISTRATOR, name},
    http::{
        address,
        call::Call,
        error::Result,
        hal::Hal,
        member::{Members, any_text},
        page::Page,
        path::{At, Path},
        request_body::Json,
        resource::{AccountDocument, AccountList},
    },
    store::identity::accounts::{Fields, Kind, Wanted},
};

/// Returns the account of the caller.
pub(super) async fn own(call: Call) -> Result<Hal<AccountDocument>> {
    Ok(Hal::ok(match call.app().own_account(&call.who).await? {
        Some(found) => AccountDocument::of(&call.base, &found)?,
        None => AccountDocument::of_settings(&call.base, call.who.name()),
    }))
}

pub(super) async fn list(call: Call, at: At) -> Result<Hal<AccountList>> {
    let kind = match at.query.get("userType") {
        None => None,
        Some("0") => Some(Kind::User),
        Some("1") => Some(Kind::System),
        Some(_) => {
            return Err(Refusal::invalid("userType", "must be 0 (users) or 1 (system accounts)").into());
        }
    };
    let active = at.query.truth("active")?;
    list_of(call, at, kind, active).await
}

pub(super) async fn list_system(call: Call, at: At) -> Result<Hal<AccountList>> {
    list_of(call, at, Some(Kind::System), None).await
}

async fn list_of(call: Call, at: At, kind: Option<Kind>, active: Option<bool>) -> Result<Hal<AccountList>> {
    let page = Page::of(&at.query)?;
    let like = at.query.search()?.map(str::to_owned);
    let wanted = Wanted { kind, active, like };
    let found = call.app().accounts(&call.who, &wanted, Page::slice(page)).await?;
    Ok(Hal::ok(AccountList::of(&call.base, &found, page, &at)?))
}

pub(super) async fn show(call: Call, Path(uuid): Path<String>) -> Result<Hal<AccountDocument>> {
    let found = call.app().account(&call.who, &uuid).await?;
    Ok(Hal::ok(AccountDocument::of(&call.base, &found)?))
}

/// Applies the members of a request to the fields of an account. Members that a client may not set here
/// (kind, roles, teams) have their own addresses and are ignored.
fn over(map: &Map<String, Value>, before: Fields, kind: Kind) -> Result<Fields, Refusal> {
    let mut members = Members::of(map);
    let is_new = before == Fields::default();
    let name = members.text("name", name::fault);
    if is_new && name.is_none() {
        members.fault("name", "is missing");
    }
    let email = members.text("email", any_text).filter(|email| !email.is_empty());
    if let Some(Err(Refusal::Invalid(faults))) = email.as_deref().map(check_email) {
        for (member, message) in faults {
            members.fault(&member, message);
        }
    } else if is_new && email.is_none() && kind == Kind::User {
        members.fault("email", "is missing");
    }
    let mut text = |member: &str, before: Option<String>| {
        let said = members.text(member, any_text);
        if members.has(member) { said } else { before }
    };
    let fields = Fields {
        first_name: text("firstName", before.first_name),
        last_name: text("lastName", before.last_name),
        external_id: text("externalIdpId", before.external_id),
        external_name: text("externalIdpUsername", before.external_name),
        name: name.unwrap_or(before.name),
        email: email.or(before.email),
        active: members.flag("active").unwrap_or(is_new || before.active),
    };
    members.finish()?;
    Ok(fields)
}

pub(super) async fn create(call: Call, body: Json) -> Result<Hal<AccountDocument>> {
    let created = create_of(&call, &body.object()?, Kind::User).await?;
    let location = call.base.to(address::ACCOUNT, [created.uuid()]);
    Ok(Hal::created(location, created))
}

/// Like [`create`]; clients that invite users expect status 200.
pub(super) async fn invite(call: Call, body: Json) -> Result<Hal<AccountDocument>> {
    Ok(Hal::ok(create_of(&call, &body.object()?, Kind::User).await?))
}

pub(super) async fn invite_several(call: Call, at: At, body: Json) -> Result<Hal<AccountList>> {
    let map = body.object()?;
    let Some(Value::Array(users)) = map.get("users") else {
        return Err(Refusal::invalid("users", "must be a list of users").into());
    };
    if users.len() > 100 {
        return Err(Refusal::invalid("users", "is too long (at most 100)").into());
    }
    let mut created = Vec::new();
    for (index, user) in users.iter().enumerate() {
        let Value::Object(user) = user else {
            let message = format!("must be an object (at index {index})");
            return Err(Refusal::invalid("users", message).into());
        };
        let fields = over(user, Fields::default(), Kind::User)?;
        created.push(call.app().create_account(&call.who, Kind::User, fields).await?);
    }
    let total = i64::try_from(created.len()).unwrap_or_default();
    let found = crate::store::Listed { rows: created, total };
    Ok(Hal::ok(AccountList::of(&call.base, &found, None, &at)?))
}

pub(super) async fn create_system(call: Call, body: Json) -> Result<Hal<AccountDocument>> {
    let created = create_of(&call, &body.object()?, Kind::System).await?;
    // Clients take the id from the end of the address.
    let location = call.base.to(address::ACCOUNT, [created.uuid()]);
    Ok(Hal::created(location, created))
}

async fn create_of(call: &Call, map: &Map<String, Value>, kind: Kind) -> Result<AccountDocument> {
    let fields = over(map, Fields::default(), kind)?;
    let created = call.app().create_account(&call.who, kind, fields).await?;
    Ok(AccountDocument::of(&call.base, &created)?)
}

pub(super) async fn change(call: Call, Path(uuid): Path<String>, body: Json) -> Result<Hal<AccountDocument>> {
    let map = body.object()?;
    let before = call.app().account(&call.who, &uuid).await?.account;
    let fields = over(&map, before.fields.clone(), before.kind()?)?;
    let changed = call.app().change_account(&call.who, &uuid, |_| fields).await?;
    Ok(Hal::ok(AccountDocument::of(&call.base, &changed)?))
}

pub(super) async fn delete(call: Call, Path(uuid): Path<String>) -> Result<StatusCode> {
    call.app().delete_account(&call.who, &uuid).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn set_roles(call: Call, Path(uuid): Path<String>, body: Json) -> Result<StatusCode> {
    let map = body.object()?;
    let mut members = Members::of(&map);
    let roles = members.texts("roles");
    if roles.is_none() && !members.has("roles") {
        members.fault("roles", "is missing");
    }
    members.finish()?;
    call.app()
        .assign_roles(&call.who, &uuid, roles.unwrap_or_default())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn add_role(call: Call, Path((uuid, role)): Path<(String, String)>) -> Result<StatusCode> {
    with_role(&call, &uuid, &role).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn remove_role(
    call: Call,
    Path((uuid, role)): Path<(String, String)>,
) -> Result<StatusCode> {
    without_role(&call, &uuid, &role).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Like [`add_role`] for the administrator role; the body is ignored.
pub(super) async fn make_administrator(call: Call, Path(uuid): Path<String>) -> Result<Hal<AccountDocument>> {
    with_role(&call, &uuid, ADMINISTRATOR.uuid).await?;
    show(call, Path(uuid)).await
}

pub(super) async fn unmake_administrator(
    call: Call,
    Path(uuid): Path<String>,
) -> Result<Hal<AccountDocument>> {
    without_role(&call, &uuid, ADMINISTRATOR.uuid).await?;
    show(call, Path(uuid)).await
}

async fn with_role(call: &Call, uuid: &str, role: &str) -> Result<()> {
    let mut roles = roles_of(call, uuid).await?;
    if !roles.iter().any(|has| has == role) {
        roles.push(role.to_owned());
    }
    Ok(call.app().assign_roles(&call.who, uuid, roles).await?)
}

async fn without_role(call: &Call, uuid: &str, role: &str) -> Result<()> {
    let mut roles = roles_of(call, uuid).await?;
    roles.retain(|has| has != role);
    Ok(call.app().assign_roles(&call.who, uuid, roles).await?)
}

async fn roles_of(call: &Call, uuid: &str) -> Result<Vec<String>> {
    let found = call.app().account(&call.who, uuid).await?;
    Ok(found.roles.into_iter().map(|role| role.uuid).collect())
}

//! Teams and their members.

use http::StatusCode;
use serde_json::{Map, Value};

use crate::{
    app::MemberChange,
    domain::{Refusal, name},
    http::{
        address,
        call::Call,
        error::{Failure, Result},
        hal::Hal,
        member::Members,
        page::Page,
        path::{At, Path},
        request_body::Json,
        resource::{MemberDocument, MemberList, TeamDocument, TeamList},
    },
    store::identity::teams::Wanted,
};

pub(super) async fn list(call: Call, at: At) -> Result<Hal<TeamList>> {
    let page = Page::of(&at.query)?;
    let found = call
        .app()
        .teams(&call.who, at.query.search()?, Page::slice(page))
        .await?;
    Ok(Hal::ok(TeamList::of(&call.base, &found, page, &at)))
}

pub(super) async fn show(call: Call, Path(uuid): Path<String>) -> Result<Hal<TeamDocument>> {
    let found = call.app().team(&call.who, &uuid).await?;
    Ok(Hal::ok(TeamDocument::of(&call.base, &found)?))
}

/// Reads the fields of a team. Clients omit empty lists: applications and administrators that are not listed
/// are removed. Environments that are not listed are kept, because the same clients never list any.
fn read(map: &Map<String, Value>) -> Result<Wanted, Refusal> {
    let mut members = Members::of(map);
    let wanted = Wanted {
        name: Some(members.required_text("name", name::fault)),
        pacticipants: Some(members.texts("pacticipantNames").unwrap_or_default()),
        administrators: Some(members.texts("administratorUuids").unwrap_or_default()),
        environments: members.texts("environmentUuids"),
    };
    members.finish()?;
    Ok(wanted)
}

pub(super) async fn create(call: Call, body: Json) -> Result<Hal<TeamDocument>> {
    let created = call.app().create_team(&call.who, read(&body.object()?)?).await?;
    let location = call.base.to(address::TEAM, [&created.team.uuid]);
    Ok(Hal::created(location, TeamDocument::of(&call.base, &created)?))
}

pub(super) async fn replace(call: Call, Path(uuid): Path<String>, body: Json) -> Result<Hal<TeamDocument>> {
    let changed = call
        .app()
        .change_team(&call.who, &uuid, read(&body.object()?)?)
        .await?;
    Ok(Hal::ok(TeamDocument::of(&call.base, &changed)?))
}

pub(super) async fn delete(call: Call, Path(uuid): Path<String>) -> Result<StatusCode> {
    call.app().delete_team(&call.who, &uuid).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn members(call: Call, Path(uuid): Path<String>) -> Result<Hal<MemberList>> {
    let found = call.app().team(&call.who, &uuid).await?;
    Ok(Hal::ok(MemberList::of(
        &call.base,
        &uuid,
        &found.belongings.members,
    )?))
}

fn users(body: Json) -> Result<Vec<String>, Failure> {
    let map = body.object()?;
    let mut members = Members::of(&map);
    let users = members.texts("users");
    if users.is_none() && !members.has("users") {
        members.fault("users", "is missing");
    }
    members.finish()?;
    Ok(users.unwrap_or_default())
}

pub(super) async fn replace_members(
    call: Call,
    Path(uuid): Path<String>,
    body: Json,
) -> Result<Hal<MemberList>> {
    let change = MemberChange::Replace(users(body)?);
    change_members(&call, &uuid, change).await
}

pub(super) async fn add_members(call: Call, Path(uuid): Path<String>, body: Json) -> Result<Hal<MemberList>> {
    let change = MemberChange::Some {
        add: users(body)?,
        remove: Vec::new(),
    };
    change_members(&call, &uuid, change).await
}

pub(super) async fn remove_members(
    call: Call,
    Path(uuid): Path<String>,
    body: Json,
) -> Result<Hal<MemberList>> {
    let change = MemberChange::Some {
        add: Vec::new(),
        remove: users(body)?,
    };
    change_members(&call, &uuid, change).await
}

/// Changes members by a list of operations like JSON Patch (RFC 6902), of which only `add` and `remove` below
/// `/users` are supported.
pub(super) async fn patch_members(
    call: Call,
    Path(uuid): Path<String>,
    body: Json,
) -> Result<Hal<MemberList>> {
    let wrong = |index: usize| {
        let message = format!(
            "operation {index} is not understood: expected {{\"op\": \"add\" or \"remove\", \"path\": \"/users\", \
             \"value\": {{\"uuid\": UUID}}}}"
        );
        Failure::from(Refusal::Malformed(message))
    };
    let Value::Array(operations) = body.value else {
        return Err(
            Refusal::Malformed("expected a list of operations in the request body".to_owned()).into(),
        );
    };
    let (mut add, mut remove) = (Vec::new(), Vec::new());
    for (index, operation) in operations.iter().enumerate() {
        let uuid = operation["value"]["uuid"]
            .as_str()
            .filter(|_| operation["path"] == "/users");
        let uuid = uuid.ok_or_else(|| wrong(index))?.to_owned();
        match operation["op"].as_str() {
            Some("add") => add.push(uuid),
            Some("remove") => remove.push(uuid),
            _ => return Err(wrong(index)),
        }
    }
    change_members(&call, &uuid, MemberChange::Some { add, remove }).await
}

async fn change_members(call: &Call, uuid: &str, change: MemberChange) -> Result<Hal<MemberList>> {
    let members = call.app().change_members(&call.who, uuid, change).await?;
    Ok(Hal::ok(MemberList::of(&call.base, uuid, &members)?))
}

pub(super) async fn member(
    call: Call,
    Path((uuid, user)): Path<(String, String)>,
) -> Result<Hal<MemberDocument>> {
    let found = call.app().team(&call.who, &uuid).await?;
    let member = found.belongings.members.iter().find(|member| member.uuid == user);
    let missing = || Failure::not_found(format!("No user with uuid '{user}' found in the team"));
    Ok(Hal::ok(MemberDocument::of(
        &call.base,
        &uuid,
        member.ok_or_else(missing)?,
    )?))
}

pub(super) async fn remove_member(
    call: Call,
    Path((uuid, user)): Path<(String, String)>,
) -> Result<StatusCode> {
    let change = MemberChange::Some {
        add: Vec::new(),
        remove: vec![user],
    };
    call.app().change_members(&call.who, &uuid, change).await?;
    Ok(StatusCode::NO_CONTENT)
}

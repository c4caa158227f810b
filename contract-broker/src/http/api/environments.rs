//! Environments.

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::{
    domain::{Refusal, name, text},
    http::{
        address,
        call::Call,
        error::Result,
        hal::Hal,
        member::{Members, any_text},
        page::Page,
        path::{At, Path},
        request_body::Json,
        resource::{EnvironmentDocument, EnvironmentList},
    },
    store::environments::{Environment, Fields},
};

pub(super) async fn list(call: Call, at: At) -> Result<Hal<EnvironmentList>> {
    let page = Page::of(&at.query)?;
    let found = match at.query.get("name") {
        Some(name) => {
            let found = call.app().environment_named(&call.who, name).await?;
            found.into_iter().collect()
        }
        None => call.app().environments(&call.who).await?,
    };
    let teams = call.app().teams_of_environments(&call.who, &found).await?;
    Ok(Hal::ok(EnvironmentList::of(
        &call.base, found, &teams, page, &at,
    )?))
}

fn read(map: &Map<String, Value>) -> Result<Fields, Refusal> {
    let mut members = Members::of(map);
    let name = members.required_text("name", name::fault_without_spaces);
    let display_name = members
        .text("displayName", any_text)
        .filter(|text| !text.trim().is_empty())
        .unwrap_or_else(|| name::humanise(&name));
    let production = if let Some(production) = members.flag("production") {
        production
    } else {
        if members.value("production").is_none() {
            members.fault("production", "is missing: say true or false");
        }
        false
    };
    let contacts = match members.value("contacts") {
        None => json!([]),
        Some(Value::Array(list)) => {
            if let Some(fault) = text::fault(
                "contacts",
                &members
                    .value("contacts")
                    .map(Value::to_string)
                    .unwrap_or_default(),
            ) {
                members.fault("contacts", fault);
            }
            let mut contacts = Vec::new();
            for (index, contact) in list.iter().enumerate() {
                let Value::Object(contact) = contact else {
                    members.fault("contacts", format!("must be an object (at index {index})"));
                    continue;
                };
                let mut contact = contact.clone();
                // Some clients send contacts without a name, which the original refuses.
                contact.entry("name").or_insert_with(|| json!("unknown"));
                contacts.push(Value::Object(contact));
            }
            Value::Array(contacts)
        }
        Some(_) => {
            members.fault("contacts", "must be a list");
            json!([])
        }
    };
    members.finish()?;
    Ok(Fields {
        name,
        display_name,
        production,
        contacts: contacts.to_string(),
    })
}

pub(super) async fn create(call: Call, request: Json) -> Result<Hal<EnvironmentDocument>> {
    let map = request.object()?;
    let (fields, teams) = (read(&map)?, teams(&map)?);
    let created = call.app().create_environment(&call.who, fields, teams).await?;
    let location = call.base.to(address::ENVIRONMENT, [&created.uuid]);
    Ok(Hal::created(location, document(&call, created).await?))
}

pub(super) async fn show(call: Call, Path(uuid): Path<String>) -> Result<Hal<EnvironmentDocument>> {
    let environment = call.app().environment(&call.who, &uuid).await?;
    Ok(Hal::ok(document(&call, environment).await?))
}

async fn document(call: &Call, environment: Environment) -> Result<EnvironmentDocument> {
    let found = [environment];
    let mut teams = call.app().teams_of_environments(&call.who, &found).await?;
    let [environment] = &found;
    let teams = teams.remove(&environment.id).unwrap_or_default();
    Ok(EnvironmentDocument::of(&call.base, environment, &teams)?)
}

/// Returns the teams that the environment will belong to; `None` leaves them unchanged.
fn teams(map: &Map<String, Value>) -> Result<Option<Vec<String>>, Refusal> {
    let mut members = Members::of(map);
    let teams = members.texts("teamUuids");
    members.finish()?;
    Ok(teams)
}

pub(super) async fn replace(
    call: Call,
    Path(uuid): Path<String>,
    request: Json,
) -> Result<Hal<EnvironmentDocument>> {
    let map = request.object()?;
    call.app().environment(&call.who, &uuid).await?;
    let (fields, teams) = (read(&map)?, teams(&map)?);
    let updated = call
        .app()
        .replace_environment(&call.who, uuid, fields, teams)
        .await?;
    Ok(Hal::ok(document(&call, updated).await?))
}

pub(super) async fn delete(call: Call, Path(uuid): Path<String>) -> Result<StatusCode> {
    call.app().delete_environment(&call.who, uuid).await?;
    Ok(StatusCode::NO_CONTENT)
}

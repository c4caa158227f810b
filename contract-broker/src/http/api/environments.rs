//! Environments.

use axum::{Extension, extract::State};
use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::{
    auth::Principal,
    domain::{Refusal, name, text, time::iso},
    http::{
        AppState,
        base_url::BaseUrl,
        error::Result,
        hal::{self, Hal, compact, link, named, titled},
        member::{Members, any_text},
        page::Page,
        path::Path,
        query::Query,
        request_body::Json,
    },
    store::{
        Listed,
        environments::{Environment, Fields},
    },
};

pub(crate) fn url(base: &BaseUrl, uuid: &str) -> String {
    base.url(["environments", uuid])
}

/// An environment as clients read it.
fn body(base: &BaseUrl, environment: &Environment) -> Result<Value> {
    let Environment {
        uuid,
        fields,
        created_at,
        updated_at,
        ..
    } = environment;
    let itself = url(base, uuid);
    let contacts = environment.contacts()?;
    Ok(compact(json!({
        "uuid": uuid,
        "name": fields.name,
        "displayName": fields.display_name,
        "production": fields.production,
        "contacts": (!contacts.is_empty()).then_some(contacts),
        "createdAt": iso(*created_at),
        "updatedAt": (updated_at != created_at).then(|| iso(*updated_at)),
        "_links": {
            "self": named(&itself, "Environment", &fields.name),
            "pb:currently-deployed-deployed-versions": titled(
                format!("{itself}/deployed-versions/currently-deployed"),
                format!("Versions currently deployed to {}", fields.display_name)),
            "pb:currently-supported-released-versions": titled(
                format!("{itself}/released-versions/currently-supported"),
                format!("Versions released and supported in {}", fields.display_name)),
            "pb:environments": titled(base.join("/environments"), "Environments"),
            "curies": hal::curies(base, "environment"),
        },
    })))
}

pub(crate) async fn list(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    query: Query,
) -> Result<Hal> {
    let page = Page::of(&query)?;
    let found = match query.get("name") {
        Some(name) => state
            .app
            .environment_named(&who, name)
            .await?
            .into_iter()
            .collect(),
        None => state.app.environments(&who).await?,
    };
    let Listed { rows: found, total } = Page::part(page, found);
    let bodies = found
        .iter()
        .map(|environment| body(&base, environment))
        .collect::<Result<Vec<Value>>>()?;
    let mut answer = json!({
        "_embedded": { "environments": bodies },
        "_links": {
            "self": link(base.join("/environments")),
            "pb:environments": found.iter().map(|environment| {
                named(url(&base, &environment.uuid), "Environment", &environment.fields.name)
            }).collect::<Vec<_>>(),
            "curies": hal::curies(&base, "environments"),
        },
    });
    if let Some(page) = Page::shown(page, total) {
        page.describe(total, &mut answer, &base, "/environments", &query);
    }
    Ok(Hal::ok(answer))
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
                // Some clients name no contact; the original refuses that.
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

pub(crate) async fn create(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    request: Json,
) -> Result<Hal> {
    let fields = read(&request.object()?)?;
    let created = state.app.create_environment(&who, fields).await?;
    Ok(Hal::created(url(&base, &created.uuid), body(&base, &created)?))
}

pub(crate) async fn show(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path(uuid): Path<String>,
) -> Result<Hal> {
    let environment = state.app.environment(&who, &uuid).await?;
    Ok(Hal::ok(body(&base, &environment)?))
}

pub(crate) async fn replace(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path(uuid): Path<String>,
    request: Json,
) -> Result<Hal> {
    let map = request.object()?;
    state.app.environment(&who, &uuid).await?;
    let fields = read(&map)?;
    let updated = state.app.replace_environment(&who, uuid, fields).await?;
    Ok(Hal::ok(body(&base, &updated)?))
}

pub(crate) async fn delete(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    Path(uuid): Path<String>,
) -> Result<StatusCode> {
    state.app.delete_environment(&who, uuid).await?;
    Ok(StatusCode::NO_CONTENT)
}

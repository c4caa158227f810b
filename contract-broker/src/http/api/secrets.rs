//! Secrets for webhooks.

use http::StatusCode;
use serde_json::{Map, Value};

use crate::{
    app::SecretRequest,
    config::Secret,
    domain::Refusal,
    http::{
        address,
        call::Call,
        error::Result,
        hal::Hal,
        member::{Members, any_text},
        path::Path,
        request_body::Json,
        resource::{SecretDocument, SecretList},
    },
    webhook::is_secret_name,
};

/// Maximum size of a value in bytes.
const MOST: usize = 16_384;

pub(super) async fn list(call: Call) -> Result<Hal<SecretList>> {
    let found = call.app().secrets(&call.who).await?;
    Ok(Hal::ok(SecretList::of(&call.base, &found)))
}

pub(super) async fn show(call: Call, Path(uuid): Path<String>) -> Result<Hal<SecretDocument>> {
    let found = call.app().secret(&call.who, &uuid).await?;
    Ok(Hal::ok(SecretDocument::of(&call.base, &found)))
}

fn read(map: &Map<String, Value>) -> Result<SecretRequest, Refusal> {
    let name_fault =
        |name: &str| (!is_secret_name(name)).then_some("can only contain the characters A-Z, a-z and 0-9");
    let mut members = Members::of(map);
    let name = members.required_text("name", name_fault);
    let description = members.text("description", any_text);
    let team = members.text("teamUuid", any_text).filter(|uuid| !uuid.is_empty());
    let value = match members.value("value") {
        None => None,
        Some(Value::String(value)) if value.len() > MOST => {
            members.fault("value", format!("is too long (at most {MOST} bytes)"));
            None
        }
        Some(Value::String(value)) => Some(Secret::new(value.clone())),
        Some(_) => {
            members.fault("value", "must be a string");
            None
        }
    };
    members.finish()?;
    Ok(SecretRequest {
        name,
        description,
        value,
        team,
    })
}

pub(super) async fn create(call: Call, body: Json) -> Result<Hal<SecretDocument>> {
    let created = call
        .app()
        .create_secret(&call.who, read(&body.object()?)?)
        .await?;
    let location = call.base.to(address::SECRET, [&created.uuid]);
    Ok(Hal::created(location, SecretDocument::of(&call.base, &created)))
}

pub(super) async fn replace(call: Call, Path(uuid): Path<String>, body: Json) -> Result<Hal<SecretDocument>> {
    let changed = call
        .app()
        .replace_secret(&call.who, &uuid, read(&body.object()?)?)
        .await?;
    Ok(Hal::ok(SecretDocument::of(&call.base, &changed)))
}

pub(super) async fn delete(call: Call, Path(uuid): Path<String>) -> Result<StatusCode> {
    call.app().delete_secret(&call.who, &uuid).await?;
    Ok(StatusCode::NO_CONTENT)
}

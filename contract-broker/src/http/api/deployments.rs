//! Recording what is deployed and released, and asking for it.

use axum::{
    extract::State,
    routing::{MethodRouter, get},
};
use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    domain::{Refusal, name, time::iso},
    http::{
        AppState,
        base_url::BaseUrl,
        error::Result,
        hal::{self, Hal, named, titled},
        member::Members,
        page::Page,
        path::{At, Path},
        request_body::Json,
    },
    store::{
        Listed,
        deployments::{self, Deployment, Kind},
        environments, versions,
    },
};

/// The name of a collection in paths.
fn segment(kind: Kind) -> &'static str {
    match kind {
        Kind::Deployed => "deployed-versions",
        Kind::Released => "released-versions",
    }
}

fn url(base: &BaseUrl, kind: Kind, uuid: &str) -> String {
    base.url([segment(kind), uuid])
}

/// A deployment or a release as clients read it.
fn body(base: &BaseUrl, kind: Kind, record: &Deployment) -> Value {
    let version_url = super::versions::url(base, &record.pacticipant, &record.version);
    let environment_url = super::environments::url(base, &record.environment_uuid);
    let pacticipant_url = base.url(["pacticipants", &record.pacticipant]);
    let mut body = json!({
        "uuid": record.uuid,
        "createdAt": iso(record.created_at),
        "_embedded": {
            "version": { "number": record.version, "_links": { "self": titled(&version_url, "Version") } },
            "pacticipant": { "name": record.pacticipant, "_links": { "self": titled(&pacticipant_url, "Pacticipant") } },
            "environment": {
                "uuid": record.environment_uuid,
                "name": record.environment,
                "_links": { "self": titled(&environment_url, "Environment") },
            },
        },
        "_links": {
            "self": titled(url(base, kind, &record.uuid), "This record"),
            "pb:version": named(version_url, "Version", &record.version),
            "pb:environment": named(environment_url, "Environment", &record.environment),
            "pb:pacticipant": named(pacticipant_url, "Pacticipant", &record.pacticipant),
            "curies": hal::curies(base, "deployment"),
        },
    });
    if record.updated_at != record.created_at {
        body["updatedAt"] = json!(iso(record.updated_at));
    }
    match kind {
        Kind::Deployed => {
            let instance = (!record.instance.is_empty()).then_some(&record.instance);
            body["currentlyDeployed"] = json!(record.ended_at.is_none());
            body["applicationInstance"] = json!(instance);
            body["target"] = json!(instance);
            if let Some(at) = record.ended_at {
                body["undeployedAt"] = json!(iso(at));
            }
        }
        Kind::Released => {
            body["currentlySupported"] = json!(record.ended_at.is_none());
            if let Some(at) = record.ended_at {
                body["supportEndedAt"] = json!(iso(at));
            }
        }
    }
    body
}

fn collection(base: &BaseUrl, kind: Kind, records: Vec<Deployment>, at: &At, title: &str) -> Result<Hal> {
    let name = match kind {
        Kind::Deployed => "deployedVersions",
        Kind::Released => "releasedVersions",
    };
    let page = Page::of(&at.query)?;
    let Listed { rows: records, total } = Page::part(page, records);
    let mut answer = json!({
        "_embedded": { name: records.iter().map(|record| body(base, kind, record)).collect::<Vec<_>>() },
        "_links": { "self": titled(base.join(&at.path), title) },
    });
    if let Some(page) = Page::shown(page, total) {
        page.describe(total, &mut answer, base, &at.path, &at.query);
    }
    Ok(Hal::ok(answer))
}

type OfVersion = (String, String, String);

pub(crate) async fn record_deployment(
    State(state): State<AppState>,
    base: BaseUrl,
    Path((pacticipant, number, environment)): Path<OfVersion>,
    request: Json,
) -> Result<Hal> {
    let map = request.object()?;
    let mut members = Members::of(&map);
    let mut instance = String::new();
    for key in ["target", "applicationInstance"] {
        if let Some(given) = members.text(key, |_| None).filter(|text| !text.trim().is_empty()) {
            if let Some(fault) = name::fault(&given) {
                members.fault(key, fault);
            }
            instance = given;
        }
    }
    members.finish()?;
    let input = (pacticipant, number, environment, instance);
    let recorded = state
        .app
        .store
        .write(
            input,
            |connection, (pacticipant, number, environment, instance)| {
                Box::pin(async move {
                    let version = versions::require(connection, pacticipant, number).await?;
                    let environment = environments::require(connection, environment).await?;
                    let owner = version.pacticipant_id;
                    deployments::deploy(connection, owner, version.id, environment.id, instance, false).await
                })
            },
        )
        .await?;
    created(&state, &base, Kind::Deployed, &recorded.uuid, true).await
}

pub(crate) async fn record_release(
    State(state): State<AppState>,
    base: BaseUrl,
    Path(names): Path<OfVersion>,
    _: Json,
) -> Result<Hal> {
    let recorded = state
        .app
        .store
        .write(names, |connection, (pacticipant, number, environment)| {
            Box::pin(async move {
                let version = versions::require(connection, pacticipant, number).await?;
                let environment = environments::require(connection, environment).await?;
                deployments::release(connection, version.pacticipant_id, version.id, environment.id).await
            })
        })
        .await?;
    created(&state, &base, Kind::Released, &recorded.uuid, recorded.created).await
}

async fn created(state: &AppState, base: &BaseUrl, kind: Kind, uuid: &str, new: bool) -> Result<Hal> {
    let record = deployments::require(&mut *state.app.store.read().await?, kind, uuid).await?;
    Ok(Hal::put(new, url(base, kind, uuid), body(base, kind, &record)))
}

/// What was recorded of a version in an environment.
pub(crate) fn of_version(kind: Kind) -> MethodRouter<AppState> {
    get(
        async move |State(state): State<AppState>,
                    base: BaseUrl,
                    Path(names): Path<OfVersion>,
                    at: At|
                    -> Result<Hal> {
            let (pacticipant, number, environment) = names;
            let mut connection = state.app.store.read().await?;
            let version = versions::require(&mut connection, &pacticipant, &number).await?;
            let environment = environments::require(&mut connection, &environment).await?;
            let records = deployments::of_version(&mut connection, kind, version.id, environment.id).await?;
            let title = format!(
                "{pacticipant} version {number} in {}",
                environment.fields.display_name
            );
            collection(&base, kind, records, &at, &title)
        },
    )
}

/// What is in an environment now.
pub(crate) fn current(kind: Kind) -> MethodRouter<AppState> {
    get(
        async move |State(state): State<AppState>,
                    base: BaseUrl,
                    Path(environment): Path<String>,
                    at: At|
                    -> Result<Hal> {
            let mut connection = state.app.store.read().await?;
            let environment = environments::require(&mut connection, &environment).await?;
            let pacticipant = at.query.get("pacticipant");
            let mut records =
                deployments::current(&mut connection, kind, environment.id, pacticipant).await?;
            let name = &environment.fields.display_name;
            let title = match kind {
                Kind::Deployed => {
                    for key in ["applicationInstance", "target"] {
                        if at.query.has(key) {
                            let wanted = at.query.get(key).unwrap_or_default();
                            records.retain(|record| record.instance == wanted);
                        }
                    }
                    format!("Versions currently deployed to {name}")
                }
                Kind::Released => {
                    if let Some(number) = at.query.get("version") {
                        records.retain(|record| record.version == number);
                    }
                    format!("Versions released and supported in {name}")
                }
            };
            collection(&base, kind, records, &at, &title)
        },
    )
}

/// One record; ending it; and deleting it, where it was made by mistake.
pub(crate) fn one(kind: Kind) -> MethodRouter<AppState> {
    get(
        async move |State(state): State<AppState>, base: BaseUrl, Path(uuid): Path<String>| -> Result<Hal> {
            let record = deployments::require(&mut *state.app.store.read().await?, kind, &uuid).await?;
            Ok(Hal::ok(body(&base, kind, &record)))
        },
    )
    .patch(
        async move |State(state): State<AppState>, base: BaseUrl, Path(uuid): Path<String>, request: Json| {
            finish(&state, &base, kind, uuid, request).await
        },
    )
    .delete(
        async move |State(state): State<AppState>, Path(uuid): Path<String>| -> Result<StatusCode> {
            state
                .app
                .store
                .write((kind, uuid), |connection, (kind, uuid)| {
                    Box::pin(deployments::delete(connection, *kind, uuid))
                })
                .await?;
            Ok(StatusCode::NO_CONTENT)
        },
    )
}

async fn finish(state: &AppState, base: &BaseUrl, kind: Kind, uuid: String, request: Json) -> Result<Hal> {
    let flag = match kind {
        Kind::Deployed => "currentlyDeployed",
        Kind::Released => "currentlySupported",
    };
    let map = request.object()?;
    let mut members = Members::of(&map);
    let current = members.flag(flag);
    members.finish()?;
    let record = deployments::require(&mut *state.app.store.read().await?, kind, &uuid).await?;
    let record = match current {
        Some(false) => {
            state
                .app
                .store
                .write((kind, uuid), |connection, (kind, uuid)| {
                    Box::pin(deployments::finish(connection, *kind, uuid))
                })
                .await?
        }
        Some(true) if record.ended_at.is_some() => {
            let message = format!(
                "The {flag} property cannot be set back to true. Please record a new deployment or release."
            );
            return Err(Refusal::Impossible(message).into());
        }
        _ => record,
    };
    Ok(Hal::ok(body(base, kind, &record)))
}

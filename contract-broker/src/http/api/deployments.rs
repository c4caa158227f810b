//! Recording what is deployed and released, and asking for it.

use axum::extract::State;
use serde_json::{Value, json};

use crate::{
    domain::{Refusal, name, time::iso},
    http::{
        AppState,
        base_url::BaseUrl,
        error::Result,
        hal::{self, Hal, named, titled},
        member::Members,
        path::Path,
        query::Query,
        request_body::Json,
    },
    store::{
        deployments::{self, Deployment, Kind},
        environments, versions,
    },
};

fn url(base: &BaseUrl, kind: Kind, uuid: &str) -> String {
    let collection = match kind {
        Kind::Deployed => "deployed-versions",
        Kind::Released => "released-versions",
    };
    base.url([collection, uuid])
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

fn collection(base: &BaseUrl, kind: Kind, records: &[Deployment], itself: &str, title: &str) -> Hal {
    let name = match kind {
        Kind::Deployed => "deployedVersions",
        Kind::Released => "releasedVersions",
    };
    Hal::ok(json!({
        "_embedded": { name: records.iter().map(|record| body(base, kind, record)).collect::<Vec<_>>() },
        "_links": { "self": { "href": itself, "title": title } },
    }))
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
    let (uuid, _) = state
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
    created(&state, &base, Kind::Deployed, &uuid, true).await
}

pub(crate) async fn record_release(
    State(state): State<AppState>,
    base: BaseUrl,
    Path(names): Path<OfVersion>,
    _: Json,
) -> Result<Hal> {
    let (uuid, new) = state
        .store
        .write(names, |connection, (pacticipant, number, environment)| {
            Box::pin(async move {
                let version = versions::require(connection, pacticipant, number).await?;
                let environment = environments::require(connection, environment).await?;
                deployments::release(connection, version.pacticipant_id, version.id, environment.id).await
            })
        })
        .await?;
    created(&state, &base, Kind::Released, &uuid, new).await
}

async fn created(state: &AppState, base: &BaseUrl, kind: Kind, uuid: &str, new: bool) -> Result<Hal> {
    let record = deployments::require(&mut *state.store.read().await?, kind, uuid).await?;
    Ok(Hal::put(new, url(base, kind, uuid), body(base, kind, &record)))
}

pub(crate) async fn deployments_of_version(
    State(state): State<AppState>,
    base: BaseUrl,
    Path(names): Path<OfVersion>,
) -> Result<Hal> {
    of_version(&state, &base, Kind::Deployed, names).await
}

pub(crate) async fn releases_of_version(
    State(state): State<AppState>,
    base: BaseUrl,
    Path(names): Path<OfVersion>,
) -> Result<Hal> {
    of_version(&state, &base, Kind::Released, names).await
}

async fn of_version(
    state: &AppState,
    base: &BaseUrl,
    kind: Kind,
    (pacticipant, number, environment): OfVersion,
) -> Result<Hal> {
    let mut connection = state.store.read().await?;
    let version = versions::require(&mut connection, &pacticipant, &number).await?;
    let environment = environments::require(&mut connection, &environment).await?;
    let records = deployments::of_version(&mut connection, kind, version.id, environment.id).await?;
    let path = match kind {
        Kind::Deployed => "deployed-versions",
        Kind::Released => "released-versions",
    };
    let itself = base.url([
        "pacticipants",
        &pacticipant,
        "versions",
        &number,
        path,
        "environment",
        &environment.uuid,
    ]);
    let title = format!(
        "{pacticipant} version {number} in {}",
        environment.fields.display_name
    );
    Ok(collection(base, kind, &records, &itself, &title))
}

pub(crate) async fn currently_deployed(
    State(state): State<AppState>,
    base: BaseUrl,
    Path(environment): Path<String>,
    query: Query,
) -> Result<Hal> {
    let mut connection = state.store.read().await?;
    let environment = environments::require(&mut connection, &environment).await?;
    let mut records = deployments::current(
        &mut connection,
        Kind::Deployed,
        environment.id,
        query.get("pacticipant"),
    )
    .await?;
    for key in ["applicationInstance", "target"] {
        if query.has(key) {
            let wanted = query.get(key).unwrap_or_default();
            records.retain(|record| record.instance == wanted);
        }
    }
    let itself = format!(
        "{}/deployed-versions/currently-deployed",
        super::environments::url(&base, &environment.uuid)
    );
    let title = format!(
        "Versions currently deployed to {}",
        environment.fields.display_name
    );
    Ok(collection(&base, Kind::Deployed, &records, &itself, &title))
}

pub(crate) async fn currently_supported(
    State(state): State<AppState>,
    base: BaseUrl,
    Path(environment): Path<String>,
    query: Query,
) -> Result<Hal> {
    let mut connection = state.store.read().await?;
    let environment = environments::require(&mut connection, &environment).await?;
    let mut records = deployments::current(
        &mut connection,
        Kind::Released,
        environment.id,
        query.get("pacticipant"),
    )
    .await?;
    if let Some(number) = query.get("version") {
        records.retain(|record| record.version == number);
    }
    let itself = format!(
        "{}/released-versions/currently-supported",
        super::environments::url(&base, &environment.uuid)
    );
    let title = format!(
        "Versions released and supported in {}",
        environment.fields.display_name
    );
    Ok(collection(&base, Kind::Released, &records, &itself, &title))
}

pub(crate) async fn show_deployment(
    State(state): State<AppState>,
    base: BaseUrl,
    Path(uuid): Path<String>,
) -> Result<Hal> {
    let record = deployments::require(&mut *state.store.read().await?, Kind::Deployed, &uuid).await?;
    Ok(Hal::ok(body(&base, Kind::Deployed, &record)))
}

pub(crate) async fn show_release(
    State(state): State<AppState>,
    base: BaseUrl,
    Path(uuid): Path<String>,
) -> Result<Hal> {
    let record = deployments::require(&mut *state.store.read().await?, Kind::Released, &uuid).await?;
    Ok(Hal::ok(body(&base, Kind::Released, &record)))
}

pub(crate) async fn patch_deployment(
    State(state): State<AppState>,
    base: BaseUrl,
    Path(uuid): Path<String>,
    request: Json,
) -> Result<Hal> {
    finish(&state, &base, Kind::Deployed, uuid, request, "currentlyDeployed").await
}

pub(crate) async fn patch_release(
    State(state): State<AppState>,
    base: BaseUrl,
    Path(uuid): Path<String>,
    request: Json,
) -> Result<Hal> {
    finish(&state, &base, Kind::Released, uuid, request, "currentlySupported").await
}

async fn finish(
    state: &AppState,
    base: &BaseUrl,
    kind: Kind,
    uuid: String,
    request: Json,
    flag: &str,
) -> Result<Hal> {
    let map = request.object()?;
    let mut members = Members::of(&map);
    let current = members.flag(flag);
    members.finish()?;
    let record = deployments::require(&mut *state.store.read().await?, kind, &uuid).await?;
    let record = match current {
        Some(false) => {
            state
                .store
                .write((kind, uuid), |connection, (kind, uuid)| {
                    Box::pin(deployments::finish(connection, *kind, uuid))
                })
                .await?
        }
        Some(true) if record.ended_at.is_some() => {
            let message =
                format!("{flag} cannot be set back to true: record a new deployment or release instead");
            return Err(Refusal::Impossible(message).into());
        }
        _ => record,
    };
    Ok(Hal::ok(body(base, kind, &record)))
}

//! Recording what is deployed and released, and asking for it.

use axum::{
    Extension,
    extract::State,
    routing::{MethodRouter, get},
};
use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    app::{InEnvironment, Record, RecordedVersion},
    auth::Principal,
    domain::{name, time::iso},
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
        deployments::{Deployment, Kind},
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
    Extension(who): Extension<Principal>,
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
    let version = RecordedVersion {
        pacticipant,
        number,
        environment,
        instance,
    };
    let recorded = state.app.record_deployment(&who, version).await?;
    Ok(created(&base, Kind::Deployed, &recorded))
}

pub(crate) async fn record_release(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path(names): Path<OfVersion>,
    _: Json,
) -> Result<Hal> {
    let recorded = state.app.record_release(&who, of_names(names)).await?;
    Ok(created(&base, Kind::Released, &recorded))
}

fn created(base: &BaseUrl, kind: Kind, recorded: &Record) -> Hal {
    let record = &recorded.record;
    Hal::put(
        recorded.created,
        url(base, kind, &record.uuid),
        body(base, kind, record),
    )
}

/// A version in an environment, whatever its application instance.
fn of_names((pacticipant, number, environment): OfVersion) -> RecordedVersion {
    RecordedVersion {
        pacticipant,
        number,
        environment,
        instance: String::new(),
    }
}

/// What was recorded of a version in an environment.
pub(crate) fn of_version(kind: Kind) -> MethodRouter<AppState> {
    get(
        async move |State(state): State<AppState>,
                    Extension(who): Extension<Principal>,
                    base: BaseUrl,
                    Path(names): Path<OfVersion>,
                    at: At|
                    -> Result<Hal> {
            let version = of_names(names);
            let found = state.app.deployments_of_version(&who, kind, &version).await?;
            let title = format!(
                "{} version {} in {}",
                version.pacticipant, version.number, found.environment.fields.display_name
            );
            collection(&base, kind, found.records, &at, &title)
        },
    )
}

/// What is in an environment now.
pub(crate) fn current(kind: Kind) -> MethodRouter<AppState> {
    get(
        async move |State(state): State<AppState>,
                    Extension(who): Extension<Principal>,
                    base: BaseUrl,
                    Path(environment): Path<String>,
                    at: At|
                    -> Result<Hal> {
            let pacticipant = at.query.get("pacticipant");
            let InEnvironment {
                environment,
                mut records,
            } = state
                .app
                .current_deployments(&who, kind, &environment, pacticipant)
                .await?;
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
        async move |State(state): State<AppState>,
                    Extension(who): Extension<Principal>,
                    base: BaseUrl,
                    Path(uuid): Path<String>|
                    -> Result<Hal> {
            let record = state.app.deployment(&who, kind, &uuid).await?;
            Ok(Hal::ok(body(&base, kind, &record)))
        },
    )
    .patch(
        async move |State(state): State<AppState>,
                    Extension(who): Extension<Principal>,
                    base: BaseUrl,
                    Path(uuid): Path<String>,
                    request: Json| { finish(&state, &who, &base, kind, uuid, request).await },
    )
    .delete(
        async move |State(state): State<AppState>,
                    Extension(who): Extension<Principal>,
                    Path(uuid): Path<String>|
                    -> Result<StatusCode> {
            state.app.delete_deployment(&who, kind, uuid).await?;
            Ok(StatusCode::NO_CONTENT)
        },
    )
}

async fn finish(
    state: &AppState,
    who: &Principal,
    base: &BaseUrl,
    kind: Kind,
    uuid: String,
    request: Json,
) -> Result<Hal> {
    let flag = match kind {
        Kind::Deployed => "currentlyDeployed",
        Kind::Released => "currentlySupported",
    };
    let map = request.object()?;
    let mut members = Members::of(&map);
    let current = members.flag(flag);
    members.finish()?;
    let record = state.app.set_current(who, kind, uuid, current, flag).await?;
    Ok(Hal::ok(body(base, kind, &record)))
}

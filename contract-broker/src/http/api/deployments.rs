//! Records deployments and releases, and lists them.

use axum::{
    response::{IntoResponse as _, Response},
    routing::{MethodRouter, get},
};
use http::StatusCode;

use crate::{
    app::{InEnvironment, Record, RecordedVersion},
    domain::name,
    http::{
        AppState, address,
        call::Call,
        error::Result,
        hal::Hal,
        member::Members,
        page::Page,
        path::{At, Path},
        request_body::Json,
        resource::{DeployedVersion, DeployedVersionList, ReleasedVersion, ReleasedVersionList},
    },
    store::deployments::{Deployment, Kind},
};

/// Pacticipant, version number, environment.
type OfVersion = (String, String, String);

/// Returns the response for a record, depending on its kind.
fn shown(call: &Call, kind: Kind, record: &Deployment) -> Response {
    recorded(call, kind, record, false)
}

fn recorded(call: &Call, kind: Kind, record: &Deployment, created: bool) -> Response {
    let base = &call.base;
    match kind {
        Kind::Deployed => {
            let location = base.to(address::DEPLOYMENT, [&record.uuid]);
            Hal::put(created, location, DeployedVersion::of(base, record)).into_response()
        }
        Kind::Released => {
            let location = base.to(address::RELEASE, [&record.uuid]);
            Hal::put(created, location, ReleasedVersion::of(base, record)).into_response()
        }
    }
}

fn listed(call: &Call, kind: Kind, records: Vec<Deployment>, at: &At, title: &str) -> Result<Response> {
    let (base, page) = (&call.base, Page::of(&at.query)?);
    Ok(match kind {
        Kind::Deployed => Hal::ok(DeployedVersionList::of(base, records, page, at, title)).into_response(),
        Kind::Released => Hal::ok(ReleasedVersionList::of(base, records, page, at, title)).into_response(),
    })
}

pub(super) async fn record_deployment(
    call: Call,
    Path((pacticipant, number, environment)): Path<OfVersion>,
    request: Json,
) -> Result<Response> {
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
    let Record { record, created } = call.app().record_deployment(&call.who, version).await?;
    Ok(recorded(&call, Kind::Deployed, &record, created))
}

pub(super) async fn record_release(call: Call, Path(names): Path<OfVersion>, _: Json) -> Result<Response> {
    let Record { record, created } = call.app().record_release(&call.who, of_names(names)).await?;
    Ok(recorded(&call, Kind::Released, &record, created))
}

/// Returns a version in an environment, without an application instance.
fn of_names((pacticipant, number, environment): OfVersion) -> RecordedVersion {
    RecordedVersion {
        pacticipant,
        number,
        environment,
        instance: String::new(),
    }
}

/// Returns the handlers for the records of a version in an environment.
pub(super) fn of_version(kind: Kind) -> MethodRouter<AppState> {
    get(
        async move |call: Call, Path(names): Path<OfVersion>, at: At| -> Result<Response> {
            let version = of_names(names);
            let found = call
                .app()
                .deployments_of_version(&call.who, kind, &version)
                .await?;
            let title = format!(
                "{} version {} in {}",
                version.pacticipant, version.number, found.environment.fields.display_name
            );
            listed(&call, kind, found.records, &at, &title)
        },
    )
}

/// Returns the handler that lists what is currently in an environment.
pub(super) fn current(kind: Kind) -> MethodRouter<AppState> {
    get(
        async move |call: Call, Path(environment): Path<String>, at: At| -> Result<Response> {
            let pacticipant = at.query.get("pacticipant");
            let app = call.app();
            let InEnvironment {
                environment,
                mut records,
            } = app
                .current_deployments(&call.who, kind, &environment, pacticipant)
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
            listed(&call, kind, records, &at, &title)
        },
    )
}

/// Returns the handlers that read, end and delete one record.
pub(super) fn one(kind: Kind) -> MethodRouter<AppState> {
    get(
        async move |call: Call, Path(uuid): Path<String>| -> Result<Response> {
            let record = call.app().deployment(&call.who, kind, &uuid).await?;
            Ok(shown(&call, kind, &record))
        },
    )
    .patch(async move |call: Call, Path(uuid): Path<String>, request: Json| {
        finish(&call, kind, uuid, request).await
    })
    .delete(
        async move |call: Call, Path(uuid): Path<String>| -> Result<StatusCode> {
            call.app().delete_deployment(&call.who, kind, uuid).await?;
            Ok(StatusCode::NO_CONTENT)
        },
    )
}

async fn finish(call: &Call, kind: Kind, uuid: String, request: Json) -> Result<Response> {
    let flag = match kind {
        Kind::Deployed => "currentlyDeployed",
        Kind::Released => "currentlySupported",
    };
    let map = request.object()?;
    let mut members = Members::of(&map);
    let current = members.flag(flag);
    members.finish()?;
    let record = call
        .app()
        .set_current(&call.who, kind, uuid, current, flag)
        .await?;
    Ok(shown(call, kind, &record))
}

//! Pacticipants and their labels.

use axum::{Extension, extract::State};
use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::{
    app::{Change, Pacticipants, ProfileChange},
    auth::Principal,
    domain::{Refusal, name, time::iso},
    http::{
        AppState,
        base_url::BaseUrl,
        error::Result,
        hal::{self, Hal, compact, link, named, templated, titled},
        member::{Members, any_text},
        page::Page,
        path::Path,
        query::Query,
        request_body::Json,
    },
    store::{
        Listed,
        deployments::KnownEnvironment,
        pacticipants::{Label, Pacticipant},
        versions::{Placement, Version},
    },
};

pub(crate) async fn list(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    query: Query,
) -> Result<Hal> {
    listed(&state, &who, &base, &query, None, "/pacticipants").await
}

pub(crate) async fn list_with_label(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path(label): Path<String>,
    query: Query,
) -> Result<Hal> {
    let path = format!("/pacticipants/label/{}", crate::http::base_url::encode(&label));
    listed(&state, &who, &base, &query, Some(&label), &path).await
}

async fn listed(
    state: &AppState,
    who: &Principal,
    base: &BaseUrl,
    query: &Query,
    label: Option<&str>,
    path: &str,
) -> Result<Hal> {
    let page = Page::of(query)?;
    let slice = Page::slice(page);
    let Pacticipants {
        listed: Listed { rows: found, total },
        labels,
        newest,
    } = state.app.pacticipants(who, query.search()?, label, slice).await?;
    let bodies: Vec<Value> = found
        .iter()
        .map(|pacticipant| {
            let labels = labels.get(&pacticipant.id).map(Vec::as_slice).unwrap_or_default();
            body(base, pacticipant, labels, newest.get(&pacticipant.id))
        })
        .collect();
    let links = |title: fn(&Pacticipant) -> &str| -> Vec<Value> {
        let links = found.iter();
        links
            .map(|pacticipant| {
                named(
                    url(base, &pacticipant.name),
                    title(pacticipant),
                    &pacticipant.name,
                )
            })
            .collect()
    };
    let mut answer = json!({
        "_embedded": { "pacticipants": bodies },
        "pacticipants": bodies.iter().map(|body| {
            let mut body = body.clone();
            body["title"] = json!("DEPRECATED - use the embedded pacticipants collection");
            body
        }).collect::<Vec<_>>(),
        "_links": {
            "self": link(base.join(path)),
            "pb:pacticipants-with-label": templated(base.join("/pacticipants/label/{label}"), "Pacticipants with a label"),
            "pb:pacticipants": links(|_| "Pacticipant"),
            // The older relation has the name as its title.
            "pacticipants": links(|pacticipant| &pacticipant.name),
            "curies": hal::curies(base, "pacticipants"),
        },
    });
    if let Some(page) = Page::shown(page, total) {
        page.describe(total, &mut answer, base, path, query);
    }
    Ok(Hal::ok(answer))
}

pub(crate) async fn show(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path(name): Path<String>,
) -> Result<Hal> {
    Ok(Hal::ok(shown(&state, &who, &base, &name).await?))
}

async fn shown(state: &AppState, who: &Principal, base: &BaseUrl, name: &str) -> Result<Value> {
    let details = state.app.pacticipant(who, name).await?;
    let mut body = body(
        base,
        &details.pacticipant,
        &details.labels,
        details.newest.as_ref(),
    );
    body["_links"]["pb:deployed-environments"] = deployed_environments(base, &details.environments);
    Ok(body)
}

fn deployed_environments(base: &BaseUrl, environments: &[KnownEnvironment]) -> Value {
    let links = environments.iter().map(|environment| {
        let href = base.url(["environments", environment.uuid.as_str()]);
        let mut link = named(href, "Environment", &environment.display_name);
        link["currently_deployed"] = json!(environment.current);
        link
    });
    links.collect()
}

pub(crate) fn url(base: &BaseUrl, name: &str) -> String {
    base.url(["pacticipants", name])
}

/// A pacticipant as clients read it.
fn body(base: &BaseUrl, pacticipant: &Pacticipant, labels: &[Label], newest: Option<&Version>) -> Value {
    let Pacticipant {
        name,
        profile,
        created_at,
        updated_at,
        ..
    } = pacticipant;
    let itself = url(base, name);
    let at = |rest: &str| format!("{itself}{rest}");
    let mut embedded = json!({
        "labels": labels.iter().map(|label| json!({
            "name": label.name,
            "_links": { "self": link(base.url(["pacticipants", name, "labels", &label.name])) },
        })).collect::<Vec<_>>(),
    });
    if let Some(version) = newest {
        let summary = json!({
            "number": version.number,
            "_links": { "self": link(base.url(["pacticipants", name, "versions", &version.number])) },
        });
        embedded["latestVersion"] = summary.clone();
        embedded["latest-version"] = summary;
    }
    compact(json!({
        "name": name,
        "displayName": profile.display_name.clone().unwrap_or_else(|| name::humanise(name)),
        "repositoryUrl": profile.repository_url,
        "repositoryName": profile.repository_name,
        "repositoryNamespace": profile.repository_namespace,
        "mainBranch": profile.main_branch,
        "createdAt": iso(*created_at),
        "updatedAt": (updated_at != created_at).then(|| iso(*updated_at)),
        "_embedded": embedded,
        "_links": {
            "self": link(&itself),
            "pb:versions": link(at("/versions")),
            "versions": titled(at("/versions"), "DEPRECATED - use pb:versions"),
            "pb:branches": link(at("/branches")),
            "pb:version": templated(at("/versions/{version}"), "A version"),
            "pb:version-tag": templated(at("/versions/{version}/tags/{tag}"), "A tag of a version"),
            "pb:branch-version": templated(at("/branches/{branch}/versions/{version}"), "A version on a branch"),
            "pb:label": templated(at("/labels/{label}"), "A label"),
            "pb:can-i-deploy-badge": templated(at("/latest-version/{tag}/can-i-deploy/to/{toTag}/badge"), "Badge"),
            "pb:can-i-deploy-branch-to-environment-badge": templated(
                at("/branches/{branch}/latest-version/can-i-deploy/to-environment/{environment}/badge"), "Badge"),
            "curies": hal::curies(base, "pacticipant"),
        },
    }))
}

/// What a request says about a pacticipant.
struct Request {
    name: String,
    change: ProfileChange,
}

impl Request {
    fn read(map: &Map<String, Value>, name_required: bool) -> Result<Self, Refusal> {
        let mut members = Members::of(map);
        let name = if name_required {
            members.required_text("name", name::fault)
        } else {
            members.text("name", name::fault).unwrap_or_default()
        };
        let mut change = |key: &str, fault: fn(&str) -> Option<&'static str>| {
            if members.has(key) {
                Change::ContractSet(members.text(key, fault))
            } else {
                Change::Keep
            }
        };
        let change = ProfileChange {
            display_name: change("displayName", any_text),
            repository_url: change("repositoryUrl", any_text),
            repository_name: change("repositoryName", any_text),
            repository_namespace: change("repositoryNamespace", any_text),
            main_branch: change("mainBranch", name::fault_without_spaces),
        };
        members.finish()?;
        Ok(Self { name, change })
    }
}

pub(crate) async fn create(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    body: Json,
) -> Result<Hal> {
    let Request { name, change } = Request::read(&body.object()?, true)?;
    state.app.create_pacticipant(&who, name.clone(), change).await?;
    let body = shown(&state, &who, &base, &name).await?;
    Ok(Hal::created(url(&base, &name), body))
}

pub(crate) async fn replace(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path(name): Path<String>,
    body: Json,
) -> Result<Hal> {
    let Request { change, .. } = Request::read(&body.object()?, false)?;
    state.app.replace_pacticipant(&who, name.clone(), change).await?;
    Ok(Hal::ok(shown(&state, &who, &base, &name).await?))
}

pub(crate) async fn patch(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path(name): Path<String>,
    body: Json,
) -> Result<Hal> {
    let Request { change, .. } = Request::read(&body.object()?, false)?;
    let created = state.app.change_pacticipant(&who, name.clone(), change).await?;
    let body = shown(&state, &who, &base, &name).await?;
    Ok(Hal::put(created, url(&base, &name), body))
}

pub(crate) async fn labels(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    query: Query,
) -> Result<Hal> {
    let page = Page::of(&query)?;
    let Listed { rows: names, total } = state.app.labels(&who, Page::slice(page)).await?;
    let mut answer = json!({
        "_embedded": { "labels": names.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>() },
        "_links": {
            "self": link(base.join("/labels")),
            "pb:pacticipants-with-label": templated(base.join("/pacticipants/label/{label}"), "Pacticipants with a label"),
        },
    });
    if let Some(page) = Page::shown(page, total) {
        page.describe(total, &mut answer, &base, "/labels", &query);
    }
    Ok(Hal::ok(answer))
}

fn label_body(base: &BaseUrl, pacticipant: &str, label: &str, created_at: i64) -> Value {
    json!({
        "name": label,
        "createdAt": iso(created_at),
        "_links": {
            "self": link(base.url(["pacticipants", pacticipant, "labels", label])),
            "pacticipant": named(url(base, pacticipant), "Pacticipant", pacticipant),
        },
    })
}

async fn label_shown(
    state: &AppState,
    who: &Principal,
    base: &BaseUrl,
    pacticipant: &str,
    label: &str,
) -> Result<Value> {
    let found = state.app.label(who, pacticipant, label).await?;
    Ok(label_body(base, pacticipant, label, found.created_at))
}

pub(crate) async fn show_label(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path((pacticipant, label)): Path<(String, String)>,
) -> Result<Hal> {
    Ok(Hal::ok(
        label_shown(&state, &who, &base, &pacticipant, &label).await?,
    ))
}

pub(crate) async fn put_label(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path((pacticipant, label)): Path<(String, String)>,
) -> Result<Hal> {
    let created = state
        .app
        .add_label(&who, pacticipant.clone(), label.clone())
        .await?;
    let body = label_shown(&state, &who, &base, &pacticipant, &label).await?;
    Ok(Hal::put(
        created,
        base.url(["pacticipants", &pacticipant, "labels", &label]),
        body,
    ))
}

pub(crate) async fn delete_label(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    Path((pacticipant, label)): Path<(String, String)>,
) -> Result<StatusCode> {
    state.app.remove_label(&who, pacticipant, label).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Links to the environments that a version is in.
pub(crate) fn placement_links(base: &BaseUrl, placements: &[Placement], released: bool) -> Value {
    let (collection, flag) = if released {
        ("released-versions", "currently_supported")
    } else {
        ("deployed-versions", "currently_deployed")
    };
    placements
        .iter()
        .filter(|placement| placement.released == released)
        .map(|placement| {
            let href = base.url([collection, placement.deployment_uuid.as_str()]);
            let mut link = named(href, "Version in an environment", &placement.display_name);
            link[flag] = json!(true);
            if !placement.instance.is_empty() {
                link["application_instance"] = json!(placement.instance);
            }
            link
        })
        .collect()
}

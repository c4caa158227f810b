//! Pacticipants and their labels.

use axum::extract::State;
use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::{
    domain::{Refusal, name, time::iso},
    http::{
        AppState,
        base_url::BaseUrl,
        error::{Failure, Result},
        hal::{self, Hal, compact, link, named, templated, titled},
        member::{Members, any_text},
        page::Page,
        path::Path,
        query::Query,
        request_body::Json,
    },
    store::{
        Listed, deployments,
        pacticipants::{self, Label, Pacticipant, Profile},
        versions::{self, Of, Placement, Version},
    },
};

pub(crate) async fn list(State(state): State<AppState>, base: BaseUrl, query: Query) -> Result<Hal> {
    listed(&state, &base, &query, None, "/pacticipants").await
}

pub(crate) async fn list_with_label(
    State(state): State<AppState>,
    base: BaseUrl,
    Path(label): Path<String>,
    query: Query,
) -> Result<Hal> {
    let path = format!("/pacticipants/label/{}", crate::http::base_url::encode(&label));
    listed(&state, &base, &query, Some(&label), &path).await
}

async fn listed(
    state: &AppState,
    base: &BaseUrl,
    query: &Query,
    label: Option<&str>,
    path: &str,
) -> Result<Hal> {
    let page = Page::of(query)?;
    let mut connection = state.app.store.read().await?;
    let Listed { rows: found, total } =
        pacticipants::list(&mut connection, query.search()?, label, Page::slice(page)).await?;
    let ids: Vec<i64> = found.iter().map(|pacticipant| pacticipant.id).collect();
    let labels = pacticipants::labels(&mut connection, &ids).await?;
    let newest = versions::latest_of_each(&mut connection, &ids).await?;
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
    base: BaseUrl,
    Path(name): Path<String>,
) -> Result<Hal> {
    Ok(Hal::ok(shown(&state, &base, &name).await?))
}

async fn shown(state: &AppState, base: &BaseUrl, name: &str) -> Result<Value> {
    let mut connection = state.app.store.read().await?;
    let pacticipant = pacticipants::require(&mut connection, name).await?;
    let labels = pacticipants::labels(&mut connection, &[pacticipant.id]).await?;
    let labels = labels.get(&pacticipant.id).map(Vec::as_slice).unwrap_or_default();
    let newest = versions::latest(&mut connection, pacticipant.id, Of::All).await?;
    let mut body = body(base, &pacticipant, labels, newest.as_ref());
    body["_links"]["pb:deployed-environments"] =
        deployed_environments(&mut connection, base, pacticipant.id).await?;
    Ok(body)
}

async fn deployed_environments(
    connection: &mut crate::store::Connection,
    base: &BaseUrl,
    pacticipant: i64,
) -> Result<Value> {
    let places = deployments::environments_of(connection, pacticipant).await?;
    Ok(places
        .iter()
        .map(|environment| {
            let mut link = named(
                base.url(["environments", environment.uuid.as_str()]),
                "Environment",
                &environment.display_name,
            );
            link["currently_deployed"] = json!(environment.current);
            link
        })
        .collect())
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

/// What a request says about a pacticipant: for each member, whether it is named.
struct Change {
    name: String,
    profile: Profile,
    named: [bool; 5],
}

impl Change {
    fn read(map: &Map<String, Value>, name_required: bool) -> Result<Self, Refusal> {
        let mut members = Members::of(map);
        let name = if name_required {
            members.required_text("name", name::fault)
        } else {
            members.text("name", name::fault).unwrap_or_default()
        };
        let keys = [
            "displayName",
            "repositoryUrl",
            "repositoryName",
            "repositoryNamespace",
            "mainBranch",
        ];
        let named = keys.map(|key| members.has(key));
        let profile = Profile {
            display_name: members.text("displayName", any_text),
            repository_url: members.text("repositoryUrl", any_text),
            repository_name: members.text("repositoryName", any_text),
            repository_namespace: members.text("repositoryNamespace", any_text),
            main_branch: members.text("mainBranch", name::fault_without_spaces),
        };
        members.finish()?;
        Ok(Self { name, profile, named })
    }

    /// What is named here over what was there.
    fn over(&self, old: Profile) -> Profile {
        let [display_name, url, repository, namespace, main] = self.named;
        let new = self.profile.clone();
        Profile {
            display_name: if display_name {
                new.display_name
            } else {
                old.display_name
            },
            repository_url: if url {
                new.repository_url
            } else {
                old.repository_url
            },
            repository_name: if repository {
                new.repository_name
            } else {
                old.repository_name
            },
            repository_namespace: if namespace {
                new.repository_namespace
            } else {
                old.repository_namespace
            },
            main_branch: if main { new.main_branch } else { old.main_branch },
        }
    }
}

pub(crate) async fn create(State(state): State<AppState>, base: BaseUrl, body: Json) -> Result<Hal> {
    let change = Change::read(&body.object()?, true)?;
    let name = change.name.clone();
    state
        .app
        .store
        .write(change, |connection, change| {
            Box::pin(async move {
                if pacticipants::find(connection, &change.name).await?.is_some() {
                    let message = format!("A pacticipant with name '{}' already exists", change.name);
                    return Err(Refusal::invalid("name", message).into());
                }
                let id = pacticipants::ensure_one(connection, &change.name).await?;
                pacticipants::update(connection, id, &change.profile).await
            })
        })
        .await?;
    let body = shown(&state, &base, &name).await?;
    Ok(Hal::created(url(&base, &name), body))
}

pub(crate) async fn replace(
    State(state): State<AppState>,
    base: BaseUrl,
    Path(name): Path<String>,
    body: Json,
) -> Result<Hal> {
    let change = Change::read(&body.object()?, false)?;
    state
        .app
        .store
        .write((name.clone(), change), |connection, (name, change)| {
            Box::pin(async move {
                let existing = pacticipants::require(connection, name).await?;
                pacticipants::update(connection, existing.id, &change.profile).await
            })
        })
        .await?;
    Ok(Hal::ok(shown(&state, &base, &name).await?))
}

pub(crate) async fn patch(
    State(state): State<AppState>,
    base: BaseUrl,
    Path(name): Path<String>,
    body: Json,
) -> Result<Hal> {
    check_name("name", &name)?;
    let change = Change::read(&body.object()?, false)?;
    let created = state
        .app
        .store
        .write((name.clone(), change), |connection, (name, change)| {
            Box::pin(async move {
                let created = pacticipants::find(connection, name).await?.is_none();
                pacticipants::ensure_one(connection, name).await?;
                let existing = pacticipants::require(connection, name).await?;
                pacticipants::update(connection, existing.id, &change.over(existing.profile)).await?;
                Ok(created)
            })
        })
        .await?;
    let body = shown(&state, &base, &name).await?;
    Ok(Hal::put(created, url(&base, &name), body))
}

/// Refuses a name from the path that no new resource may have.
pub(crate) fn check_name(field: &str, text: &str) -> Result<(), Refusal> {
    name::fault(text).map_or(Ok(()), |fault| Err(Refusal::invalid(field, fault)))
}

pub(crate) async fn labels(State(state): State<AppState>, base: BaseUrl, query: Query) -> Result<Hal> {
    let page = Page::of(&query)?;
    let mut connection = state.app.store.read().await?;
    let Listed { rows: names, total } = pacticipants::all_labels(&mut connection, Page::slice(page)).await?;
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

async fn label_shown(state: &AppState, base: &BaseUrl, pacticipant: &str, label: &str) -> Result<Value> {
    let mut connection = state.app.store.read().await?;
    let owner = pacticipants::require(&mut connection, pacticipant).await?;
    let labels = pacticipants::labels(&mut connection, &[owner.id]).await?;
    labels
        .get(&owner.id)
        .and_then(|labels| labels.iter().find(|one| one.name == label))
        .map(|one| label_body(base, pacticipant, label, one.created_at))
        .ok_or_else(|| Failure::not_found(format!("No label '{label}' of pacticipant '{pacticipant}' found")))
}

pub(crate) async fn show_label(
    State(state): State<AppState>,
    base: BaseUrl,
    Path((pacticipant, label)): Path<(String, String)>,
) -> Result<Hal> {
    Ok(Hal::ok(label_shown(&state, &base, &pacticipant, &label).await?))
}

pub(crate) async fn put_label(
    State(state): State<AppState>,
    base: BaseUrl,
    Path((pacticipant, label)): Path<(String, String)>,
) -> Result<Hal> {
    check_name("name", &label)?;
    check_name("pacticipant", &pacticipant)?;
    let created = state
        .app
        .store
        .write(
            (pacticipant.clone(), label.clone()),
            |connection, (pacticipant, label)| {
                Box::pin(async move {
                    let id = pacticipants::ensure_one(connection, pacticipant).await?;
                    pacticipants::add_label(connection, id, label).await
                })
            },
        )
        .await?;
    let body = label_shown(&state, &base, &pacticipant, &label).await?;
    Ok(Hal::put(
        created,
        base.url(["pacticipants", &pacticipant, "labels", &label]),
        body,
    ))
}

pub(crate) async fn delete_label(
    State(state): State<AppState>,
    Path((pacticipant, label)): Path<(String, String)>,
) -> Result<StatusCode> {
    state
        .app
        .store
        .write((pacticipant, label), |connection, (pacticipant, label)| {
            Box::pin(async move {
                let owner = pacticipants::require(connection, pacticipant).await?;
                if pacticipants::remove_label(connection, owner.id, label).await? {
                    Ok(())
                } else {
                    let message = format!("No label '{label}' of pacticipant '{pacticipant}' found");
                    Err(Refusal::NotFound(message).into())
                }
            })
        })
        .await?;
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

//! Versions of pacticipants.

use axum::{Extension, extract::State};
use serde_json::{Value, json};

use super::pacticipants::placement_links;
use crate::{
    app::{VersionChange, VersionDetails, VersionFilter, Versions},
    auth::Principal,
    domain::time::iso,
    http::{
        AppState,
        base_url::{BaseUrl, encode},
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
        contracts::Publication,
        versions::{Details, Version},
    },
};

pub(crate) async fn list(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path(pacticipant): Path<String>,
    query: Query,
) -> Result<Hal> {
    let path = format!("/pacticipants/{}/versions", encode(&pacticipant));
    listed(
        &state,
        &who,
        &base,
        &pacticipant,
        VersionFilter::All,
        &path,
        &query,
    )
    .await
}

pub(crate) async fn list_on_branch(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path((pacticipant, branch)): Path<(String, String)>,
    query: Query,
) -> Result<Hal> {
    let path = format!(
        "/pacticipants/{}/branches/{}/versions",
        encode(&pacticipant),
        encode(&branch)
    );
    listed(
        &state,
        &who,
        &base,
        &pacticipant,
        VersionFilter::OnBranch(branch),
        &path,
        &query,
    )
    .await
}

pub(crate) async fn list_with_tag(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path((pacticipant, tag)): Path<(String, String)>,
    query: Query,
) -> Result<Hal> {
    let path = format!(
        "/pacticipants/{}/tags/{}/versions",
        encode(&pacticipant),
        encode(&tag)
    );
    listed(
        &state,
        &who,
        &base,
        &pacticipant,
        VersionFilter::WithTag(tag),
        &path,
        &query,
    )
    .await
}

pub(crate) async fn list_in_environment(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path((pacticipant, uuid)): Path<(String, String)>,
    query: Query,
) -> Result<Hal> {
    let path = format!(
        "/pacticipants/{}/environments/{}/versions",
        encode(&pacticipant),
        encode(&uuid)
    );
    listed(
        &state,
        &who,
        &base,
        &pacticipant,
        VersionFilter::InEnvironment(uuid),
        &path,
        &query,
    )
    .await
}

async fn listed(
    state: &AppState,
    who: &Principal,
    base: &BaseUrl,
    pacticipant: &str,
    filter: VersionFilter,
    path: &str,
    query: &Query,
) -> Result<Hal> {
    let page = Page::of(query)?;
    let slice = Page::slice(page);
    let Versions {
        listed: Listed { rows: found, total },
        mut details,
        mut contracts,
    } = state.app.versions(who, pacticipant, &filter, slice).await?;
    let bodies: Vec<Value> = found
        .iter()
        .map(|version| {
            let details = details.remove(&version.id).unwrap_or_default();
            let contracts = contracts.remove(&version.id).unwrap_or_default();
            body(base, pacticipant, version, &details, &contracts)
        })
        .collect();
    let links: Vec<Value> = found
        .iter()
        .map(|version| {
            named(
                url(base, pacticipant, &version.number),
                "Version",
                &version.number,
            )
        })
        .collect();
    let owner = titled(base.url(["pacticipants", pacticipant]), pacticipant);
    let mut answer = json!({
        "_embedded": { "versions": bodies },
        "_links": {
            "self": link(base.join(path)),
            "pb:pacticipant": owner,
            "pacticipant": owner,
            "pb:versions": links,
            "versions": links,
        },
    });
    if let Some(page) = Page::shown(page, total) {
        page.describe(total, &mut answer, base, path, query);
    }
    Ok(Hal::ok(answer))
}

pub(crate) fn url(base: &BaseUrl, pacticipant: &str, number: &str) -> String {
    base.url(["pacticipants", pacticipant, "versions", number])
}

/// A version as clients read it in a list.
fn body(
    base: &BaseUrl,
    pacticipant: &str,
    version: &Version,
    details: &Details,
    contracts: &[Publication],
) -> Value {
    let itself = url(base, pacticipant, &version.number);
    let branches: Vec<Value> = details
        .branches
        .iter()
        .map(|branch| {
            let href = base.url([
                "pacticipants",
                pacticipant,
                "branches",
                &branch.name,
                "versions",
                &version.number,
            ]);
            json!({ "name": branch.name, "latest": branch.is_newest, "_links": { "self": link(href) } })
        })
        .collect();
    let tags: Vec<Value> = details
        .tags
        .iter()
        .map(|tag| {
            let href = base.url([
                "pacticipants",
                pacticipant,
                "versions",
                &version.number,
                "tags",
                &tag.name,
            ]);
            json!({ "name": tag.name, "_links": { "self": link(href) } })
        })
        .collect();
    let contracts: Value = contracts
        .iter()
        .map(|publication| {
            named(
                super::contract_links::url(base, publication),
                "Contract",
                super::contract_links::title(publication),
            )
        })
        .collect();
    compact(json!({
        "number": version.number,
        "buildUrl": version.build_url,
        "createdAt": iso(version.created_at),
        "updatedAt": (version.updated_at != version.created_at).then(|| iso(version.updated_at)),
        "_embedded": { "branches": branches, "branchVersions": branches, "tags": tags },
        "_links": {
            "self": titled(&itself, "Version"),
            "pb:pacticipant": titled(base.url(["pacticipants", pacticipant]), pacticipant),
            "pb:tag": templated(format!("{itself}/tags/{{tag}}"), "A tag of this version"),
            "pb:latest-verification-results-where-pacticipant-is-consumer": titled(
                base.url(["verification-results", "consumer", pacticipant, "version", &version.number, "latest"]),
                "Latest verification results of this version's contracts"),
            "pb:pact-versions": contracts,
            "pb:deployed-environments": placement_links(base, &details.environments, false),
            "pb:released-environments": placement_links(base, &details.environments, true),
            "curies": hal::curies(base, "version"),
        },
    }))
}

/// A version as clients read it, with where to record a deployment or a release of it.
fn whole(base: &BaseUrl, pacticipant: &str, found: &VersionDetails) -> Value {
    let mut body = body(
        base,
        pacticipant,
        &found.version,
        &found.details,
        &found.contracts,
    );
    let itself = url(base, pacticipant, &found.version.number);
    let mut record = |relation: &str, collection: &str, title: &str| {
        let links = found.environments.iter().map(|environment| {
            let href = format!("{itself}/{collection}/environment/{}", encode(&environment.uuid));
            let title = format!("{title} {}", environment.fields.display_name);
            named(href, title, &environment.fields.name)
        });
        body["_links"][relation] = links.collect();
    };
    record(
        "pb:record-deployment",
        "deployed-versions",
        "Record a deployment to",
    );
    record("pb:record-release", "released-versions", "Record a release to");
    body
}

pub(crate) async fn show(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path((pacticipant, number)): Path<(String, String)>,
) -> Result<Hal> {
    let found = state.app.version(&who, &pacticipant, &number).await?;
    Ok(Hal::ok(whole(&base, &pacticipant, &found)))
}

pub(crate) async fn latest(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path(pacticipant): Path<String>,
) -> Result<Hal> {
    newest(&state, &who, &base, &pacticipant, VersionFilter::All).await
}

pub(crate) async fn latest_with_tag(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path((pacticipant, tag)): Path<(String, String)>,
) -> Result<Hal> {
    newest(&state, &who, &base, &pacticipant, VersionFilter::WithTag(tag)).await
}

pub(crate) async fn latest_on_branch(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path((pacticipant, branch)): Path<(String, String)>,
) -> Result<Hal> {
    newest(&state, &who, &base, &pacticipant, VersionFilter::OnBranch(branch)).await
}

async fn newest(
    state: &AppState,
    who: &Principal,
    base: &BaseUrl,
    pacticipant: &str,
    filter: VersionFilter,
) -> Result<Hal> {
    let found = state.app.newest_version(who, pacticipant, &filter).await?;
    Ok(Hal::ok(whole(base, pacticipant, &found)))
}

/// The most tags of one request.
const MOST_TAGS: usize = 1000;

async fn change(
    state: &AppState,
    who: &Principal,
    base: &BaseUrl,
    pacticipant: String,
    number: String,
    body: Json,
    replace: bool,
) -> Result<Hal> {
    let map = body.object()?;
    let mut members = Members::of(&map);
    let build_url = members.text("buildUrl", any_text);
    let mut tags = Vec::new();
    let given = members.value("tags").and_then(Value::as_array);
    if given.is_some_and(|list| list.len() > MOST_TAGS) {
        members.fault("tags", format!("at most {MOST_TAGS} tags can be given"));
    }
    for tag in given.into_iter().flatten().take(MOST_TAGS) {
        match tag
            .get("name")
            .and_then(Value::as_str)
            .filter(|name| crate::domain::name::fault(name).is_none())
        {
            Some(name) => tags.push(name.to_owned()),
            None => members.fault("tags", "must be a list of objects with a name"),
        }
    }
    members.finish()?;
    let change = VersionChange {
        pacticipant: pacticipant.clone(),
        number: number.clone(),
        build_url,
        replace,
        tags,
    };
    let created = state.app.change_version(who, change).await?;
    let found = state.app.version(who, &pacticipant, &number).await?;
    let location = url(base, &pacticipant, &number);
    Ok(Hal::put(created, location, whole(base, &pacticipant, &found)))
}

pub(crate) async fn put(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path((pacticipant, number)): Path<(String, String)>,
    body: Json,
) -> Result<Hal> {
    change(&state, &who, &base, pacticipant, number, body, true).await
}

pub(crate) async fn patch(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path((pacticipant, number)): Path<(String, String)>,
    body: Json,
) -> Result<Hal> {
    change(&state, &who, &base, pacticipant, number, body, false).await
}

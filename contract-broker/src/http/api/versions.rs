//! Versions of pacticipants.

use std::collections::HashMap;

use axum::extract::State;
use serde_json::{Value, json};

use super::pacticipants::{check_name, placement_links};
use crate::{
    domain::time::iso,
    http::{
        AppState,
        base_url::{BaseUrl, encode},
        error::{Failure, Result},
        hal::{self, Hal, compact, link, named, templated, titled},
        member::{Members, any_text},
        page::Page,
        path::Path,
        query::Query,
        request_body::Json,
    },
    store::{
        Connection, Listed,
        contracts::{self, Publication},
        environments::{self, Environment},
        pacticipants, tags,
        versions::{self, Details, Of, Version},
    },
};

pub(crate) async fn list(
    State(state): State<AppState>,
    base: BaseUrl,
    Path(pacticipant): Path<String>,
    query: Query,
) -> Result<Hal> {
    let path = format!("/pacticipants/{}/versions", encode(&pacticipant));
    listed(&state, &base, &pacticipant, Of::All, &path, &query).await
}

pub(crate) async fn list_on_branch(
    State(state): State<AppState>,
    base: BaseUrl,
    Path((pacticipant, branch)): Path<(String, String)>,
    query: Query,
) -> Result<Hal> {
    let path = format!(
        "/pacticipants/{}/branches/{}/versions",
        encode(&pacticipant),
        encode(&branch)
    );
    listed(&state, &base, &pacticipant, Of::Branch(&branch), &path, &query).await
}

pub(crate) async fn list_with_tag(
    State(state): State<AppState>,
    base: BaseUrl,
    Path((pacticipant, tag)): Path<(String, String)>,
    query: Query,
) -> Result<Hal> {
    let path = format!(
        "/pacticipants/{}/tags/{}/versions",
        encode(&pacticipant),
        encode(&tag)
    );
    listed(&state, &base, &pacticipant, Of::Tag(&tag), &path, &query).await
}

pub(crate) async fn list_in_environment(
    State(state): State<AppState>,
    base: BaseUrl,
    Path((pacticipant, uuid)): Path<(String, String)>,
    query: Query,
) -> Result<Hal> {
    let environment = environments::require(&mut *state.app.store.read().await?, &uuid).await?;
    let path = format!(
        "/pacticipants/{}/environments/{}/versions",
        encode(&pacticipant),
        encode(&uuid)
    );
    listed(
        &state,
        &base,
        &pacticipant,
        Of::Environment(environment.id),
        &path,
        &query,
    )
    .await
}

async fn listed(
    state: &AppState,
    base: &BaseUrl,
    pacticipant: &str,
    of: Of<'_>,
    path: &str,
    query: &Query,
) -> Result<Hal> {
    let page = Page::of(query)?;
    let mut connection = state.app.store.read().await?;
    let owner = pacticipants::require(&mut connection, pacticipant).await?;
    let Listed { rows: found, total } =
        versions::list(&mut connection, owner.id, of, Page::slice(page)).await?;
    let shown = Shown::load(&mut connection, &found).await?;
    let bodies: Vec<Value> = found
        .iter()
        .map(|version| shown.body(base, pacticipant, version, None))
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

/// What the bodies of some versions need, loaded for all of them at once.
struct Shown {
    details: HashMap<i64, Details>,
    contracts: HashMap<i64, Vec<Publication>>,
}

impl Shown {
    async fn load(connection: &mut Connection, found: &[Version]) -> Result<Self> {
        let ids: Vec<i64> = found.iter().map(|version| version.id).collect();
        let details = versions::details(connection, &ids).await?;
        let mut contracts: HashMap<i64, Vec<Publication>> = HashMap::new();
        for publication in contracts::of_versions(connection, &ids).await? {
            contracts
                .entry(publication.consumer_version_id)
                .or_default()
                .push(publication);
        }
        Ok(Self { details, contracts })
    }

    /// A version as clients read it. Where to record a deployment or a release is told for each of `environments`: of one
    /// version for all, in a list for none, as each version links to itself.
    fn body(
        &self,
        base: &BaseUrl,
        pacticipant: &str,
        version: &Version,
        environments: Option<&[Environment]>,
    ) -> Value {
        let itself = url(base, pacticipant, &version.number);
        let empty = Details::default();
        let details = self.details.get(&version.id).unwrap_or(&empty);
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
        let contracts: Value = self
            .contracts
            .get(&version.id)
            .map(Vec::as_slice)
            .unwrap_or_default()
            .iter()
            .map(|publication| {
                named(
                    super::contract_links::url(base, publication),
                    "Contract",
                    super::contract_links::title(publication),
                )
            })
            .collect();
        let mut body = compact(json!({
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
        }));
        if let Some(environments) = environments {
            let mut record = |relation: &str, collection: &str, title: &str| {
                let links = environments.iter().map(|environment| {
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
        }
        body
    }
}

/// A version as clients read it.
pub(crate) async fn body(
    connection: &mut Connection,
    base: &BaseUrl,
    pacticipant: &str,
    version: Version,
) -> Result<Value> {
    let found = [version];
    let shown = Shown::load(connection, &found).await?;
    let environments = environments::list(connection).await?;
    Ok(shown.body(base, pacticipant, &found[0], Some(&environments)))
}

pub(crate) async fn show(
    State(state): State<AppState>,
    base: BaseUrl,
    Path((pacticipant, number)): Path<(String, String)>,
) -> Result<Hal> {
    let mut connection = state.app.store.read().await?;
    let version = versions::require(&mut connection, &pacticipant, &number).await?;
    Ok(Hal::ok(
        body(&mut connection, &base, &pacticipant, version).await?,
    ))
}

pub(crate) async fn latest(
    State(state): State<AppState>,
    base: BaseUrl,
    Path(pacticipant): Path<String>,
) -> Result<Hal> {
    newest(&state, &base, &pacticipant, Of::All).await
}

pub(crate) async fn latest_with_tag(
    State(state): State<AppState>,
    base: BaseUrl,
    Path((pacticipant, tag)): Path<(String, String)>,
) -> Result<Hal> {
    newest(&state, &base, &pacticipant, Of::Tag(&tag)).await
}

pub(crate) async fn latest_on_branch(
    State(state): State<AppState>,
    base: BaseUrl,
    Path((pacticipant, branch)): Path<(String, String)>,
) -> Result<Hal> {
    newest(&state, &base, &pacticipant, Of::Branch(&branch)).await
}

async fn newest(state: &AppState, base: &BaseUrl, pacticipant: &str, of: Of<'_>) -> Result<Hal> {
    let mut connection = state.app.store.read().await?;
    let owner = pacticipants::require(&mut connection, pacticipant).await?;
    let version = versions::latest(&mut connection, owner.id, of)
        .await?
        .ok_or_else(|| {
            let which = match of {
                Of::Branch(branch) => format!(" on branch '{branch}'"),
                Of::Tag(tag) => format!(" with tag '{tag}'"),
                _ => String::new(),
            };
            Failure::not_found(format!("No version of pacticipant '{pacticipant}'{which} found"))
        })?;
    Ok(Hal::ok(body(&mut connection, base, pacticipant, version).await?))
}

/// The most tags of one request.
const MOST_TAGS: usize = 1000;

struct Change {
    pacticipant: String,
    number: String,
    build_url: Option<String>,
    /// A build URL that is not named is removed.
    replace: bool,
    /// Tags to have; `None` leaves them as they are.
    tags: Vec<String>,
    main_candidates: Vec<String>,
}

async fn change(
    state: &AppState,
    base: &BaseUrl,
    pacticipant: String,
    number: String,
    body: Json,
    replace: bool,
) -> Result<Hal> {
    check_name("pacticipant", &pacticipant)?;
    check_name("number", &number)?;
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
    let main_candidates = state.app.config.branches_main_candidates.clone();
    let input = Change {
        pacticipant: pacticipant.clone(),
        number: number.clone(),
        build_url,
        replace,
        tags,
        main_candidates,
    };
    let created = state
        .app
        .store
        .write(input, |connection, change| {
            Box::pin(async move {
                let owner = pacticipants::ensure_one(connection, &change.pacticipant).await?;
                let build_url = change.build_url.as_deref();
                let version = versions::ensure(connection, owner, &change.number, build_url).await?;
                if change.replace {
                    versions::set_build_url(connection, version.id, build_url).await?;
                }
                for tag in &change.tags {
                    tags::add(connection, owner, version.id, tag, &change.main_candidates).await?;
                }
                Ok(version.created)
            })
        })
        .await?;
    let mut connection = state.app.store.read().await?;
    let version = versions::require(&mut connection, &pacticipant, &number).await?;
    let answer = self::body(&mut connection, base, &pacticipant, version).await?;
    Ok(Hal::put(created, url(base, &pacticipant, &number), answer))
}

pub(crate) async fn put(
    State(state): State<AppState>,
    base: BaseUrl,
    Path((pacticipant, number)): Path<(String, String)>,
    body: Json,
) -> Result<Hal> {
    change(&state, &base, pacticipant, number, body, true).await
}

pub(crate) async fn patch(
    State(state): State<AppState>,
    base: BaseUrl,
    Path((pacticipant, number)): Path<(String, String)>,
    body: Json,
) -> Result<Hal> {
    change(&state, &base, pacticipant, number, body, false).await
}

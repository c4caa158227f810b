//! Branches and the versions on them.

use axum::{Extension, extract::State};
use serde_json::{Value, json};

use crate::{
    auth::Principal,
    domain::time::iso,
    http::{
        AppState,
        base_url::{BaseUrl, encode},
        error::Result,
        hal::{Hal, compact, link, named, titled},
        page::Page,
        path::Path,
        query::Query,
    },
    store::{Listed, branches::Branch},
};

fn body(base: &BaseUrl, pacticipant: &str, branch: &Branch) -> Value {
    let at = |rest: &[&str]| {
        let head = ["pacticipants", pacticipant, "branches", branch.name.as_str()];
        base.url(head.iter().chain(rest))
    };
    compact(json!({
        "name": branch.name,
        "createdAt": iso(branch.created_at),
        "updatedAt": (branch.updated_at != branch.created_at).then(|| iso(branch.updated_at)),
        "_links": {
            "self": link(at(&[])),
            "pb:latest-version": titled(at(&["latest-version"]), "Latest version of the branch"),
            "pb:versions": titled(at(&["versions"]), "Versions of the branch"),
        },
    }))
}

pub(crate) async fn list(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path(pacticipant): Path<String>,
    query: Query,
) -> Result<Hal> {
    let page = Page::or_first(&query, 100)?;
    let slice = Page::slice(Some(page));
    let Listed { rows: found, total } = state
        .app
        .branches(&who, &pacticipant, query.search()?, slice)
        .await?;
    let path = format!("/pacticipants/{}/branches", encode(&pacticipant));
    let mut answer = json!({
        "_embedded": {
            "branches": found.iter().map(|branch| body(&base, &pacticipant, branch)).collect::<Vec<_>>(),
        },
        "_links": {
            "self": link(base.join(&path)),
            "pb:pacticipant": titled(base.url(["pacticipants", &pacticipant]), &pacticipant),
            "pb:branches": found.iter().map(|branch| {
                named(base.url(["pacticipants", &pacticipant, "branches", &branch.name]), "Branch", &branch.name)
            }).collect::<Vec<_>>(),
        },
    });
    page.describe(total, &mut answer, &base, &path, &query);
    Ok(Hal::ok(answer))
}

pub(crate) async fn show(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path((pacticipant, name)): Path<(String, String)>,
) -> Result<Hal> {
    let branch = state.app.branch(&who, &pacticipant, &name).await?;
    Ok(Hal::ok(body(&base, &pacticipant, &branch)))
}

async fn member_body(
    state: &AppState,
    who: &Principal,
    base: &BaseUrl,
    pacticipant: &str,
    branch: &str,
    number: &str,
) -> Result<(String, Value)> {
    let member = state.app.branch_version(who, pacticipant, branch, number).await?;
    let href = base.url([
        "pacticipants",
        pacticipant,
        "branches",
        branch,
        "versions",
        number,
    ]);
    let body = json!({
        "createdAt": iso(member.created_at),
        "_links": {
            "self": titled(&href, "Version on a branch"),
            "pb:branch": named(base.url(["pacticipants", pacticipant, "branches", branch]), "Branch", branch),
            "pb:version": named(super::versions::url(base, pacticipant, number), "Version", number),
        },
    });
    Ok((href, body))
}

pub(crate) async fn show_version(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path((pacticipant, branch, number)): Path<(String, String, String)>,
) -> Result<Hal> {
    Ok(Hal::ok(
        member_body(&state, &who, &base, &pacticipant, &branch, &number)
            .await?
            .1,
    ))
}

pub(crate) async fn put_version(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path((pacticipant, branch, number)): Path<(String, String, String)>,
) -> Result<Hal> {
    let names = (pacticipant.clone(), branch.clone(), number.clone());
    let created = state.app.put_on_branch(&who, names.0, names.1, names.2).await?;
    let (href, body) = member_body(&state, &who, &base, &pacticipant, &branch, &number).await?;
    Ok(Hal::put(created, href, body))
}

//! Tags of versions.

use axum::extract::State;
use serde_json::{Value, json};

use super::pacticipants::check_name;
use crate::{
    domain::time::iso,
    http::{
        AppState,
        base_url::BaseUrl,
        error::Result,
        hal::{Hal, link, named},
        path::Path,
    },
    store::{pacticipants, tags, versions},
};

type Names = (String, String, String);

async fn body(
    state: &AppState,
    base: &BaseUrl,
    (pacticipant, number, tag): &Names,
) -> Result<(String, Value)> {
    let tagged = tags::find(&mut *state.app.store.read().await?, pacticipant, number, tag).await?;
    let href = base.url(["pacticipants", pacticipant, "versions", number, "tags", tag]);
    let body = json!({
        "name": tag,
        "createdAt": iso(tagged.created_at),
        "_links": {
            "self": link(&href),
            "version": named(super::versions::url(base, pacticipant, number), "Version", number),
            "pacticipant": named(base.url(["pacticipants", pacticipant]), "Pacticipant", pacticipant),
        },
    });
    Ok((href, body))
}

pub(crate) async fn show(
    State(state): State<AppState>,
    base: BaseUrl,
    Path(names): Path<Names>,
) -> Result<Hal> {
    Ok(Hal::ok(body(&state, &base, &names).await?.1))
}

pub(crate) async fn put(
    State(state): State<AppState>,
    base: BaseUrl,
    Path(names): Path<Names>,
) -> Result<Hal> {
    for (field, name) in [
        ("pacticipant", &names.0),
        ("version", &names.1),
        ("tag", &names.2),
    ] {
        check_name(field, name)?;
    }
    let candidates = state.app.config.branches_main_candidates.clone();
    let created = state
        .app
        .store
        .write(
            (names.clone(), candidates),
            |connection, ((pacticipant, number, tag), candidates)| {
                Box::pin(async move {
                    let owner = pacticipants::ensure_one(connection, pacticipant).await?;
                    let version = versions::ensure(connection, owner, number, None).await?.id;
                    tags::add(connection, owner, version, tag, candidates).await
                })
            },
        )
        .await?;
    let (href, body) = body(&state, &base, &names).await?;
    Ok(Hal::put(created, href, body))
}

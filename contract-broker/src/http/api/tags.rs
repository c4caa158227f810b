//! Tags of versions.

use axum::{Extension, extract::State};
use serde_json::{Value, json};

use crate::{
    auth::Principal,
    domain::time::iso,
    http::{
        AppState,
        base_url::BaseUrl,
        error::Result,
        hal::{Hal, link, named},
        path::Path,
    },
};

type Names = (String, String, String);

async fn shown(
    state: &AppState,
    who: &Principal,
    base: &BaseUrl,
    (pacticipant, number, tag): &Names,
) -> Result<Value> {
    let tagged = state.app.tag(who, pacticipant, number, tag).await?;
    Ok(json!({
        "name": tag,
        "createdAt": iso(tagged.created_at),
        "_links": {
            "self": link(url(base, pacticipant, number, tag)),
            "version": named(super::versions::url(base, pacticipant, number), "Version", number),
            "pacticipant": named(base.url(["pacticipants", pacticipant]), "Pacticipant", pacticipant),
        },
    }))
}

fn url(base: &BaseUrl, pacticipant: &str, number: &str, tag: &str) -> String {
    base.url(["pacticipants", pacticipant, "versions", number, "tags", tag])
}

pub(crate) async fn show(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path(names): Path<Names>,
) -> Result<Hal> {
    Ok(Hal::ok(shown(&state, &who, &base, &names).await?))
}

pub(crate) async fn put(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path(names): Path<Names>,
) -> Result<Hal> {
    let (pacticipant, number, tag) = names.clone();
    let created = state.app.add_tag(&who, pacticipant, number, tag).await?;
    let body = shown(&state, &who, &base, &names).await?;
    let (pacticipant, number, tag) = &names;
    Ok(Hal::put(created, url(&base, pacticipant, number, tag), body))
}

//! Deleting pacticipants, versions, branches, tags and integrations.

use std::collections::HashSet;

use axum::{Extension, extract::State};
use http::StatusCode;
use serde_json::json;

use crate::{
    app::Pair,
    auth::Principal,
    http::{AppState, error::Result, hal::Hal, path::Path, query::Query},
};

pub(crate) async fn pacticipant(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    Path(name): Path<String>,
) -> Result<StatusCode> {
    state.app.delete_pacticipant(&who, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn version(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    Path((pacticipant, number)): Path<(String, String)>,
) -> Result<StatusCode> {
    state.app.delete_version(&who, &pacticipant, &number).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn branch(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    Path((pacticipant, name)): Path<(String, String)>,
) -> Result<StatusCode> {
    state.app.delete_branch(&who, &pacticipant, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes all branches but the main branch and those that are to be kept.
pub(crate) async fn branches(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    Path(pacticipant): Path<String>,
    query: Query,
) -> Result<Hal> {
    let keep: HashSet<String> = query.list("exclude").into_iter().map(str::to_owned).collect();
    state.app.delete_branches(&who, &pacticipant, keep).await?;
    let text = format!("The branches of {pacticipant} that are not kept are deleted");
    Ok(
        Hal::ok(json!({ "notices": [{ "type": "success", "text": text }] }))
            .with_status(StatusCode::ACCEPTED),
    )
}

pub(crate) async fn branch_version(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    Path((pacticipant, branch, number)): Path<(String, String, String)>,
) -> Result<StatusCode> {
    state
        .app
        .delete_branch_version(&who, &pacticipant, &branch, &number)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn tag(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    Path((pacticipant, number, tag)): Path<(String, String, String)>,
) -> Result<StatusCode> {
    state.app.delete_tag(&who, &pacticipant, &number, tag).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn integration(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    Path((provider, consumer)): Path<(String, String)>,
) -> Result<StatusCode> {
    state
        .app
        .delete_integration(&who, &Pair { consumer, provider })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes everything but environments.
pub(crate) async fn everything(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
) -> Result<StatusCode> {
    state.app.delete_everything(&who).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! Deletes pacticipants, versions, branches, tags and integrations.

use std::collections::HashSet;

use http::StatusCode;

use crate::{
    app::Pair,
    domain::{Notice, notice::Kind},
    http::{call::Call, error::Result, hal::Hal, path::Path, query::Query, resource::Notified},
};

pub(super) async fn pacticipant(call: Call, Path(name): Path<String>) -> Result<StatusCode> {
    call.app().delete_pacticipant(&call.who, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn version(
    call: Call,
    Path((pacticipant, number)): Path<(String, String)>,
) -> Result<StatusCode> {
    call.app()
        .delete_version(&call.who, &pacticipant, &number)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn branch(
    call: Call,
    Path((pacticipant, name)): Path<(String, String)>,
) -> Result<StatusCode> {
    call.app().delete_branch(&call.who, &pacticipant, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes all branches except the main branch and the excluded ones.
pub(super) async fn branches(
    call: Call,
    Path(pacticipant): Path<String>,
    query: Query,
) -> Result<Hal<Notified>> {
    let keep: HashSet<String> = query.list("exclude").into_iter().map(str::to_owned).collect();
    call.app().delete_branches(&call.who, &pacticipant, keep).await?;
    let text = format!("The branches of {pacticipant} that are not kept are deleted");
    let notices = vec![Notice::new(Kind::Success, text)];
    Ok(Hal::ok(Notified { notices }).with_status(StatusCode::ACCEPTED))
}

pub(super) async fn branch_version(
    call: Call,
    Path((pacticipant, branch, number)): Path<(String, String, String)>,
) -> Result<StatusCode> {
    let app = call.app();
    app.delete_branch_version(&call.who, &pacticipant, &branch, &number)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn tag(
    call: Call,
    Path((pacticipant, number, tag)): Path<(String, String, String)>,
) -> Result<StatusCode> {
    call.app()
        .delete_tag(&call.who, &pacticipant, &number, tag)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn integration(call: Call, Path(pair): Path<Pair>) -> Result<StatusCode> {
    call.app().delete_integration(&call.who, &pair).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes everything except environments.
pub(super) async fn everything(call: Call) -> Result<StatusCode> {
    call.app().delete_everything(&call.who).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! Deleting pacticipants, versions, branches, tags and integrations.

use axum::extract::State;
use http::StatusCode;
use serde_json::json;

use crate::{
    http::{AppState, error::Result, hal::Hal, path::Path, query::Query},
    store::{branches, deletion, integrations, pacticipants, tags, versions},
};

pub(crate) async fn pacticipant(
    State(state): State<AppState>,
    Path(name): Path<String>,
) -> Result<StatusCode> {
    let owner = pacticipants::require(&mut *state.store.read().await?, &name).await?;
    // First whoever consumes it, then its own versions, each in batches; then the rest.
    let pairs = integrations::of_provider(&mut *state.store.read().await?, owner.id).await?;
    for consumer in pairs {
        contracts_of_pair(&state, consumer, owner.id).await?;
    }
    while state
        .store
        .write(owner.id, |connection, id| {
            Box::pin(deletion::some_versions(connection, *id))
        })
        .await?
    {}
    state
        .store
        .write(owner.id, |connection, id| {
            Box::pin(deletion::pacticipant(connection, *id))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn contracts_of_pair(state: &AppState, consumer: i64, provider: i64) -> Result<()> {
    loop {
        let more = state
            .store
            .write((consumer, provider), |connection, (consumer, provider)| {
                Box::pin(async move {
                    let versions = deletion::some_versions_of_pair(connection, *consumer, *provider).await?;
                    deletion::contracts(connection, *provider, &versions).await?;
                    Ok(!versions.is_empty())
                })
            })
            .await?;
        if !more {
            return Ok(());
        }
    }
}

pub(crate) async fn version(
    State(state): State<AppState>,
    Path((pacticipant, number)): Path<(String, String)>,
) -> Result<StatusCode> {
    let found = versions::require(&mut *state.store.read().await?, &pacticipant, &number).await?;
    state
        .store
        .write(found.id, |connection, id| {
            Box::pin(async move { deletion::versions(connection, &[*id]).await })
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn branch(
    State(state): State<AppState>,
    Path((pacticipant, name)): Path<(String, String)>,
) -> Result<StatusCode> {
    let found = branches::require(&mut *state.store.read().await?, &pacticipant, &name).await?;
    state
        .store
        .write(found.id, |connection, id| {
            Box::pin(deletion::branch(connection, *id))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes all branches but the main branch and those that are to be kept, after the answer.
pub(crate) async fn branches(
    State(state): State<AppState>,
    Path(pacticipant): Path<String>,
    query: Query,
) -> Result<Hal> {
    let owner = pacticipants::require(&mut *state.store.read().await?, &pacticipant).await?;
    let keep: Vec<String> = query.list("exclude").into_iter().map(str::to_owned).collect();
    let store = state.store.clone();
    tokio::spawn(async move {
        loop {
            let done = store
                .write((owner.id, keep.clone()), |connection, (id, keep)| {
                    Box::pin(deletion::some_branches(connection, *id, keep))
                })
                .await;
            match done {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    tracing::error!(%error, "deleting branches stopped");
                    break;
                }
            }
        }
    });
    let text = format!("The branches of {pacticipant} that are not kept are being deleted");
    Ok(
        Hal::ok(json!({ "notices": [{ "type": "success", "text": text }] }))
            .with_status(StatusCode::ACCEPTED),
    )
}

pub(crate) async fn branch_version(
    State(state): State<AppState>,
    Path((pacticipant, branch, number)): Path<(String, String, String)>,
) -> Result<StatusCode> {
    let found = branches::membership(&mut *state.store.read().await?, &pacticipant, &branch, &number).await?;
    state
        .store
        .write(found, |connection, found| {
            Box::pin(deletion::branch_version(
                connection,
                found.branch_id,
                found.version_id,
            ))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn tag(
    State(state): State<AppState>,
    Path((pacticipant, number, tag)): Path<(String, String, String)>,
) -> Result<StatusCode> {
    let mut connection = state.store.read().await?;
    let (version, _) = tags::find(&mut connection, &pacticipant, &number, &tag).await?;
    let owner = pacticipants::require(&mut connection, &pacticipant).await?;
    drop(connection);
    state
        .store
        .write((owner.id, version, tag), |connection, (owner, version, tag)| {
            Box::pin(deletion::tag(connection, *owner, *version, tag))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn integration(
    State(state): State<AppState>,
    Path((provider, consumer)): Path<(String, String)>,
) -> Result<StatusCode> {
    let mut connection = state.store.read().await?;
    let provider = pacticipants::require(&mut connection, &provider).await?;
    let consumer = pacticipants::require(&mut connection, &consumer).await?;
    drop(connection);
    end_integration(&state, consumer.id, provider.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn end_integration(state: &AppState, consumer: i64, provider: i64) -> Result<()> {
    contracts_of_pair(state, consumer, provider).await?;
    state
        .store
        .write((consumer, provider), |connection, (consumer, provider)| {
            Box::pin(deletion::integration(connection, *consumer, *provider))
        })
        .await?;
    Ok(())
}

/// Deletes every integration with its contracts.
pub(crate) async fn integrations(State(state): State<AppState>) -> Result<StatusCode> {
    let (all, _) = integrations::list(&mut *state.store.read().await?, None, (i64::MAX, 0)).await?;
    for integration in all {
        end_integration(&state, integration.consumer_id, integration.provider_id).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

//! Deleting pacticipants, versions, branches, tags and integrations. What may be much is deleted in many short
//! transactions, so that others need not wait long; a request that fails half way can be made again.

use std::collections::HashSet;

use axum::extract::State;
use http::StatusCode;
use serde_json::json;

use crate::{
    http::{
        AppState,
        error::{Failure, Result},
        hal::Hal,
        path::Path,
        query::Query,
    },
    store::{
        branches, deletion,
        integrations::{self, PairIds},
        pacticipants, tags, versions,
    },
};

pub(crate) async fn pacticipant(
    State(state): State<AppState>,
    Path(name): Path<String>,
) -> Result<StatusCode> {
    let owner = pacticipants::require(&mut *state.app.store.read().await?, &name).await?;
    // First whoever consumes it, then its own versions, each in batches; then the rest.
    let pairs = integrations::of_provider(&mut *state.app.store.read().await?, owner.id).await?;
    for consumer in pairs {
        contracts_of_pair(&state, consumer, owner.id).await?;
    }
    whole_pacticipant(&state, owner.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes the versions of a pacticipant, in batches, and the rest of it.
async fn whole_pacticipant(state: &AppState, pacticipant: i64) -> Result<()> {
    while state
        .app
        .store
        .write(pacticipant, |connection, id| {
            Box::pin(deletion::some_versions(connection, *id))
        })
        .await?
    {}
    state
        .app
        .store
        .write(pacticipant, |connection, id| {
            Box::pin(deletion::pacticipant(connection, *id))
        })
        .await?;
    Ok(())
}

async fn contracts_of_pair(state: &AppState, consumer: i64, provider: i64) -> Result<()> {
    loop {
        let more = state
            .app
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
    let found = versions::require(&mut *state.app.store.read().await?, &pacticipant, &number).await?;
    state
        .app
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
    let found = branches::require(&mut *state.app.store.read().await?, &pacticipant, &name).await?;
    state
        .app
        .store
        .write(found.id, |connection, id| {
            Box::pin(deletion::branch(connection, *id))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes all branches but the main branch and those that are to be kept. When it is answered they are gone, so that
/// nothing is forgotten when the broker stops; branches that are made meanwhile stay.
pub(crate) async fn branches(
    State(state): State<AppState>,
    Path(pacticipant): Path<String>,
    query: Query,
) -> Result<Hal> {
    let mut connection = state.app.store.read().await?;
    let owner = pacticipants::require(&mut connection, &pacticipant).await?;
    let newest = deletion::newest_branch(&mut connection, owner.id).await?;
    drop(connection);
    let keep: HashSet<String> = query.list("exclude").into_iter().map(str::to_owned).collect();
    while state
        .app
        .store
        .write(
            (owner.id, newest, keep.clone()),
            |connection, (owner, newest, keep)| {
                Box::pin(deletion::some_branches(connection, *owner, *newest, keep))
            },
        )
        .await?
    {}
    let text = format!("The branches of {pacticipant} that are not kept are deleted");
    Ok(
        Hal::ok(json!({ "notices": [{ "type": "success", "text": text }] }))
            .with_status(StatusCode::ACCEPTED),
    )
}

pub(crate) async fn branch_version(
    State(state): State<AppState>,
    Path((pacticipant, branch, number)): Path<(String, String, String)>,
) -> Result<StatusCode> {
    let found = branches::membership(
        &mut *state.app.store.read().await?,
        &pacticipant,
        &branch,
        &number,
    )
    .await?;
    state
        .app
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
    let mut connection = state.app.store.read().await?;
    let version = tags::find(&mut connection, &pacticipant, &number, &tag)
        .await?
        .version_id;
    let owner = pacticipants::require(&mut connection, &pacticipant).await?;
    drop(connection);
    state
        .app
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
    let mut connection = state.app.store.read().await?;
    let provider_id = pacticipants::require(&mut connection, &provider).await?.id;
    let consumer_id = pacticipants::require(&mut connection, &consumer).await?.id;
    let pair = PairIds {
        consumer: consumer_id,
        provider: provider_id,
    };
    if !integrations::exists(&mut connection, pair).await? {
        return Err(Failure::not_found(format!(
            "No integration of '{consumer}' and '{provider}' found"
        )));
    }
    drop(connection);
    loop {
        contracts_of_pair(&state, consumer_id, provider_id).await?;
        if state
            .app
            .store
            .write(pair, |connection, pair| {
                Box::pin(deletion::integration(connection, pair.consumer, pair.provider))
            })
            .await?
        {
            break;
        }
    }
    for id in [consumer_id, provider_id] {
        while state
            .app
            .store
            .write(id, |connection, id| {
                Box::pin(deletion::some_unused_versions(connection, *id))
            })
            .await?
        {}
        state
            .app
            .store
            .write(id, |connection, id| {
                Box::pin(deletion::unused_pacticipant(connection, *id))
            })
            .await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes everything but environments: webhooks and what they sent, and every pacticipant with all that is known of it.
pub(crate) async fn everything(State(state): State<AppState>) -> Result<StatusCode> {
    let all = deletion::all_pacticipants(&mut *state.app.store.read().await?).await?;
    state
        .app
        .store
        .write((), |connection, ()| Box::pin(deletion::webhooks(connection)))
        .await?;
    while state
        .app
        .store
        .write((), |connection, ()| {
            Box::pin(deletion::some_deliveries(connection))
        })
        .await?
    {}
    for pacticipant in all {
        whole_pacticipant(&state, pacticipant).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

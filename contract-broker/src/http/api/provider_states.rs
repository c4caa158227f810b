//! The provider states that consumers use.

use axum::extract::State;
use serde_json::{Value, json};

use crate::{
    domain::provider_states::ProviderStates,
    http::{
        AppState,
        base_url::BaseUrl,
        error::{Failure, Result},
        hal::{Hal, link},
        path::Path,
    },
    store::{
        Error, Slice,
        contracts::{self, Parties, Set},
        environments, pacticipants,
    },
};

pub(crate) async fn on_main_branch(
    State(state): State<AppState>,
    base: BaseUrl,
    Path(provider): Path<String>,
) -> Result<Hal> {
    answer(&state, &base, &provider, Set::LatestOnMainBranch, &[]).await
}

pub(crate) async fn on_branch(
    State(state): State<AppState>,
    base: BaseUrl,
    Path((provider, branch)): Path<(String, String)>,
) -> Result<Hal> {
    answer(
        &state,
        &base,
        &provider,
        Set::LatestOnBranch(branch.clone()),
        &["branch", &branch],
    )
    .await
}

/// By uuid or, as one client does, by name.
pub(crate) async fn in_environment(
    State(state): State<AppState>,
    base: BaseUrl,
    Path((provider, environment)): Path<(String, String)>,
) -> Result<Hal> {
    let mut connection = state.app.store.read().await?;
    let found = match environments::named(&mut connection, &environment).await? {
        Some(found) => found,
        None => environments::require(&mut connection, &environment).await?,
    };
    drop(connection);
    answer(
        &state,
        &base,
        &provider,
        Set::InEnvironment(found.id),
        &["environment", &environment],
    )
    .await
}

async fn answer(state: &AppState, base: &BaseUrl, provider: &str, set: Set, path: &[&str]) -> Result<Hal> {
    let mut connection = state.app.store.read().await?;
    let owner = pacticipants::find(&mut connection, provider)
        .await?
        .ok_or_else(|| Failure::not_found(format!("No provider with name '{provider}' found")))?;
    let parties = Parties::provider(owner.id);
    let found = contracts::list(&mut connection, parties, &set, Slice::WHOLE)
        .await?
        .rows;
    drop(connection);
    let mut collected = ProviderStates::default();
    // One contract at a time is kept in memory.
    for publication in found {
        let mut connection = state.app.store.read().await?;
        let document = contracts::document(&mut connection, publication.content_id).await?;
        drop(connection);
        let length = document.text.len();
        let add = move || {
            collected
                .add(&publication.consumer, &document.text)
                .map_err(|error| document.unreadable(&error))?;
            Ok::<_, Error>(collected)
        };
        collected = state.app.heavy.run_on(length, add).await??;
    }
    let states: Vec<Value> = collected
        .into_list()
        .into_iter()
        .map(|state| json!({ "name": state.name, "params": state.params, "consumers": state.consumers }))
        .collect();
    let itself = base.url(
        ["pacts", "provider", provider, "provider-states"]
            .iter()
            .chain(path),
    );
    Ok(Hal::ok(
        json!({ "providerStates": states, "_links": { "self": link(itself) } }),
    ))
}

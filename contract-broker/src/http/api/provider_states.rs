//! The provider states that consumers use.

use axum::{Extension, extract::State};
use serde_json::{Value, json};

use crate::{
    auth::Principal,
    domain::provider_states::ProviderStates,
    http::{
        AppState,
        base_url::BaseUrl,
        error::Result,
        hal::{Hal, link},
        path::Path,
    },
    store::contracts::ContractSet,
};

pub(crate) async fn on_main_branch(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path(provider): Path<String>,
) -> Result<Hal> {
    let set = ContractSet::LatestOnMainBranch;
    let states = state.app.provider_states(&who, &provider, &set).await?;
    Ok(answer(&base, &provider, &[], states))
}

pub(crate) async fn on_branch(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path((provider, branch)): Path<(String, String)>,
) -> Result<Hal> {
    let set = ContractSet::LatestOnBranch(branch.clone());
    let states = state.app.provider_states(&who, &provider, &set).await?;
    Ok(answer(&base, &provider, &["branch", &branch], states))
}

/// By uuid or, as one client does, by name.
pub(crate) async fn in_environment(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path((provider, environment)): Path<(String, String)>,
) -> Result<Hal> {
    let states = state
        .app
        .provider_states_in(&who, &provider, &environment)
        .await?;
    Ok(answer(&base, &provider, &["environment", &environment], states))
}

fn answer(base: &BaseUrl, provider: &str, path: &[&str], states: ProviderStates) -> Hal {
    let states: Vec<Value> = states
        .into_list()
        .into_iter()
        .map(|state| json!({ "name": state.name, "params": state.params, "consumers": state.consumers }))
        .collect();
    let itself = base.url(
        ["pacts", "provider", provider, "provider-states"]
            .iter()
            .chain(path),
    );
    Hal::ok(json!({ "providerStates": states, "_links": { "self": link(itself) } }))
}

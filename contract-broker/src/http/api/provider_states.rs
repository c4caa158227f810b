//! The provider states that consumers use.

use crate::{
    domain::provider_states::ProviderStates,
    http::{
        call::Call,
        error::Result,
        hal::Hal,
        path::{At, Path},
        resource::{Link, ProviderStateList},
    },
    store::contracts::ContractSet,
};

pub(super) async fn on_main_branch(
    call: Call,
    Path(provider): Path<String>,
    at: At,
) -> Result<Hal<ProviderStateList>> {
    let set = ContractSet::LatestOnMainBranch;
    let states = call.app().provider_states(&call.who, &provider, &set).await?;
    Ok(answer(&call, &at, states))
}

pub(super) async fn on_branch(
    call: Call,
    Path((provider, branch)): Path<(String, String)>,
    at: At,
) -> Result<Hal<ProviderStateList>> {
    let set = ContractSet::LatestOnBranch(branch);
    let states = call.app().provider_states(&call.who, &provider, &set).await?;
    Ok(answer(&call, &at, states))
}

/// Accepts the environment's uuid or, because one client sends it, its name.
pub(super) async fn in_environment(
    call: Call,
    Path((provider, environment)): Path<(String, String)>,
    at: At,
) -> Result<Hal<ProviderStateList>> {
    let app = call.app();
    let states = app.provider_states_in(&call.who, &provider, &environment).await?;
    Ok(answer(&call, &at, states))
}

fn answer(call: &Call, at: &At, states: ProviderStates) -> Hal<ProviderStateList> {
    let itself = Link::to(call.base.join(&at.path));
    Hal::ok(ProviderStateList::of(itself, states))
}

//! Lists of contracts (of a pair, of a provider, of all), and their deletion.

use axum::routing::{MethodRouter, get};
use http::StatusCode;

use crate::{
    app::Pair,
    http::{
        AppState,
        call::Call,
        error::Result,
        hal::Hal,
        page::Page,
        path::{At, PairAnd, Path},
        resource::{ContractList, Linked, PairContracts, ProviderContracts, after_deletion},
    },
    store::contracts::ContractSet,
};

/// Returns the newest contract of each integration.
pub(super) async fn latest(call: Call, at: At) -> Result<Hal<ContractList>> {
    let page = Page::of(&at.query)?;
    let found = call.app().newest_contracts(&call.who, Page::slice(page)).await?;
    Ok(Hal::ok(ContractList::of(&call.base, &found, page, &at)))
}

/// Returns the handler that lists contracts of a provider as links.
pub(super) fn of_provider(set: ContractSet) -> MethodRouter<AppState> {
    get(async move |call: Call, Path(provider): Path<String>, at: At| {
        list_of_provider(&call, &provider, &set, &at).await
    })
}

/// Like [`of_provider`], if the path ends in the name of a tag or a branch.
pub(super) fn of_provider_named(set: fn(String) -> ContractSet) -> MethodRouter<AppState> {
    get(
        async move |call: Call, Path((provider, name)): Path<(String, String)>, at: At| {
            list_of_provider(&call, &provider, &set(name), &at).await
        },
    )
}

async fn list_of_provider(
    call: &Call,
    provider: &str,
    set: &ContractSet,
    at: &At,
) -> Result<Hal<ProviderContracts>> {
    let page = Page::of(&at.query)?;
    let slice = Page::slice(page);
    let found = call
        .app()
        .contracts_of_provider(&call.who, provider, set, slice)
        .await?;
    Ok(Hal::ok(ProviderContracts::of(
        &call.base, provider, &found, page, at,
    )))
}

/// Returns the handlers that list contracts of a pair, newest first, and delete them.
pub(super) fn of_pair(set: ContractSet) -> MethodRouter<AppState> {
    let deleted = set.clone();
    get(async move |call: Call, Path(pair): Path<Pair>, at: At| list_of_pair(&call, &pair, &set, &at).await)
        .delete(async move |call: Call, Path(pair): Path<Pair>| delete(&call, &pair, &deleted).await)
}

/// Returns the handlers that list and delete every contract of the pair. As in the original, this is the only
/// one of these deletions whose response has no body.
pub(super) fn every_of_pair() -> MethodRouter<AppState> {
    get(async move |call: Call, Path(pair): Path<Pair>, at: At| {
        list_of_pair(&call, &pair, &ContractSet::Every, &at).await
    })
    .delete(
        async move |call: Call, Path(pair): Path<Pair>| -> Result<StatusCode> {
            let app = call.app();
            app.delete_contracts(&call.who, &pair, &ContractSet::Every)
                .await?;
            Ok(StatusCode::NO_CONTENT)
        },
    )
}

/// Like [`of_pair`], if the path has the name of a tag or a branch.
pub(super) fn of_pair_named(set: fn(String) -> ContractSet) -> MethodRouter<AppState> {
    get(async move |call: Call, Path(names): Path<PairAnd>, at: At| {
        let (provider, consumer, name) = names;
        list_of_pair(&call, &Pair { consumer, provider }, &set(name), &at).await
    })
    .delete(async move |call: Call, Path(names): Path<PairAnd>| {
        let (provider, consumer, name) = names;
        delete(&call, &Pair { consumer, provider }, &set(name)).await
    })
}

/// Like the list of [`of_pair`], at an address that one client uses.
pub(super) async fn of_pair_on_main_branch(
    call: Call,
    Path(pair): Path<Pair>,
    at: At,
) -> Result<Hal<PairContracts>> {
    list_of_pair(&call, &pair, &ContractSet::OnMainBranch, &at).await
}

async fn list_of_pair(call: &Call, pair: &Pair, set: &ContractSet, at: &At) -> Result<Hal<PairContracts>> {
    let page = Page::of(&at.query)?;
    let slice = Page::slice(page);
    let found = call.app().contracts_of_pair(&call.who, pair, set, slice).await?;
    Ok(Hal::ok(PairContracts::of(&call.base, pair, &found, page, at)))
}

async fn delete(call: &Call, pair: &Pair, set: &ContractSet) -> Result<Hal<Linked>> {
    call.app().delete_contracts(&call.who, pair, set).await?;
    deleted(call, pair).await
}

/// Returns the response after a deletion.
async fn deleted(call: &Call, pair: &Pair) -> Result<Hal<Linked>> {
    let remains = call.app().has_contract(&call.who, pair).await?;
    Ok(Hal::ok(after_deletion(&call.base, pair, remains)))
}

/// Deletes the contract of one consumer version.
pub(super) async fn delete_one(
    call: Call,
    Path((provider, consumer, number)): Path<PairAnd>,
) -> Result<Hal<Linked>> {
    let pair = Pair { consumer, provider };
    call.app().delete_contract(&call.who, &pair, number).await?;
    deleted(&call, &pair).await
}

/// Deletes the contracts of a pair from the branch named `latest`. When read, the same address refers to the
/// main branch.
pub(super) async fn delete_of_branch_latest(call: Call, Path(pair): Path<Pair>) -> Result<Hal<Linked>> {
    delete(&call, &pair, &ContractSet::OnBranch("latest".to_owned())).await
}

//! Comparing contracts: the previous content, and differences as text.

use axum::{
    Extension,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header};

use super::contract;
use crate::{
    app::{ContractAt, Pair, WithPrevious},
    auth::Principal,
    http::{
        AppState,
        base_url::BaseUrl,
        error::{Failure, Result},
        path::{PairAnd, Path},
    },
    store::contracts::{ContractRef, Publication},
};

/// The newest contract before this one with other content.
pub(crate) async fn previous_distinct(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    headers: HeaderMap,
    Path(names): Path<PairAnd>,
) -> Result<Response> {
    let both = with_previous(&state, &who, names).await?;
    let served = contract::Served::of(both.previous);
    contract::served(&state, &who, &base, &headers, served).await
}

/// A contract and the one before it.
struct Both {
    contract: Publication,
    previous: Publication,
}

async fn with_previous(
    state: &AppState,
    who: &Principal,
    (provider, consumer, number): PairAnd,
) -> Result<Both> {
    let pair = Pair { consumer, provider };
    let WithPrevious { contract, previous } = state.app.contract_with_previous(who, &pair, number).await?;
    match previous {
        Some(previous) => Ok(Both { contract, previous }),
        None => Err(Failure::not_found(format!(
            "No contract between {} and {} with other content was published before version {}",
            contract.consumer, contract.provider, contract.consumer_version
        ))),
    }
}

pub(crate) async fn with_previous_distinct(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    Path(names): Path<PairAnd>,
) -> Result<Response> {
    let both = with_previous(&state, &who, names).await?;
    difference(&state, &who, &both.previous, &both.contract).await
}

pub(crate) async fn between_versions(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    Path((provider, consumer, number, other)): Path<(String, String, String, String)>,
) -> Result<Response> {
    let pair = Pair { consumer, provider };
    between(
        &state,
        &who,
        &pair,
        ContractRef::Version(number),
        ContractRef::Version(other),
    )
    .await
}

pub(crate) async fn between_contents(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    Path((provider, consumer, sha, other)): Path<(String, String, String, String)>,
) -> Result<Response> {
    let pair = Pair { consumer, provider };
    between(
        &state,
        &who,
        &pair,
        ContractRef::Sha(sha),
        ContractRef::Sha(other),
    )
    .await
}

async fn between(
    state: &AppState,
    who: &Principal,
    pair: &Pair,
    one: ContractRef,
    other: ContractRef,
) -> Result<Response> {
    let one = state
        .app
        .contract(who, pair, &ContractAt::ContractRef(one))
        .await?;
    let other = state
        .app
        .contract(who, pair, &ContractAt::ContractRef(other))
        .await?;
    difference(state, who, &other, &one).await
}

async fn difference(
    state: &AppState,
    who: &Principal,
    old: &Publication,
    new: &Publication,
) -> Result<Response> {
    let mut text = state.app.text_difference(who, old, new).await?;
    if text.is_empty() {
        text.push_str("no difference\n");
    }
    let kind = [(header::CONTENT_TYPE, "text/plain;charset=utf-8")];
    Ok((StatusCode::OK, kind, text).into_response())
}

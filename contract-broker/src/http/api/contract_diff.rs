//! Compares contracts: the previous content, and differences as text.

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, header};

use super::contract;
use crate::{
    app::{ContractAt, Pair, WithPrevious},
    http::{
        call::Call,
        error::{Failure, Result},
        path::{PairAnd, Path},
    },
    store::contracts::{ContractRef, Publication},
};

/// Returns the newest earlier contract with a different content.
pub(super) async fn previous_distinct(
    call: Call,
    headers: HeaderMap,
    Path(names): Path<PairAnd>,
) -> Result<Response> {
    let both = with_previous(&call, names).await?;
    contract::served(&call, &headers, contract::Served::of(both.previous)).await
}

/// A contract and the one before it.
struct Both {
    contract: Publication,
    previous: Publication,
}

async fn with_previous(call: &Call, (provider, consumer, number): PairAnd) -> Result<Both> {
    let pair = Pair { consumer, provider };
    let WithPrevious { contract, previous } = call
        .app()
        .contract_with_previous(&call.who, &pair, number)
        .await?;
    match previous {
        Some(previous) => Ok(Both { contract, previous }),
        None => Err(Failure::not_found(format!(
            "No contract between {} and {} with other content was published before version {}",
            contract.consumer, contract.provider, contract.consumer_version
        ))),
    }
}

pub(super) async fn with_previous_distinct(call: Call, Path(names): Path<PairAnd>) -> Result<Response> {
    let both = with_previous(&call, names).await?;
    difference(&call, &both.previous, &both.contract).await
}

pub(super) async fn between_versions(
    call: Call,
    Path((provider, consumer, number, other)): Path<(String, String, String, String)>,
) -> Result<Response> {
    let pair = Pair { consumer, provider };
    between(
        &call,
        &pair,
        ContractRef::Version(number),
        ContractRef::Version(other),
    )
    .await
}

pub(super) async fn between_contents(
    call: Call,
    Path((provider, consumer, sha, other)): Path<(String, String, String, String)>,
) -> Result<Response> {
    let pair = Pair { consumer, provider };
    between(&call, &pair, ContractRef::Sha(sha), ContractRef::Sha(other)).await
}

async fn between(call: &Call, pair: &Pair, one: ContractRef, other: ContractRef) -> Result<Response> {
    let app = call.app();
    let one = app
        .contract(&call.who, pair, &ContractAt::ContractRef(one))
        .await?;
    let other = app
        .contract(&call.who, pair, &ContractAt::ContractRef(other))
        .await?;
    difference(call, &other, &one).await
}

async fn difference(call: &Call, old: &Publication, new: &Publication) -> Result<Response> {
    let mut text = call.app().text_difference(&call.who, old, new).await?;
    if text.is_empty() {
        text.push_str("no difference\n");
    }
    Ok(([(header::CONTENT_TYPE, "text/plain;charset=utf-8")], text).into_response())
}

//! Comparing contracts: the previous content, and differences as text.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header};

use super::contract::{self, PairAnd};
use crate::{
    domain::text_diff,
    http::{
        AppState,
        base_url::BaseUrl,
        error::{Failure, Result},
        path::Path,
    },
    store::{
        Connection,
        contracts::{self, Publication, Which},
    },
};

/// The newest contract before this one with other content.
pub(crate) async fn previous_distinct(
    State(state): State<AppState>,
    base: BaseUrl,
    headers: HeaderMap,
    Path((provider, consumer, number)): Path<PairAnd>,
) -> Result<Response> {
    let mut connection = state.app.store.read().await?;
    let which = Which::Version(number);
    let this = contracts::require(&mut connection, &provider, &consumer, &which).await?;
    let previous = require_previous(&mut connection, &this).await?;
    contract::served(
        &state,
        connection,
        &base,
        &headers,
        contract::Served::of(previous),
    )
    .await
}

async fn require_previous(connection: &mut Connection, this: &Publication) -> Result<Publication> {
    contracts::previous_distinct(connection, this).await?.ok_or_else(|| {
        let Publication { consumer, consumer_version, provider, .. } = this;
        Failure::not_found(format!(
            "No contract between {consumer} and {provider} with other content was published before version {consumer_version}"
        ))
    })
}

pub(crate) async fn with_previous_distinct(
    State(state): State<AppState>,
    Path((provider, consumer, number)): Path<PairAnd>,
) -> Result<Response> {
    let mut connection = state.app.store.read().await?;
    let this = contracts::require(&mut connection, &provider, &consumer, &Which::Version(number)).await?;
    let previous = require_previous(&mut connection, &this).await?;
    drop(connection);
    difference(&state, &previous, &this).await
}

pub(crate) async fn between_versions(
    State(state): State<AppState>,
    Path((provider, consumer, number, other)): Path<(String, String, String, String)>,
) -> Result<Response> {
    between(
        &state,
        &provider,
        &consumer,
        Which::Version(number),
        Which::Version(other),
    )
    .await
}

pub(crate) async fn between_contents(
    State(state): State<AppState>,
    Path((provider, consumer, sha, other)): Path<(String, String, String, String)>,
) -> Result<Response> {
    between(&state, &provider, &consumer, Which::Sha(sha), Which::Sha(other)).await
}

async fn between(
    state: &AppState,
    provider: &str,
    consumer: &str,
    one: Which,
    other: Which,
) -> Result<Response> {
    let mut connection = state.app.store.read().await?;
    let one = contracts::require(&mut connection, provider, consumer, &one).await?;
    let other = contracts::require(&mut connection, provider, consumer, &other).await?;
    drop(connection);
    difference(state, &other, &one).await
}

async fn difference(state: &AppState, old: &Publication, new: &Publication) -> Result<Response> {
    let place = state.app.heavy.place().await?;
    let mut connection = state.app.store.read().await?;
    let before = contracts::document(&mut connection, old.content_id).await?.text;
    let after = contracts::document(&mut connection, new.content_id).await?.text;
    drop(connection);
    let name = |publication: &Publication| {
        format!(
            "{} version {}",
            publication.consumer, publication.consumer_version
        )
    };
    let (old, new) = (name(old), name(new));
    let text = place
        .run(move |cancel| text_diff::unified((&before, &old), (&after, &new), text_diff::PATIENCE, cancel))
        .await?;
    let text = if text.is_empty() {
        "no difference\n".to_owned()
    } else {
        text
    };
    Ok((
        StatusCode::OK,
        [(header::CONTENT_TYPE, "text/plain;charset=utf-8")],
        text,
    )
        .into_response())
}

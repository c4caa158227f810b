//! What changed between two versions of a contract, and what each change means for the provider.

use axum::{extract::State, response::Response};
use contract_core::{contract::Contract, diff::Diff};
use http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    domain::cancel::Cancelled,
    http::{
        AppState,
        base_url::{BaseUrl, encode},
        error::{Failure, Result},
        hal::{self, titled},
        path::Path,
    },
    store::contracts::{self, Publication, Which},
};

/// `GET /pacts/provider/{provider}/consumer/{consumer}/version/{version}/changes`: since the previous content.
pub(super) async fn since_previous(
    State(state): State<AppState>,
    base: BaseUrl,
    Path((provider, consumer, version)): Path<(String, String, String)>,
) -> Result<Response> {
    let mut connection = state.app.store.read().await?;
    let after = contracts::require(&mut connection, &provider, &consumer, &Which::Version(version)).await?;
    let before = contracts::previous_distinct(&mut connection, &after).await?;
    let before =
        before.ok_or_else(|| Failure::not_found("there is no earlier contract with other content"))?;
    drop(connection);
    show(&state, &base, &before, &after).await
}

/// `GET /pacts/provider/{provider}/consumer/{consumer}/version/{version}/changes/version/{other}`: since that version.
pub(super) async fn since_version(
    State(state): State<AppState>,
    base: BaseUrl,
    Path((provider, consumer, version, other)): Path<(String, String, String, String)>,
) -> Result<Response> {
    let mut connection = state.app.store.read().await?;
    let after = contracts::require(&mut connection, &provider, &consumer, &Which::Version(version)).await?;
    let before = contracts::require(&mut connection, &provider, &consumer, &Which::Version(other)).await?;
    drop(connection);
    show(&state, &base, &before, &after).await
}

async fn show(
    state: &AppState,
    base: &BaseUrl,
    before: &Publication,
    after: &Publication,
) -> Result<Response> {
    let link = |publication: &Publication| {
        titled(
            super::contract_links::url(base, publication),
            super::contract_links::title(publication),
        )
    };
    let own = format!(
        "{}/changes/version/{}",
        super::contract_links::url(base, after),
        encode(&before.consumer_version)
    );
    let links = json!({
        "self": titled(own, "What changed"),
        "pb:pact-version": link(after),
        "pb:compared-pact-version": link(before),
        "curies": hal::curies(base, "pact"),
    });
    let written = compared(state, before, after, move |diff| {
        serde_json::to_string(&Changes { diff, links }).map_err(|error| Failure::internal(&error))
    });
    Ok(hal::written(written.await??))
}

/// The answer; numbers have every digit that the contracts have.
#[derive(Serialize)]
struct Changes {
    #[serde(flatten)]
    diff: Diff,
    #[serde(rename = "_links")]
    links: Value,
}

/// Compares two contracts and makes an answer of it, beside the threads that serve everyone.
pub(crate) async fn compared<T: Send + 'static>(
    state: &AppState,
    before: &Publication,
    after: &Publication,
    answer: impl FnOnce(Diff) -> T + Send + 'static,
) -> Result<T> {
    let place = state.app.heavy.place().await?;
    let mut connection = state.app.store.read().await?;
    let mut documents = Vec::with_capacity(2);
    for publication in [before, after] {
        let document = contracts::document(&mut connection, publication.content_id).await?;
        let origin = format!("the contract of version {}", publication.consumer_version);
        documents.push((document.text, origin));
    }
    drop(connection);
    let answered = place.run(move |cancel| {
        let mut contracts = Vec::with_capacity(2);
        for (text, origin) in documents {
            cancel.check()?;
            match Contract::read_str(&text, &origin) {
                Ok(contract) => contracts.push(contract),
                Err(error) => {
                    let message = format!("{origin} cannot be compared: {error}");
                    return Ok(Err(Failure::Status(StatusCode::UNPROCESSABLE_ENTITY, message)));
                }
            }
        }
        let wanted = || cancel.check().is_ok();
        let diff = Diff::between_while(&contracts[0], &contracts[1], wanted).ok_or(Cancelled)?;
        Ok(Ok(answer(diff)))
    });
    answered.await?
}

//! What changed between two versions of a contract, and what each change means for the provider.

use axum::{Extension, extract::State, response::Response};
use contract_core::diff::Diff;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    app::{Pair, WithPrevious},
    auth::Principal,
    http::{
        AppState,
        base_url::{BaseUrl, encode},
        error::{Failure, Result},
        hal::{self, titled},
        path::Path,
    },
    store::contracts::Publication,
};

/// `GET /pacts/provider/{provider}/consumer/{consumer}/version/{version}/changes`: since the previous content.
pub(super) async fn since_previous(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path((provider, consumer, version)): Path<(String, String, String)>,
) -> Result<Response> {
    let pair = Pair { consumer, provider };
    let WithPrevious { contract, previous } = state.app.contract_with_previous(&who, &pair, version).await?;
    let before =
        previous.ok_or_else(|| Failure::not_found("there is no earlier contract with other content"))?;
    show(&state, &who, &base, &before, &contract).await
}

/// `GET /pacts/provider/{provider}/consumer/{consumer}/version/{version}/changes/version/{other}`: since that version.
pub(super) async fn since_version(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path((provider, consumer, version, other)): Path<(String, String, String, String)>,
) -> Result<Response> {
    let pair = Pair { consumer, provider };
    let after = state.app.contract_of_version(&who, &pair, version).await?;
    let before = state.app.contract_of_version(&who, &pair, other).await?;
    show(&state, &who, &base, &before, &after).await
}

async fn show(
    state: &AppState,
    who: &Principal,
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
    let written = state.app.compare(who, before, after, move |diff| {
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

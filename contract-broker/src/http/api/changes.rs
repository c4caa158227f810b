//! Changes between two versions of a contract, and the effect of each change on the provider.

use axum::response::Response;

use crate::{
    app::{Pair, WithPrevious},
    http::{
        call::Call,
        error::{Failure, Result},
        hal,
        path::{PairAnd, Path},
        resource::ChangesDocument,
    },
    store::contracts::Publication,
};

/// Returns the changes since the previous content.
pub(super) async fn since_previous(
    call: Call,
    Path((provider, consumer, version)): Path<PairAnd>,
) -> Result<Response> {
    let pair = Pair { consumer, provider };
    let WithPrevious { contract, previous } = call
        .app()
        .contract_with_previous(&call.who, &pair, version)
        .await?;
    let before =
        previous.ok_or_else(|| Failure::not_found("there is no earlier contract with other content"))?;
    show(&call, &before, &contract).await
}

/// Returns the changes since another version.
pub(super) async fn since_version(
    call: Call,
    Path((provider, consumer, version, other)): Path<(String, String, String, String)>,
) -> Result<Response> {
    let pair = Pair { consumer, provider };
    let after = call.app().contract_of_version(&call.who, &pair, version).await?;
    let before = call.app().contract_of_version(&call.who, &pair, other).await?;
    show(&call, &before, &after).await
}

async fn show(call: &Call, before: &Publication, after: &Publication) -> Result<Response> {
    let links = ChangesDocument::links(&call.base, before, after);
    // Serialised in the same background task: both may take long.
    let written = call.app().compare(&call.who, before, after, move |diff| {
        hal::write(&ChangesDocument::of(diff, links))
    });
    Ok(hal::written(written.await??))
}

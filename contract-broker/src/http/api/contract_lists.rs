//! Lists of contracts: of a pair, of a provider, of everyone; and deleting those of a list.

use axum::extract::State;
use serde_json::{Value, json};

use super::contract::{self, Pair, PairAnd};
use crate::{
    domain::time::iso,
    http::{
        AppState,
        base_url::BaseUrl,
        error::{Failure, Result},
        hal::{self, Hal, link, named, titled},
        path::Path,
    },
    store::{
        contracts::{self, Publication, Set},
        deletion, pacticipants,
    },
};

/// The newest contract of each integration.
pub(crate) async fn latest(State(state): State<AppState>, base: BaseUrl) -> Result<Hal> {
    let found = contracts::list(&mut *state.store.read().await?, None, None, &Set::Latest).await?;
    let items: Vec<Value> = found
        .iter()
        .map(|publication| latest_item(&base, publication))
        .collect();
    let links: Vec<Value> = found
        .iter()
        .map(|publication| contract::list_link(&base, publication))
        .collect();
    Ok(Hal::ok(json!({
        "pacts": items,
        "_links": {
            "self": link(base.join("/pacts/latest")),
            "pb:pacts": links,
            "pacts": links,
            "curies": hal::curies(&base, "pacts"),
        },
    })))
}

fn latest_item(base: &BaseUrl, publication: &Publication) -> Value {
    let Publication {
        consumer,
        consumer_version,
        provider,
        ..
    } = publication;
    let latest = base.url(["pacts", "provider", provider, "consumer", consumer, "latest"]);
    json!({
        "createdAt": iso(publication.created_at),
        "_embedded": {
            "consumer": {
                "name": consumer,
                "_embedded": { "version": {
                    "number": consumer_version,
                    "_links": { "self": link(super::versions::url(base, consumer, consumer_version)) },
                } },
                "_links": { "self": link(base.url(["pacticipants", consumer])) },
            },
            "provider": { "name": provider, "_links": { "self": link(base.url(["pacticipants", provider])) } },
        },
        "_links": { "self": [link(contract::url(base, publication)), link(latest)] },
    })
}

/// Contracts of a provider, as links.
async fn of_provider(
    state: &AppState,
    base: &BaseUrl,
    provider: &str,
    set: Set,
    path: &[&str],
) -> Result<Hal> {
    let mut connection = state.store.read().await?;
    let owner = pacticipants::find(&mut connection, provider)
        .await?
        .ok_or_else(|| Failure::not_found(format!("No provider with name '{provider}' found")))?;
    let found = contracts::list(&mut connection, Some(owner.id), None, &set).await?;
    let links: Vec<Value> = found
        .iter()
        .map(|publication| contract::list_link(base, publication))
        .collect();
    let provider_link = named(base.url(["pacticipants", provider]), "Provider", provider);
    let itself = base.url(["pacts", "provider", provider].iter().chain(path));
    Ok(Hal::ok(json!({
        "_links": {
            "self": titled(itself, format!("Contracts of {provider}")),
            "pb:provider": provider_link,
            "provider": provider_link,
            "pb:pacts": links,
            "pacts": links,
            "curies": hal::curies(base, "pacts"),
        },
    })))
}

pub(crate) async fn provider_every(
    State(state): State<AppState>,
    base: BaseUrl,
    Path(provider): Path<String>,
) -> Result<Hal> {
    of_provider(&state, &base, &provider, Set::Every, &[]).await
}

pub(crate) async fn provider_latest(
    State(state): State<AppState>,
    base: BaseUrl,
    Path(provider): Path<String>,
) -> Result<Hal> {
    of_provider(&state, &base, &provider, Set::Latest, &["latest"]).await
}

pub(crate) async fn provider_with_tag(
    State(state): State<AppState>,
    base: BaseUrl,
    Path((provider, tag)): Path<Pair>,
) -> Result<Hal> {
    of_provider(
        &state,
        &base,
        &provider,
        Set::WithTag(tag.clone()),
        &["tag", &tag],
    )
    .await
}

pub(crate) async fn provider_latest_with_tag(
    State(state): State<AppState>,
    base: BaseUrl,
    Path((provider, tag)): Path<Pair>,
) -> Result<Hal> {
    of_provider(
        &state,
        &base,
        &provider,
        Set::LatestWithTag(tag.clone()),
        &["latest", &tag],
    )
    .await
}

pub(crate) async fn provider_on_main_branch(
    State(state): State<AppState>,
    base: BaseUrl,
    Path(provider): Path<String>,
) -> Result<Hal> {
    of_provider(&state, &base, &provider, Set::OnMainBranch, &["branch"]).await
}

pub(crate) async fn provider_latest_on_main_branch(
    State(state): State<AppState>,
    base: BaseUrl,
    Path(provider): Path<String>,
) -> Result<Hal> {
    of_provider(
        &state,
        &base,
        &provider,
        Set::LatestOnMainBranch,
        &["branch", "latest"],
    )
    .await
}

pub(crate) async fn provider_on_branch(
    State(state): State<AppState>,
    base: BaseUrl,
    Path((provider, branch)): Path<Pair>,
) -> Result<Hal> {
    of_provider(
        &state,
        &base,
        &provider,
        Set::OnBranch(branch.clone()),
        &["branch", &branch],
    )
    .await
}

pub(crate) async fn provider_latest_on_branch(
    State(state): State<AppState>,
    base: BaseUrl,
    Path((provider, branch)): Path<Pair>,
) -> Result<Hal> {
    of_provider(
        &state,
        &base,
        &provider,
        Set::LatestOnBranch(branch.clone()),
        &["branch", &branch, "latest"],
    )
    .await
}

/// Contracts of a pair, newest first.
async fn of_pair(
    state: &AppState,
    base: &BaseUrl,
    (provider, consumer): (&str, &str),
    set: &Set,
    path: &[&str],
) -> Result<Hal> {
    let mut connection = state.store.read().await?;
    let provider_id = pacticipants::require(&mut connection, provider).await?.id;
    let consumer_id = pacticipants::require(&mut connection, consumer).await?.id;
    let found = contracts::list(&mut connection, Some(provider_id), Some(consumer_id), set).await?;
    let items: Vec<Value> = found
        .iter()
        .map(|publication| contract::list_item(base, publication))
        .collect();
    let links: Vec<Value> = found
        .iter()
        .map(|publication| contract::list_link(base, publication))
        .collect();
    let pair = ["pacts", "provider", provider, "consumer", consumer];
    let consumer_link = named(base.url(["pacticipants", consumer]), "Consumer", consumer);
    let provider_link = named(base.url(["pacticipants", provider]), "Provider", provider);
    Ok(Hal::ok(json!({
        "_embedded": { "pacts": items },
        "_links": {
            "self": titled(base.url(pair.iter().chain(path)), format!("Contracts between {consumer} and {provider}")),
            "consumer": consumer_link,
            "provider": provider_link,
            "pb:consumer": consumer_link,
            "pb:provider": provider_link,
            "pb:pact-versions": links,
            "pact-versions": links,
            "curies": hal::curies(base, "pacts"),
        },
    })))
}

/// Deletes the contracts of a list, in batches.
async fn delete_of_pair(
    state: &AppState,
    base: &BaseUrl,
    (provider, consumer): (&str, &str),
    set: &Set,
) -> Result<Hal> {
    let (provider_id, versions) = {
        let mut connection = state.store.read().await?;
        let provider_id = pacticipants::require(&mut connection, provider).await?.id;
        let consumer_id = pacticipants::require(&mut connection, consumer).await?.id;
        let found = contracts::list(&mut connection, Some(provider_id), Some(consumer_id), set).await?;
        (
            provider_id,
            found
                .into_iter()
                .map(|publication| publication.consumer_version_id)
                .collect::<Vec<_>>(),
        )
    };
    let batch = usize::try_from(deletion::BATCH).unwrap_or(1);
    for part in versions.chunks(batch) {
        state
            .store
            .write(
                (provider_id, part.to_vec()),
                |connection, (provider, versions)| {
                    Box::pin(deletion::contracts(connection, *provider, versions))
                },
            )
            .await?;
    }
    Ok(after_deletion(base, provider, consumer))
}

/// The small answer after a deletion: where to go on.
fn after_deletion(base: &BaseUrl, provider: &str, consumer: &str) -> Hal {
    let latest = base.url(["pacts", "provider", provider, "consumer", consumer, "latest"]);
    Hal::ok(json!({
        "_links": {
            "index": link(base.join("/")),
            "pb:latest-pact-version": titled(latest, "Latest version of this contract"),
        },
    }))
}

/// Deletes the contract of one consumer version.
pub(crate) async fn delete_one(
    State(state): State<AppState>,
    base: BaseUrl,
    Path((provider, consumer, number)): Path<PairAnd>,
) -> Result<Hal> {
    let which = contracts::Which::Version(number);
    let found = contracts::require(&mut *state.store.read().await?, &provider, &consumer, &which).await?;
    state
        .store
        .write(found, |connection, found| {
            Box::pin(async move {
                deletion::contracts(connection, found.provider_id, &[found.consumer_version_id]).await
            })
        })
        .await?;
    Ok(after_deletion(&base, &provider, &consumer))
}

macro_rules! pair_lists {
    ($($list:ident, $delete:ident: $set:expr, $($path:literal),+;)+) => {
        $(
            pub(crate) async fn $list(
                State(state): State<AppState>,
                base: BaseUrl,
                Path((provider, consumer)): Path<Pair>,
            ) -> Result<Hal> {
                of_pair(&state, &base, (&provider, &consumer), &$set, &[$($path),+]).await
            }

            pub(crate) async fn $delete(
                State(state): State<AppState>,
                base: BaseUrl,
                Path((provider, consumer)): Path<Pair>,
            ) -> Result<Hal> {
                delete_of_pair(&state, &base, (&provider, &consumer), &$set).await
            }
        )+
    };
}

pair_lists! {
    pair_every, delete_pair_every: Set::Every, "versions";
    pair_on_main_branch, delete_pair_on_main_branch: Set::OnMainBranch, "branch", "versions";
    pair_latest_on_main_branch, delete_pair_latest_on_main_branch: Set::LatestOnMainBranch, "branch", "latest", "versions";
}

macro_rules! named_pair_lists {
    ($($list:ident, $delete:ident: $set:expr, $before:literal $(, $after:expr)*;)+) => {
        $(
            pub(crate) async fn $list(
                State(state): State<AppState>,
                base: BaseUrl,
                Path((provider, consumer, name)): Path<PairAnd>,
            ) -> Result<Hal> {
                of_pair(&state, &base, (&provider, &consumer), &$set(name.clone()), &[$before, &name $(, $after)*]).await
            }

            pub(crate) async fn $delete(
                State(state): State<AppState>,
                base: BaseUrl,
                Path((provider, consumer, name)): Path<PairAnd>,
            ) -> Result<Hal> {
                delete_of_pair(&state, &base, (&provider, &consumer), &$set(name)).await
            }
        )+
    };
}

named_pair_lists! {
    pair_with_tag, delete_pair_with_tag: Set::WithTag, "tag";
    pair_on_branch, delete_pair_on_branch: Set::OnBranch, "branch";
    pair_latest_on_branch, delete_pair_latest_on_branch: Set::LatestOnBranch, "branch", "latest", "versions";
}

//! Lists of contracts: of a pair, of a provider, of everyone; and deleting those of a list.

use axum::{
    Extension,
    extract::State,
    routing::{MethodRouter, get},
};
use http::StatusCode;
use serde_json::{Value, json};

use super::contract_links;
use crate::{
    app::Pair,
    auth::Principal,
    domain::time::iso,
    http::{
        AppState,
        base_url::BaseUrl,
        error::Result,
        hal::{self, Hal, link, named, titled},
        page::Page,
        path::{At, PairAnd, Path},
        query::Query,
    },
    store::{
        Listed,
        contracts::{ContractSet, Publication},
    },
};

/// The newest contract of each integration.
pub(crate) async fn latest(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    query: Query,
) -> Result<Hal> {
    let page = Page::of(&query)?;
    let Listed { rows: found, total } = state.app.newest_contracts(&who, Page::slice(page)).await?;
    let items: Vec<Value> = found
        .iter()
        .map(|publication| latest_item(&base, publication))
        .collect();
    let links = links(&base, &found);
    let mut answer = json!({
        "pacts": items,
        "_links": {
            "self": link(base.join("/pacts/latest")),
            "pb:pacts": links,
            "pacts": links,
            "curies": hal::curies(&base, "pacts"),
        },
    });
    if let Some(page) = Page::shown(page, total) {
        page.describe(total, &mut answer, &base, "/pacts/latest", &query);
    }
    Ok(Hal::ok(answer))
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
        // In the order of the original, which its clients are tested with.
        "_links": { "self": [link(latest), link(contract_links::url(base, publication))] },
    })
}

/// The contracts of a provider in a set, as links.
pub(crate) fn of_provider(set: ContractSet) -> MethodRouter<AppState> {
    get(
        async move |State(state): State<AppState>,
                    Extension(who): Extension<Principal>,
                    base: BaseUrl,
                    Path(provider): Path<String>,
                    at: At| { list_of_provider(&state, &who, &base, &provider, &set, &at).await },
    )
}

/// As [`of_provider`], where the path ends in the name of a tag or a branch.
pub(crate) fn of_provider_named(set: fn(String) -> ContractSet) -> MethodRouter<AppState> {
    get(
        async move |State(state): State<AppState>,
                    Extension(who): Extension<Principal>,
                    base: BaseUrl,
                    Path((provider, name)): Path<(String, String)>,
                    at: At| {
            list_of_provider(&state, &who, &base, &provider, &set(name), &at).await
        },
    )
}

async fn list_of_provider(
    state: &AppState,
    who: &Principal,
    base: &BaseUrl,
    provider: &str,
    set: &ContractSet,
    at: &At,
) -> Result<Hal> {
    let page = Page::of(&at.query)?;
    let slice = Page::slice(page);
    let Listed { rows: found, total } = state.app.contracts_of_provider(who, provider, set, slice).await?;
    let links = links(base, &found);
    let provider_link = named(base.url(["pacticipants", provider]), "Provider", provider);
    let mut answer = json!({
        "_links": {
            "self": titled(base.join(&at.path), format!("Contracts of {provider}")),
            "pb:provider": provider_link,
            "provider": provider_link,
            "pb:pacts": links,
            "pacts": links,
            "curies": hal::curies(base, "pacts"),
        },
    });
    if let Some(page) = Page::shown(page, total) {
        page.describe(total, &mut answer, base, &at.path, &at.query);
    }
    Ok(Hal::ok(answer))
}

fn links(base: &BaseUrl, found: &[Publication]) -> Vec<Value> {
    found
        .iter()
        .map(|publication| contract_links::list_link(base, publication))
        .collect()
}

/// The contracts of a pair in a set, newest first; and deleting them.
pub(crate) fn of_pair(set: ContractSet) -> MethodRouter<AppState> {
    let deleted = set.clone();
    get(
        async move |State(state): State<AppState>,
                    Extension(who): Extension<Principal>,
                    base: BaseUrl,
                    Path(pair): Path<Pair>,
                    at: At| { list_of_pair(&state, &who, &base, &pair, &set, &at).await },
    )
    .delete(
        async move |State(state): State<AppState>,
                    Extension(who): Extension<Principal>,
                    base: BaseUrl,
                    Path(pair): Path<Pair>| {
            state.app.delete_contracts(&who, &pair, &deleted).await?;
            after_deletion(&state, &who, &base, &pair).await
        },
    )
}

/// Every contract of the pair; and deleting them all, which alone of these deletions is answered without a body, as by
/// the original.
pub(crate) fn every_of_pair() -> MethodRouter<AppState> {
    get(
        async move |State(state): State<AppState>,
                    Extension(who): Extension<Principal>,
                    base: BaseUrl,
                    Path(pair): Path<Pair>,
                    at: At| {
            list_of_pair(&state, &who, &base, &pair, &ContractSet::Every, &at).await
        },
    )
    .delete(
        async move |State(state): State<AppState>,
                    Extension(who): Extension<Principal>,
                    Path(pair): Path<Pair>|
                    -> Result<StatusCode> {
            state
                .app
                .delete_contracts(&who, &pair, &ContractSet::Every)
                .await?;
            Ok(StatusCode::NO_CONTENT)
        },
    )
}

/// As [`of_pair`], where the path has the name of a tag or a branch.
pub(crate) fn of_pair_named(set: fn(String) -> ContractSet) -> MethodRouter<AppState> {
    get(
        async move |State(state): State<AppState>,
                    Extension(who): Extension<Principal>,
                    base: BaseUrl,
                    Path(names): Path<PairAnd>,
                    at: At| {
            let (provider, consumer, name) = names;
            let pair = Pair { consumer, provider };
            list_of_pair(&state, &who, &base, &pair, &set(name), &at).await
        },
    )
    .delete(
        async move |State(state): State<AppState>,
                    Extension(who): Extension<Principal>,
                    base: BaseUrl,
                    Path(names): Path<PairAnd>| {
            let (provider, consumer, name) = names;
            let pair = Pair { consumer, provider };
            state.app.delete_contracts(&who, &pair, &set(name)).await?;
            after_deletion(&state, &who, &base, &pair).await
        },
    )
}

/// As the reading of [`of_pair`], at the address where one client asks.
pub(crate) async fn of_pair_on_main_branch(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path(pair): Path<Pair>,
    at: At,
) -> Result<Hal> {
    list_of_pair(&state, &who, &base, &pair, &ContractSet::OnMainBranch, &at).await
}

async fn list_of_pair(
    state: &AppState,
    who: &Principal,
    base: &BaseUrl,
    pair: &Pair,
    set: &ContractSet,
    at: &At,
) -> Result<Hal> {
    let page = Page::of(&at.query)?;
    let slice = Page::slice(page);
    let Listed { rows: found, total } = state.app.contracts_of_pair(who, pair, set, slice).await?;
    let Pair { consumer, provider } = pair;
    let items: Vec<Value> = found
        .iter()
        .map(|publication| contract_links::list_item(base, publication))
        .collect();
    let links = links(base, &found);
    let consumer_link = named(base.url(["pacticipants", consumer]), "Consumer", consumer);
    let provider_link = named(base.url(["pacticipants", provider]), "Provider", provider);
    let mut answer = json!({
        "_embedded": { "pacts": items },
        "_links": {
            "self": titled(base.join(&at.path), format!("Contracts between {consumer} and {provider}")),
            "consumer": consumer_link,
            "provider": provider_link,
            "pb:consumer": consumer_link,
            "pb:provider": provider_link,
            "pb:pact-versions": links,
            "pact-versions": links,
            "curies": hal::curies(base, "pacts"),
        },
    });
    if let Some(page) = Page::shown(page, total) {
        page.describe(total, &mut answer, base, &at.path, &at.query);
    }
    Ok(Hal::ok(answer))
}

/// The small answer after a deletion: where to go on.
async fn after_deletion(state: &AppState, who: &Principal, base: &BaseUrl, pair: &Pair) -> Result<Hal> {
    let mut links = json!({ "index": link(base.join("/")) });
    if state.app.has_contract(who, pair).await? {
        let Pair { consumer, provider } = pair;
        let latest = base.url(["pacts", "provider", provider, "consumer", consumer, "latest"]);
        links["pb:latest-pact-version"] = titled(latest, "Latest version of this contract");
    }
    Ok(Hal::ok(json!({ "_links": links })))
}

/// Deletes the contract of one consumer version.
pub(crate) async fn delete_one(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path((provider, consumer, number)): Path<PairAnd>,
) -> Result<Hal> {
    let pair = Pair { consumer, provider };
    state.app.delete_contract(&who, &pair, number).await?;
    after_deletion(&state, &who, &base, &pair).await
}

/// Deletes the contracts of a pair from the branch that is named `latest`, whose address reads the main branch.
pub(crate) async fn delete_of_branch_latest(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path(pair): Path<Pair>,
) -> Result<Hal> {
    state
        .app
        .delete_contracts(&who, &pair, &ContractSet::OnBranch("latest".to_owned()))
        .await?;
    after_deletion(&state, &who, &base, &pair).await
}

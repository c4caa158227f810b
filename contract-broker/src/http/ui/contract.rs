//! One contract, for a person to read.

use std::ops::DerefMut;

use askama::Template;
use axum::{
    extract::State,
    response::Response,
    routing::{MethodRouter, get},
};
use contract_core::contract::Contract;
use contract_core::json;
use http::StatusCode;

use super::{
    fault::Result,
    frame::{Frame, Section},
    interaction::Shown,
    page::{frame, page as render, read},
    stamp::Stamp,
    standing::Standing,
};
use crate::{
    domain::{selection::Selection, time::now},
    http::{
        AppState,
        api::contract::{Pair, PairAnd},
        base_url::BaseUrl,
        path::Path,
    },
    store::{
        Connection,
        contracts::{self, Publication, Which},
        pages, versions,
    },
};

#[derive(Template)]
#[template(path = "contract.html")]
struct ContractPage {
    frame: Frame,
    contract: Publication,
    details: versions::Details,
    at: Stamp,
    standing: Standing,
    verified: Option<(String, Stamp)>,
    /// The interactions, or the document as it is where it cannot be read.
    interactions: Option<Vec<Shown>>,
    /// How many interactions there are beyond these.
    not_shown: usize,
    problem: String,
    document: String,
    badge: String,
}

/// The page of the one contract of a pair that is meant.
pub(super) fn one(which: Which) -> MethodRouter<AppState> {
    get(
        async move |State(state): State<AppState>, base: BaseUrl, Path((provider, consumer)): Path<Pair>| {
            let mut connection = read(&state).await?;
            let contract = contracts::require(&mut connection, &provider, &consumer, &which).await?;
            show(&state, connection, &base, contract).await
        },
    )
}

/// As [`one`], where the path has the number of a version or the name of a tag or a branch.
pub(super) fn one_named(which: fn(String) -> Which) -> MethodRouter<AppState> {
    get(
        async move |State(state): State<AppState>, base: BaseUrl, Path(names): Path<PairAnd>| {
            let (provider, consumer, name) = names;
            let mut connection = read(&state).await?;
            let contract = contracts::require(&mut connection, &provider, &consumer, &which(name)).await?;
            show(&state, connection, &base, contract).await
        },
    )
}

/// `GET /pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}`
pub(super) async fn of_content(
    State(state): State<AppState>,
    base: BaseUrl,
    Path((provider, consumer, sha)): Path<PairAnd>,
) -> Result<Response> {
    let mut connection = read(&state).await?;
    let contract = contracts::require_sha(&mut connection, &provider, &consumer, &sha, None).await?;
    show(&state, connection, &base, contract).await
}

/// `GET /pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}`, where webhooks send
/// people.
pub(super) async fn of_selected_content(
    State(state): State<AppState>,
    base: BaseUrl,
    Path((provider, consumer, sha, token)): Path<(String, String, String, String)>,
) -> Result<Response> {
    let mut connection = read(&state).await?;
    let selected = Selection::decode(&token).consumer_versions;
    let contract =
        contracts::require_sha(&mut connection, &provider, &consumer, &sha, selected.last()).await?;
    show(&state, connection, &base, contract).await
}

async fn show(
    state: &AppState,
    mut connection: impl DerefMut<Target = Connection>,
    base: &BaseUrl,
    contract: Publication,
) -> Result<Response> {
    let now = now();
    let document = contracts::document(&mut connection, contract.content_id)
        .await?
        .text;
    let version = contract.consumer_version_id;
    let details = versions::details(&mut connection, &[version])
        .await?
        .remove(&version)
        .unwrap_or_default();
    let result = pages::results(&mut connection, &[contract.content_id])
        .await?
        .into_iter()
        .next();
    let pair = (contract.provider_id, contract.consumer_id);
    let verified_before = pages::ever_verified(&mut connection, &[pair])
        .await?
        .contains(&pair);
    drop(connection);
    let frame = frame(base, Some(Section::Integrations));
    let length = document.len();
    let page = move || {
        let Read {
            interactions,
            not_shown,
            problem,
            document,
        } = Read::of(&document);
        let page = ContractPage {
            at: Stamp::new(contract.created_at, now),
            standing: Standing::of(
                result.as_ref().map(|result| (result.success, false)),
                verified_before,
            ),
            verified: result.map(|result| (result.provider_version, Stamp::new(result.verified_at, now))),
            badge: frame.links.badge(&contract.provider, &contract.consumer),
            frame,
            details,
            interactions,
            not_shown,
            problem,
            document,
            contract,
        };
        render(StatusCode::OK, page)
    };
    state.heavy.run_on(length, page).await?
}

/// The most interactions of one page.
const MOST: usize = 1000;

/// A document as far as it is shown.
struct Read {
    interactions: Option<Vec<Shown>>,
    not_shown: usize,
    problem: String,
    document: String,
}

impl Read {
    fn of(document: &str) -> Self {
        match Contract::read_str(document, "the contract") {
            Ok(contract) => Self {
                interactions: Some(contract.interactions.iter().take(MOST).map(Shown::new).collect()),
                not_shown: contract.interactions.len().saturating_sub(MOST),
                problem: String::new(),
                document: String::new(),
            },
            Err(error) => Self {
                interactions: None,
                not_shown: 0,
                problem: error.to_string(),
                document: pretty(document),
            },
        }
    }
}

fn pretty(document: &str) -> String {
    json::from_str(document).map_or_else(|_| document.to_owned(), |value| format!("{value:#}"))
}

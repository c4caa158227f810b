//! One contract, for a person to read.

use askama::Template;
use axum::{extract::State, response::Response};
use contract_core::contract::Contract;
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
    domain::time::now,
    http::{AppState, base_url::BaseUrl, path::Path},
    store::{
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
    problem: String,
    document: String,
    badge: String,
}

/// `GET /pacts/provider/{provider}/consumer/{consumer}/version/{version}`
pub(super) async fn of_version(
    State(state): State<AppState>,
    base: BaseUrl,
    Path((provider, consumer, version)): Path<(String, String, String)>,
) -> Result<Response> {
    show(&state, &base, &provider, &consumer, Which::Version(version)).await
}

/// `GET /pacts/provider/{provider}/consumer/{consumer}/latest`
pub(super) async fn latest(
    State(state): State<AppState>,
    base: BaseUrl,
    Path((provider, consumer)): Path<(String, String)>,
) -> Result<Response> {
    show(&state, &base, &provider, &consumer, Which::Latest).await
}

async fn show(
    state: &AppState,
    base: &BaseUrl,
    provider: &str,
    consumer: &str,
    which: Which,
) -> Result<Response> {
    let now = now();
    let mut connection = read(state).await?;
    let contract = contracts::require(&mut connection, provider, consumer, &which).await?;
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
    let (interactions, problem) = match Contract::read_str(&document, "the contract") {
        Ok(contract) => (
            Some(contract.interactions.iter().map(Shown::new).collect()),
            String::new(),
        ),
        Err(error) => (None, error.to_string()),
    };
    let document = if interactions.is_some() {
        String::new()
    } else {
        pretty(&document)
    };
    let frame = frame(base, Some(Section::Integrations));
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
        problem,
        document,
        contract,
    };
    render(StatusCode::OK, page)
}

fn pretty(document: &str) -> String {
    serde_json::from_str::<serde_json::Value>(document)
        .and_then(|value| serde_json::to_string_pretty(&value))
        .unwrap_or_else(|_| document.to_owned())
}

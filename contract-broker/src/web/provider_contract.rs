//! The pages with the descriptions of a provider, and with one of them.

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use super::{
    fault::Result,
    frame::{Frame, Section},
    page::{frame, page as render},
    relative_time::RelativeTime,
};
use crate::{
    app::ReadComparison,
    domain::{
        bidirectional::{Api, Compatibility, Document, SelfVerification},
        time::now,
    },
    http::{call::Call, path::Path},
    store::provider_contracts::ProviderContract,
};

#[derive(Template)]
#[template(path = "provider_contracts.html")]
struct ListPage {
    frame: Frame,
    provider: String,
    rows: Vec<ListRow>,
    compatibility: Compatibility,
}

struct ListRow {
    version: String,
    sha: String,
    self_success: Option<bool>,
    at: RelativeTime,
    /// The previous version, if its description differs.
    before: Option<String>,
}

/// `GET /provider-contracts/provider/{provider}`
pub(super) async fn list(call: Call, Path(provider): Path<String>) -> Result<Response> {
    let contracts = call.app().provider_contracts(&call.who, &provider).await?;
    let compatibility = call.app().compatibility(&call.who, &provider).await?;
    let now = now();
    let rows = contracts.iter().enumerate().map(|(index, contract)| ListRow {
        version: contract.version.clone(),
        sha: contract.sha.chars().take(8).collect(),
        self_success: contract.self_success,
        at: RelativeTime::new(contract.created_at, now),
        before: contracts
            .get(index + 1)
            .filter(|before| before.sha != contract.sha)
            .map(|before| before.version.clone()),
    });
    let page = ListPage {
        frame: frame(&call, Some(Section::Pacticipants)),
        provider,
        rows: rows.collect(),
        compatibility,
    };
    render(StatusCode::OK, page)
}

#[derive(Template)]
#[template(path = "provider_contract.html")]
struct DescriptionPage {
    frame: Frame,
    contract: ProviderContract,
    specification: &'static str,
    at: RelativeTime,
    own: Option<SelfVerification>,
    compared: Vec<ComparedRow>,
    /// Other versions with different descriptions, newest first.
    others: Vec<String>,
    /// `None` if it does not describe an HTTP API.
    api: Option<Api>,
    text: String,
}

struct ComparedRow {
    consumer: String,
    version: String,
    success: Option<bool>,
    is_made: bool,
    errors: usize,
    warnings: usize,
}

/// Maximum number of bytes of a description shown.
const SHOWN: usize = 256 * 1024;
/// Maximum number of other versions shown.
const NAMED: usize = 20;

/// `GET /contracts/bi-directional/provider/{provider}/version/{version}/provider-contract`
pub(super) async fn page(call: Call, Path((provider, version)): Path<(String, String)>) -> Result<Response> {
    let details = call
        .app()
        .description_details(&call.who, &provider, &version)
        .await?;
    let mut text = details.text.clone();
    text.truncate(text.floor_char_boundary(SHOWN));
    let api = call
        .app()
        .read_description(details.specification, details.text, |document| {
            document.and_then(Document::http).map(Api::of)
        })
        .await?;
    let others = details
        .newest
        .iter()
        .filter(|other| other.sha != details.contract.sha)
        .take(NAMED)
        .map(|other| other.version.clone());
    let page = DescriptionPage {
        frame: frame(&call, Some(Section::Pacticipants)),
        specification: details.specification.title(),
        at: RelativeTime::new(details.contract.created_at, now()),
        own: details.self_verification,
        compared: details.compared.iter().map(ComparedRow::of).collect(),
        others: others.collect(),
        contract: details.contract,
        api,
        text,
    };
    render(StatusCode::OK, page)
}

impl ComparedRow {
    fn of(one: &ReadComparison) -> Self {
        let summary = one.summary.as_ref();
        Self {
            consumer: one.contract.consumer.clone(),
            version: one.contract.consumer_version.clone(),
            success: one.contract.comparison.success,
            is_made: one.contract.comparison.compared_at.is_some(),
            errors: summary.map_or(0, |summary| summary.errors),
            warnings: summary.map_or(0, |summary| summary.warnings),
        }
    }
}

//! What changed between two versions of a contract, and what that means for the provider.

use askama::Template;
use axum::{extract::State, response::Response};
use contract_core::contract::Contract;
use contract_core::json::Value;
use http::StatusCode;

use super::{
    fault::{Fault, Result},
    frame::{Frame, Section},
    page::{frame, page as render, read},
};
use crate::{
    domain::diff::{Change, Diff, Effect, diff},
    http::{AppState, base_url::BaseUrl, path::Path},
    store::{
        Connection,
        contracts::{self, Publication, Which},
    },
};

#[derive(Template)]
#[template(path = "changes.html")]
struct ChangesPage {
    frame: Frame,
    before: Option<Publication>,
    after: Publication,
    diff: Diff,
}

/// `GET …/version/{version}/changes`
pub(super) async fn since_previous(
    State(state): State<AppState>,
    base: BaseUrl,
    Path((provider, consumer, version)): Path<(String, String, String)>,
) -> Result<Response> {
    let mut connection = read(&state).await?;
    let after = contracts::require(&mut connection, &provider, &consumer, &Which::Version(version)).await?;
    let before = contracts::previous_distinct(&mut connection, &after).await?;
    show(&mut connection, &base, before, after).await
}

/// `GET …/version/{version}/changes/version/{other}`
pub(super) async fn since_version(
    State(state): State<AppState>,
    base: BaseUrl,
    Path((provider, consumer, version, other)): Path<(String, String, String, String)>,
) -> Result<Response> {
    let mut connection = read(&state).await?;
    let after = contracts::require(&mut connection, &provider, &consumer, &Which::Version(version)).await?;
    let before = contracts::require(&mut connection, &provider, &consumer, &Which::Version(other)).await?;
    show(&mut connection, &base, Some(before), after).await
}

async fn show(
    connection: &mut Connection,
    base: &BaseUrl,
    before: Option<Publication>,
    after: Publication,
) -> Result<Response> {
    let diff = match &before {
        Some(before) => diff(
            &contract(connection, before).await?,
            &contract(connection, &after).await?,
        ),
        None => Diff::default(),
    };
    render(
        StatusCode::OK,
        ChangesPage {
            frame: frame(base, Some(Section::Integrations)),
            before,
            after,
            diff,
        },
    )
}

async fn contract(connection: &mut Connection, publication: &Publication) -> Result<Contract> {
    let document = contracts::document(connection, publication.content_id)
        .await?
        .text;
    let origin = format!("the contract of version {}", publication.consumer_version);
    Contract::read_str(&document, &origin)
        .map_err(|error| Fault::missing(format!("{origin} cannot be compared: {error}")))
}

impl Effect {
    fn class(self) -> &'static str {
        match self {
            Self::Breaking => "bad",
            Self::Relaxing => "good",
            Self::Neutral => "none",
        }
    }
}

/// A value in one line.
fn short(value: Option<&Value>) -> String {
    match value {
        None => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    }
}

impl Change {
    fn shown_before(&self) -> String {
        short(self.before.as_ref())
    }

    fn shown_after(&self) -> String {
        short(self.after.as_ref())
    }
}

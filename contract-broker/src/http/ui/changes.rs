//! What changed between two versions of a contract, and what that means for the provider.

use askama::Template;
use axum::{extract::State, response::Response};
use contract_core::diff::{Diff, Effect};
use contract_core::json::Value;
use http::StatusCode;

use super::{
    fault::Result,
    frame::{Frame, Section},
    page::{frame, page as render, read},
};
use crate::{
    http::{AppState, api::changes::compared, base_url::BaseUrl, path::Path},
    store::contracts::{self, Publication, Which},
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
    drop(connection);
    show(&state, &base, before, after).await
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
    drop(connection);
    show(&state, &base, Some(before), after).await
}

async fn show(
    state: &AppState,
    base: &BaseUrl,
    before: Option<Publication>,
    after: Publication,
) -> Result<Response> {
    let frame = frame(base, Some(Section::Integrations));
    let Some(before) = before else {
        let page = ChangesPage {
            frame,
            before: None,
            after,
            diff: Diff::default(),
        };
        return render(StatusCode::OK, page);
    };
    let (old, new) = (before.clone(), after.clone());
    let page = compared(state, &old, &new, move |diff| {
        let page = ChangesPage {
            frame,
            before: Some(before),
            after,
            diff,
        };
        render(StatusCode::OK, page)
    });
    page.await?
}

/// How a page marks an effect.
trait Marked {
    /// The class of its label.
    fn class(&self) -> &'static str;
}

impl Marked for Effect {
    fn class(&self) -> &'static str {
        match self {
            Self::Breaking => "bad",
            Self::Relaxing => "good",
            Self::Neutral => "none",
        }
    }
}

/// A value in one line.
fn one_line(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

//! The page with the changes between two versions of a contract, and their effect on the provider.

use askama::Template;
use axum::response::Response;
use contract_core::diff::{Diff, Effect};
use contract_core::json::Value;
use http::StatusCode;

use super::{
    fault::Result,
    frame::{Frame, Section},
    page::{frame, page as render},
};
use crate::{
    app::{Pair, WithPrevious},
    http::{call::Call, path::Path},
    store::contracts::Publication,
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
    call: Call,
    Path((provider, consumer, version)): Path<(String, String, String)>,
) -> Result<Response> {
    let pair = Pair { consumer, provider };
    let WithPrevious { contract, previous } = call
        .app()
        .contract_with_previous(&call.who, &pair, version)
        .await?;
    show(&call, previous, contract).await
}

/// `GET …/version/{version}/changes/version/{other}`
pub(super) async fn since_version(
    call: Call,
    Path((provider, consumer, version, other)): Path<(String, String, String, String)>,
) -> Result<Response> {
    let pair = Pair { consumer, provider };
    let after = call.app().contract_of_version(&call.who, &pair, version).await?;
    let before = call.app().contract_of_version(&call.who, &pair, other).await?;
    show(&call, Some(before), after).await
}

async fn show(call: &Call, before: Option<Publication>, after: Publication) -> Result<Response> {
    let frame = frame(call, Some(Section::Integrations));
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
    let page = call.app().compare(&call.who, &old, &new, move |diff| {
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

/// Formats an effect for a page.
trait Marked {
    /// Returns the CSS class of its label.
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

/// Formats a value in one line.
fn one_line(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

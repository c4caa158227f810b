//! The page with the changes between the descriptions of two versions, and the consumers that they break.

use askama::Template;
use axum::response::Response;
use contract_openapi::breaking::{ChangeLevel, Effect, JudgedChange, JudgedChangelog, VersionBump};
use http::StatusCode;

use super::{
    fault::Result,
    frame::{Frame, Section},
    page::{frame, page as render},
};
use crate::http::{call::Call, path::Path};

/// Maximum number of changes shown.
const MOST: usize = 500;
/// Maximum number of other versions shown.
const NAMED: usize = 20;

#[derive(Template)]
#[template(path = "description_changes.html")]
struct ChangesPage {
    frame: Frame,
    provider: String,
    before: String,
    after: String,
    /// Versions to compare with instead.
    others: Vec<String>,
    changes: JudgedChangelog,
}

impl ChangesPage {
    fn shown(&self) -> impl Iterator<Item = &JudgedChange> {
        self.changes.changes.iter().take(MOST)
    }

    fn left_off(&self) -> usize {
        self.changes.changes.len().saturating_sub(MOST)
    }

    fn bump(&self) -> &'static str {
        match self.changes.decision.version_bump {
            VersionBump::Major => "a major",
            VersionBump::Minor => "a minor",
            VersionBump::Patch => "a patch",
        }
    }
}

/// Formats a level or an effect for a page.
trait Marked {
    /// Returns the CSS class of its label.
    fn class(&self) -> &'static str;
}

impl Marked for ChangeLevel {
    fn class(&self) -> &'static str {
        match self {
            Self::Error => "bad",
            Self::Warning => "warn",
            Self::Info => "none",
        }
    }
}

fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Breaks => "breaks",
        Effect::MayBreak => "may break",
        Effect::Harmless => "no known consumer",
    }
}

/// `GET …/version/{version}/changes/version/{other}`
pub(super) async fn page(
    call: Call,
    Path((provider, after, before)): Path<(String, String, String)>,
) -> Result<Response> {
    let known = call.app().provider_contracts(&call.who, &provider).await?;
    let others = known
        .into_iter()
        .map(|contract| contract.version)
        .filter(|version| *version != after && *version != before)
        .take(NAMED)
        .collect();
    let frame = frame(&call, Some(Section::Pacticipants));
    let (name, old, new) = (provider.clone(), before.clone(), after.clone());
    let page = call
        .app()
        .description_changes(&call.who, &name, &old, &new, move |changes| {
            let page = ChangesPage {
                frame,
                provider,
                before,
                after,
                others,
                changes,
            };
            render(StatusCode::OK, page)
        });
    page.await?
}

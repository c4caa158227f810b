//! Environments and what is in them.

use askama::Template;
use axum::{Extension, extract::State, response::Response};
use http::StatusCode;

use super::{
    fault::Result,
    frame::{Frame, Section},
    page::{frame, page as render},
    relative_time::RelativeTime,
};
use crate::{
    auth::Principal,
    domain::time::now,
    http::{AppState, base_url::BaseUrl},
};

#[derive(Template)]
#[template(path = "environments.html")]
struct EnvironmentsPage {
    frame: Frame,
    environments: Vec<Shown>,
}

struct Shown {
    name: String,
    title: String,
    production: bool,
    placements: Vec<Placed>,
}

struct Placed {
    pacticipant: String,
    version: String,
    released: bool,
    instance: String,
    since: RelativeTime,
}

/// `GET /environments`
pub(super) async fn page(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
) -> Result<Response> {
    let now = now();
    let found = state.app.environments(&who).await?;
    let mut placed = state.app.placements(&who).await?;
    let environments = found
        .into_iter()
        .map(|environment| Shown {
            placements: placed
                .remove(&environment.id)
                .unwrap_or_default()
                .into_iter()
                .map(|placed| Placed {
                    pacticipant: placed.pacticipant,
                    version: placed.version,
                    released: placed.released,
                    instance: placed.instance,
                    since: RelativeTime::new(placed.since, now),
                })
                .collect(),
            name: environment.fields.name,
            title: environment.fields.display_name,
            production: environment.fields.production,
        })
        .collect();
    render(
        StatusCode::OK,
        EnvironmentsPage {
            frame: frame(&base, Some(Section::Environments)),
            environments,
        },
    )
}

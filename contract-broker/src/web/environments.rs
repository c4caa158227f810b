//! The page with environments and the versions in them.

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use super::{
    fault::Result,
    frame::{Frame, Section},
    page::{frame, page as render},
    relative_time::RelativeTime,
};
use crate::{domain::time::now, http::call::Call};

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
pub(super) async fn page(call: Call) -> Result<Response> {
    let now = now();
    let found = call.app().environments(&call.who).await?;
    let mut placed = call.app().placements(&call.who).await?;
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
            frame: frame(&call, Some(Section::Environments)),
            environments,
        },
    )
}

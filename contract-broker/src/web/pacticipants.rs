//! The pages with all pacticipants, and with one of them.

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use super::{
    fault::Result,
    frame::{Frame, Section},
    page::{ROWS, frame, number, page as render, web_address},
    paging::{Paging, slice},
    relative_time::RelativeTime,
};
use crate::{
    app::{self, PacticipantOverview, Pacticipants},
    domain::time::now,
    http::{call::Call, path::Path, query::Query},
    store::{Listed, pacticipants::Pacticipant, versions::Details},
};

#[derive(Template)]
#[template(path = "pacticipants.html")]
struct ListPage {
    frame: Frame,
    rows: Vec<ListRow>,
    query: String,
    paging: Paging,
}

struct ListRow {
    name: String,
    main_branch: Option<String>,
    latest: Option<(String, RelativeTime)>,
}

/// `GET /pacticipants`
pub(super) async fn list(call: Call, query: Query) -> Result<Response> {
    let (now, number, search) = (
        now(),
        number(&query),
        query
            .search()
            .map_err(app::Error::from)?
            .unwrap_or_default()
            .to_owned(),
    );
    let like = (!search.is_empty()).then_some(search.as_str());
    let Pacticipants {
        listed: Listed { rows: found, total },
        newest: mut latest,
        ..
    } = call
        .app()
        .pacticipants(&call.who, like, None, slice(number, ROWS))
        .await?;
    let rows = found
        .into_iter()
        .map(|one| ListRow {
            latest: latest
                .remove(&one.id)
                .map(|version| (version.number, RelativeTime::new(version.created_at, now))),
            main_branch: one.profile.main_branch,
            name: one.name,
        })
        .collect();
    let frame = frame(&call, Some(Section::Pacticipants));
    let href = frame.links.pacticipants();
    let paging = Paging {
        number,
        size: ROWS,
        total,
        href,
        query: vec![("q", search.clone())],
    };
    render(
        StatusCode::OK,
        ListPage {
            frame,
            rows,
            query: search,
            paging,
        },
    )
}

#[derive(Template)]
#[template(path = "pacticipant.html")]
struct PacticipantPage {
    frame: Frame,
    one: Pacticipant,
    labels: Vec<String>,
    /// The providers that it consumes.
    providers: Vec<String>,
    /// The consumers that use it.
    consumers: Vec<String>,
    versions: Vec<VersionRow>,
    paging: Paging,
}

struct VersionRow {
    number: String,
    build_url: Option<String>,
    details: Details,
    at: RelativeTime,
}

/// `GET /pacticipants/{pacticipant}`
pub(super) async fn page(call: Call, Path(name): Path<String>, query: Query) -> Result<Response> {
    let (now, number) = (now(), number(&query));
    let PacticipantOverview {
        pacticipant: one,
        labels,
        neighbours,
        versions: Listed { rows: found, total },
        mut details,
    } = call
        .app()
        .pacticipant_overview(&call.who, &name, slice(number, ROWS))
        .await?;
    let versions = found
        .into_iter()
        .map(|version| VersionRow {
            details: details.remove(&version.id).unwrap_or_default(),
            at: RelativeTime::new(version.created_at, now),
            build_url: version.build_url.and_then(web_address),
            number: version.number,
        })
        .collect();
    let frame = frame(&call, Some(Section::Pacticipants));
    let href = frame.links.pacticipant(&one.name);
    let paging = Paging {
        number,
        size: ROWS,
        total,
        href,
        query: Vec::new(),
    };
    let labels = labels.into_iter().map(|label| label.name).collect();
    render(
        StatusCode::OK,
        PacticipantPage {
            frame,
            one,
            labels,
            providers: neighbours.providers,
            consumers: neighbours.consumers,
            versions,
            paging,
        },
    )
}

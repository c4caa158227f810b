//! Everyone who takes part, and one of them.

use askama::Template;
use axum::{extract::State, response::Response};
use http::StatusCode;

use super::{
    fault::Result,
    frame::{Frame, Section},
    page::{ROWS, frame, number, page as render, read, web_address},
    paging::{Paging, slice},
    stamp::Stamp,
};
use crate::{
    domain::time::now,
    http::{AppState, base_url::BaseUrl, path::Path, query::Query},
    store::{
        Listed,
        pacticipants::{self, Pacticipant},
        pages,
        versions::{self, Details},
    },
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
    latest: Option<(String, Stamp)>,
}

/// `GET /pacticipants`
pub(super) async fn list(State(state): State<AppState>, base: BaseUrl, query: Query) -> Result<Response> {
    let (now, number, search) = (
        now(),
        number(&query),
        query
            .search()
            .map_err(crate::store::Error::from)?
            .unwrap_or_default()
            .to_owned(),
    );
    let mut connection = read(&state).await?;
    let like = (!search.is_empty()).then_some(search.as_str());
    let Listed { rows: found, total } =
        pacticipants::list(&mut connection, like, None, slice(number, ROWS)).await?;
    let ids: Vec<i64> = found.iter().map(|one| one.id).collect();
    let mut latest = versions::latest_of_each(&mut connection, &ids).await?;
    drop(connection);
    let rows = found
        .into_iter()
        .map(|one| ListRow {
            latest: latest
                .remove(&one.id)
                .map(|version| (version.number, Stamp::new(version.created_at, now))),
            main_branch: one.profile.main_branch,
            name: one.name,
        })
        .collect();
    let frame = frame(&base, Some(Section::Pacticipants));
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
    /// Whom it needs.
    providers: Vec<String>,
    /// Who needs it.
    consumers: Vec<String>,
    versions: Vec<VersionRow>,
    paging: Paging,
}

struct VersionRow {
    number: String,
    build_url: Option<String>,
    details: Details,
    at: Stamp,
}

/// `GET /pacticipants/{pacticipant}`
pub(super) async fn page(
    State(state): State<AppState>,
    base: BaseUrl,
    Path(name): Path<String>,
    query: Query,
) -> Result<Response> {
    let (now, number) = (now(), number(&query));
    let mut connection = read(&state).await?;
    let one = pacticipants::require(&mut connection, &name).await?;
    let labels = pacticipants::labels(&mut connection, &[one.id])
        .await?
        .remove(&one.id)
        .unwrap_or_default();
    let neighbours = pages::neighbours(&mut connection, one.id).await?;
    let Listed { rows: found, total } =
        versions::list(&mut connection, one.id, versions::Of::All, slice(number, ROWS)).await?;
    let ids: Vec<i64> = found.iter().map(|version| version.id).collect();
    let mut details = versions::details(&mut connection, &ids).await?;
    drop(connection);
    let versions = found
        .into_iter()
        .map(|version| VersionRow {
            details: details.remove(&version.id).unwrap_or_default(),
            at: Stamp::new(version.created_at, now),
            build_url: version.build_url.and_then(web_address),
            number: version.number,
        })
        .collect();
    let frame = frame(&base, Some(Section::Pacticipants));
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

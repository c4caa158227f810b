//! The first page: who needs what from whom, and whether it was last verified.

use askama::Template;
use axum::{extract::State, response::Response};
use http::StatusCode;

use super::{
    fault::Result,
    frame::{Frame, Section},
    page::{ROWS, frame, number, page as render, read},
    paging::Paging,
    stamp::Stamp,
    standing::Standing,
};
use crate::{
    domain::time::now,
    http::{AppState, base_url::BaseUrl, query::Query},
    store::{integrations, pages},
};

#[derive(Template)]
#[template(path = "integrations.html")]
struct IntegrationsPage {
    frame: Frame,
    rows: Vec<Row>,
    query: String,
    paging: Paging,
}

/// One integration.
struct Row {
    consumer: String,
    provider: String,
    contract: Option<VersionAt>,
    verification: Option<VersionAt>,
    standing: Standing,
}

/// A version and when something happened to it.
struct VersionAt {
    number: String,
    branches: Vec<String>,
    at: Stamp,
}

/// `GET /`
pub(super) async fn page(State(state): State<AppState>, base: BaseUrl, query: Query) -> Result<Response> {
    let now = now();
    let (number, search) = (
        number(&query),
        query
            .search()
            .map_err(crate::store::Error::from)?
            .unwrap_or_default()
            .to_owned(),
    );
    let mut connection = read(&state).await?;
    let like = (!search.is_empty()).then_some(search.as_str());
    let (found, total) = integrations::list(&mut connection, like, (ROWS, (number - 1) * ROWS)).await?;
    let versions: Vec<i64> = found
        .iter()
        .filter_map(|row| row.latest_contract.as_ref())
        .map(|c| c.consumer_version_id)
        .collect();
    let branches = pages::branches(&mut connection, &versions).await?;
    let unverified: Vec<(i64, i64)> = found
        .iter()
        .filter(|row| row.latest_result.is_none())
        .map(|row| (row.provider_id, row.consumer_id))
        .collect();
    let verified_before = pages::ever_verified(&mut connection, &unverified).await?;
    drop(connection);
    let rows = found
        .into_iter()
        .map(|row| Row {
            standing: Standing::of(
                row.latest_result
                    .as_ref()
                    .map(|result| (result.success, result.pending)),
                verified_before.contains(&(row.provider_id, row.consumer_id)),
            ),
            contract: row.latest_contract.map(|contract| VersionAt {
                // One version may have contracts with several providers.
                branches: branches
                    .get(&contract.consumer_version_id)
                    .cloned()
                    .unwrap_or_default(),
                number: contract.consumer_version,
                at: Stamp::new(contract.published_at, now),
            }),
            verification: row.latest_result.map(|result| VersionAt {
                number: result.provider_version,
                branches: Vec::new(),
                at: Stamp::new(result.verified_at, now),
            }),
            consumer: row.consumer,
            provider: row.provider,
        })
        .collect();
    let frame = frame(&base, Some(Section::Integrations));
    let paging = Paging {
        number,
        size: ROWS,
        total,
        href: frame.links.index(),
        query: vec![("q", search.clone())],
    };
    render(
        StatusCode::OK,
        IntegrationsPage {
            frame,
            rows,
            query: search,
            paging,
        },
    )
}

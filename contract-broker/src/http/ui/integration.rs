//! One integration: which versions of the contract there are, and which provider versions verified them.

use askama::Template;
use axum::{extract::State, response::Response};
use http::StatusCode;

use super::{
    fault::Result,
    frame::{Frame, Section},
    page::{ROWS, frame, number, page as render, read},
    paging::{Paging, slice},
    stamp::Stamp,
    standing::Standing,
};
use crate::{
    domain::time::now,
    http::{AppState, base_url::BaseUrl, path::Path, query::Query},
    store::{
        Listed,
        integrations::PairIds,
        pacticipants,
        pages::{self, NewestResult},
        versions,
    },
};

#[derive(Template)]
#[template(path = "integration.html")]
struct IntegrationPage {
    frame: Frame,
    consumer: String,
    provider: String,
    rows: Vec<Row>,
    paging: Paging,
}

/// One version of the contract.
struct Row {
    number: String,
    details: versions::Details,
    at: Stamp,
    /// Whether its content is that of the version before it.
    unchanged: bool,
    standing: Standing,
    results: Vec<ResultOf>,
}

/// What one provider version said.
struct ResultOf {
    href: String,
    number: String,
    success: bool,
    at: Stamp,
}

/// `GET /dashboard/provider/{provider}/consumer/{consumer}`
pub(super) async fn page(
    State(state): State<AppState>,
    base: BaseUrl,
    Path((provider, consumer)): Path<(String, String)>,
    query: Query,
) -> Result<Response> {
    let (now, number) = (now(), number(&query));
    let mut connection = read(&state).await?;
    let provider = pacticipants::require(&mut connection, &provider).await?;
    let consumer = pacticipants::require(&mut connection, &consumer).await?;
    let pair = PairIds {
        consumer: consumer.id,
        provider: provider.id,
    };
    let Listed { rows: found, total } =
        pages::contracts_of_pair(&mut connection, pair, slice(number, ROWS)).await?;
    let ids: Vec<i64> = found.iter().map(|contract| contract.version_id).collect();
    let contents: Vec<i64> = found.iter().map(|contract| contract.content_id).collect();
    let mut details = versions::details(&mut connection, &ids).await?;
    let results = pages::results(&mut connection, &contents).await?;
    drop(connection);
    let frame = frame(&base, Some(Section::Integrations));
    let rows = found
        .iter()
        .enumerate()
        .map(|(index, contract)| {
            let results: Vec<ResultOf> = results
                .iter()
                .filter(|result| result.content_id == contract.content_id)
                .map(|result| ResultOf {
                    href: frame
                        .links
                        .result(&provider.name, &consumer.name, &result.sha, result.id),
                    number: result.provider_version.clone(),
                    success: result.success,
                    at: Stamp::new(result.verified_at, now),
                })
                .collect();
            Row {
                number: contract.number.clone(),
                details: details.remove(&contract.version_id).unwrap_or_default(),
                at: Stamp::new(contract.published_at, now),
                unchanged: found
                    .get(index + 1)
                    .is_some_and(|before| before.content_id == contract.content_id),
                standing: Standing::of(
                    results.first().map(|result| NewestResult {
                        success: result.success,
                        pending: false,
                    }),
                    false,
                ),
                results,
            }
        })
        .collect();
    let href = frame.links.integration(&provider.name, &consumer.name);
    let paging = Paging {
        number,
        size: ROWS,
        total,
        href,
        query: Vec::new(),
    };
    render(
        StatusCode::OK,
        IntegrationPage {
            frame,
            consumer: consumer.name,
            provider: provider.name,
            rows,
            paging,
        },
    )
}

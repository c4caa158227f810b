//! The page of an integration: the versions of its contract, and the provider versions that verified them.

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use super::{
    fault::Result,
    frame::{Frame, Section},
    page::{ROWS, frame, number, page as render},
    paging::{Paging, slice},
    relative_time::RelativeTime,
    verification_status::VerificationStatus,
};
use crate::{
    app::{ContractHistory, Pair},
    domain::time::now,
    http::{call::Call, path::Path, query::Query},
    store::{Listed, pages::NewestResult, versions},
};

#[derive(Template)]
#[template(path = "integration.html")]
struct IntegrationPage {
    frame: Frame,
    consumer: String,
    provider: String,
    rows: Vec<ContractRow>,
    paging: Paging,
}

/// A version of the contract.
struct ContractRow {
    number: String,
    details: versions::Details,
    at: RelativeTime,
    /// Whether the content is the same as in the previous version.
    unchanged: bool,
    verification_status: VerificationStatus,
    results: Vec<ResultOf>,
}

/// The result of a provider version.
struct ResultOf {
    href: String,
    number: String,
    success: bool,
    at: RelativeTime,
}

/// `GET /dashboard/provider/{provider}/consumer/{consumer}`
pub(super) async fn page(call: Call, Path(pair): Path<Pair>, query: Query) -> Result<Response> {
    let (now, number) = (now(), number(&query));
    let ContractHistory {
        consumer,
        provider,
        listed: Listed { rows: found, total },
        mut details,
        results,
    } = call
        .app()
        .contract_history(&call.who, &pair, slice(number, ROWS))
        .await?;
    let frame = frame(&call, Some(Section::Integrations));
    let rows = found
        .iter()
        .enumerate()
        .map(|(index, contract)| {
            let results: Vec<ResultOf> = results
                .iter()
                .filter(|result| result.content_id == contract.content_id)
                .map(|result| ResultOf {
                    href: frame.links.result(&provider, &consumer, &result.sha, result.id),
                    number: result.provider_version.clone(),
                    success: result.success,
                    at: RelativeTime::new(result.verified_at, now),
                })
                .collect();
            ContractRow {
                number: contract.number.clone(),
                details: details.remove(&contract.version_id).unwrap_or_default(),
                at: RelativeTime::new(contract.published_at, now),
                unchanged: found
                    .get(index + 1)
                    .is_some_and(|before| before.content_id == contract.content_id),
                verification_status: VerificationStatus::of(
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
    let href = frame.links.integration(&provider, &consumer);
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
            consumer,
            provider,
            rows,
            paging,
        },
    )
}

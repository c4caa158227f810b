//! The dashboard: newest contracts, their newest results, and their status.

use std::fmt::Write as _;

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, header};

use crate::{
    app::{Dashboard, Pair},
    http::{
        call::Call,
        error::Result,
        hal::Hal,
        negotiation,
        page::Page,
        path::{At, Path},
        resource::{DashboardDocument, VerificationStatus},
    },
    store::contracts::Publication,
};

const OFFERED: &[&str] = &["application/hal+json", "text/plain"];

pub(super) async fn all(call: Call, headers: HeaderMap, at: At) -> Result<Response> {
    let page = Page::or_first(&at.query, 30)?;
    let dashboard = call.app().dashboard(&call.who, Page::slice(Some(page))).await?;
    respond(&call, &headers, &dashboard, Some(page), &at)
}

pub(super) async fn pair(call: Call, headers: HeaderMap, Path(pair): Path<Pair>, at: At) -> Result<Response> {
    let page = Page::of(&at.query)?;
    let dashboard = call
        .app()
        .dashboard_of_pair(&call.who, &pair, Page::slice(page))
        .await?;
    respond(&call, &headers, &dashboard, page, &at)
}

fn respond(
    call: &Call,
    headers: &HeaderMap,
    dashboard: &Dashboard,
    page: Option<Page>,
    at: &At,
) -> Result<Response> {
    let media = negotiation::choose(headers, OFFERED).ok_or_else(|| negotiation::refused(OFFERED))?;
    Ok(if media == "text/plain" {
        (
            [(header::CONTENT_TYPE, "text/plain;charset=utf-8")],
            text(dashboard),
        )
            .into_response()
    } else {
        Hal::ok(DashboardDocument::of(&call.base, dashboard, page, at)).into_response()
    })
}

fn text(dashboard: &Dashboard) -> String {
    let mut text = String::new();
    for contract in &dashboard.contracts {
        let outcome = dashboard.outcomes.get(&contract.content_id);
        let by = outcome.map_or("-", |outcome| outcome.provider_version.as_str());
        let status = VerificationStatus::of(dashboard, contract).as_str();
        let Publication {
            consumer,
            consumer_version,
            provider,
            ..
        } = contract;
        let _ = writeln!(text, "{consumer} {consumer_version} -> {provider} {by}: {status}");
    }
    text
}

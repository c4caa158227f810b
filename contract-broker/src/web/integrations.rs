//! The home page: integrations and their status.

use std::collections::HashMap;

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
    app::{self, Overview},
    domain::time::now,
    http::{call::Call, query::Query},
    store::{
        integrations::PairIds,
        overview::{Contract, Counts, Deployed, Pair, Show},
        pages::NewestResult,
    },
};

#[derive(Template)]
#[template(path = "integrations.html")]
struct IntegrationsPage {
    frame: Frame,
    rows: Vec<IntegrationRow>,
    counts: Counts,
    query: String,
    show: Show,
    paging: Paging,
}

/// An integration.
struct IntegrationRow {
    consumer: String,
    provider: String,
    /// The contract of the main branch, or the newest one without a main branch.
    contract: Option<Shown>,
    /// A newer contract, on another branch.
    newer: Option<Shown>,
    deployed: Vec<Place>,
}

/// A contract and its status.
struct Shown {
    version: String,
    href: String,
    branches: Vec<String>,
    at: RelativeTime,
    status: Status,
    /// The provider version of the newest result.
    by: Option<(String, RelativeTime)>,
}

/// A status, and the address of the page of its result, if there is one.
struct Status {
    class: &'static str,
    word: &'static str,
    href: Option<String>,
}

/// The combined status of both in an environment.
struct Place {
    environment: String,
    class: &'static str,
    title: String,
    href: Option<String>,
}

impl IntegrationsPage {
    /// Returns the address of this page with another filter.
    fn showing(&self, show: &str) -> String {
        let mut href = format!("{}?show={show}", self.frame.links.index());
        if !self.query.is_empty() {
            href.push_str("&q=");
            href.push_str(&crate::http::base_url::encode(&self.query));
        }
        href
    }

    fn is_all(&self) -> bool {
        self.show == Show::All
    }
}

fn shown(query: &Query) -> (Show, &'static str) {
    match query.get("show") {
        Some("failing") => (Show::Failing, "failing"),
        Some("unverified") => (Show::Unverified, "unverified"),
        _ => (Show::All, ""),
    }
}

/// `GET /`
pub(super) async fn page(call: Call, query: Query) -> Result<Response> {
    let now = now();
    let (number, search) = (
        number(&query),
        query
            .search()
            .map_err(app::Error::from)?
            .unwrap_or_default()
            .to_owned(),
    );
    let (show, show_name) = shown(&query);
    let like = (!search.is_empty()).then_some(search.as_str());
    let Overview {
        counts,
        pairs,
        contracts,
        branches,
        deployed,
        verified,
    } = call
        .app()
        .overview(&call.who, like, show, slice(number, ROWS))
        .await?;
    let contracts: HashMap<(i64, i64), Contract> = contracts
        .into_iter()
        .map(|contract| ((contract.version_id, contract.provider_id), contract))
        .collect();
    let mut places: HashMap<PairIds, Vec<Deployed>> = HashMap::new();
    for one in deployed {
        let pair = PairIds {
            consumer: one.consumer_id,
            provider: one.provider_id,
        };
        places.entry(pair).or_default().push(one);
    }
    let frame = frame(&call, Some(Section::Integrations));
    let rows = pairs
        .into_iter()
        .map(|pair| {
            let ids = PairIds {
                consumer: pair.consumer_id,
                provider: pair.provider_id,
            };
            let seen = verified.contains(&ids);
            let one = |version: Option<i64>| {
                let version = version?;
                let contract = contracts.get(&(version, pair.provider_id))?;
                let branches = branches.get(&version).cloned().unwrap_or_default();
                Some(Shown::new(&frame, &pair, contract, branches, seen, now))
            };
            let first = pair.main_version.or(pair.newest_version);
            IntegrationRow {
                contract: one(first),
                newer: one(pair
                    .newest_version
                    .filter(|newest| first.is_some_and(|first| first < *newest))),
                deployed: together(&frame, &pair, &places.remove(&ids).unwrap_or_default()),
                consumer: pair.consumer,
                provider: pair.provider,
            }
        })
        .collect();
    let paging = Paging {
        number,
        size: ROWS,
        total: match show {
            Show::All => counts.all,
            Show::Failing => counts.failing,
            Show::Unverified => counts.unverified,
        },
        href: frame.links.index(),
        query: vec![("q", search.clone()), ("show", show_name.to_owned())],
    };
    render(
        StatusCode::OK,
        IntegrationsPage {
            frame,
            rows,
            counts,
            query: search,
            show,
            paging,
        },
    )
}

impl Shown {
    fn new(
        frame: &Frame,
        pair: &Pair,
        contract: &Contract,
        branches: Vec<String>,
        seen: bool,
        now: i64,
    ) -> Self {
        let result = contract.result.as_ref();
        let newest = result.map(|result| NewestResult {
            success: result.success,
            pending: result.pending,
        });
        let verification_status = VerificationStatus::of(newest, seen);
        let result_page = |id| {
            frame
                .links
                .result(&pair.provider, &pair.consumer, &contract.sha, id)
        };
        Self {
            href: frame
                .links
                .contract(&pair.provider, &pair.consumer, &contract.version),
            version: contract.version.clone(),
            branches,
            at: RelativeTime::new(contract.published_at, now),
            status: Status {
                class: verification_status.class(),
                word: verification_status.word(),
                href: result.map(|result| result_page(result.id)),
            },
            by: result.map(|result| {
                (
                    result.provider_version.clone(),
                    RelativeTime::new(result.verified_at, now),
                )
            }),
        }
    }
}

/// Returns the status in each environment that both are in: the worst one of the versions deployed there
/// together.
fn together(frame: &Frame, pair: &Pair, deployed: &[Deployed]) -> Vec<Place> {
    let mut places: Vec<(u8, Place)> = Vec::new();
    for one in deployed {
        let (rank, class, word) = match (&one.provider_version, &one.result) {
            (_, Some(result)) if !result.success => (3, "bad", "failed"),
            (Some(_), None) => (2, "warn", "not verified yet"),
            (_, Some(_)) => (1, "good", "verified"),
            (None, None) => (0, "none", "provider not deployed"),
        };
        let provider = one.provider_version.as_deref().unwrap_or("no version");
        let place = Place {
            environment: one.environment.clone(),
            class,
            title: format!(
                "{word}: {} {} with {} {provider}",
                pair.consumer, one.consumer_version, pair.provider
            ),
            href: one.result.as_ref().map(|result| {
                frame
                    .links
                    .result(&pair.provider, &pair.consumer, &one.sha, result.id)
            }),
        };
        match places
            .iter_mut()
            .find(|(_, known)| known.environment == place.environment)
        {
            Some(known) if known.0 < rank => *known = (rank, place),
            Some(_) => {}
            None => places.push((rank, place)),
        }
    }
    places.into_iter().map(|(_, place)| place).collect()
}

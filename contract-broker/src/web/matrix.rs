//! The matrix page: which versions are compatible, and whether a version can be deployed.

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use super::{
    fault::Result,
    frame::{Frame, Section},
    links::Links,
    page::{frame, page as render},
    relative_time::RelativeTime,
};
use crate::{
    app::{self, DecidedRow, Decision, Reasons},
    domain::{
        matrix::{MatrixRow, Summary},
        time::now,
    },
    http::{call::Call, path::Path, query::Query, question},
    store::versions::Details,
};

#[derive(Template)]
#[template(path = "matrix.html")]
struct MatrixPage {
    frame: Frame,
    /// The two selectors in the form.
    selectors: Vec<Selector>,
    environment: String,
    latest_by: String,
    environments: Vec<String>,
    /// What is wrong with the query.
    problem: String,
    summary: Option<Summary>,
    rows: Vec<ShownRow>,
}

#[derive(Default, Clone)]
struct Selector {
    pacticipant: String,
    version: String,
    branch: String,
    tag: String,
    latest: bool,
}

struct ShownRow {
    consumer: String,
    consumer_version: String,
    consumer_details: Details,
    provider: String,
    provider_version: Option<(String, Details)>,
    outcome: Option<Outcome>,
    published: RelativeTime,
}

struct Outcome {
    href: String,
    /// `None` if a comparison is not made yet.
    success: Option<bool>,
    /// Whether contract and description were compared; otherwise the provider was verified.
    is_comparison: bool,
    at: Option<RelativeTime>,
}

fn outcome(links: &Links, row: &MatrixRow, now: i64) -> Option<Outcome> {
    if let Some(result) = row.verification() {
        return Some(Outcome {
            href: links.result(&row.provider, &row.consumer, &row.sha, result.id),
            success: Some(result.success),
            is_comparison: false,
            at: Some(RelativeTime::new(result.verified_at, now)),
        });
    }
    let comparison = row.comparison()?;
    let provider_version = &row.provider_version.as_ref()?.number;
    let consumer_version = &row.consumer_version.number;
    Some(Outcome {
        href: links.comparison(&row.provider, provider_version, &row.consumer, consumer_version),
        success: comparison.success(),
        is_comparison: true,
        at: comparison.compared_at.map(|at| RelativeTime::new(at, now)),
    })
}

/// `GET /matrix`
pub(super) async fn page(call: Call, query: Query) -> Result<Response> {
    let selectors: Vec<Selector> = query
        .objects("q")
        .into_iter()
        .map(|object| {
            let value = |name: &str| {
                object
                    .iter()
                    .find(|(key, _)| key == name)
                    .map(|(_, value)| value.clone())
                    .unwrap_or_default()
            };
            Selector {
                pacticipant: value("pacticipant"),
                version: value("version"),
                branch: value("branch"),
                tag: value("tag"),
                latest: value("latest") == "true",
            }
        })
        .filter(|selector| !selector.pacticipant.trim().is_empty())
        .collect();
    show(&call, selectors, &query).await
}

/// `GET /matrix/provider/{provider}/consumer/{consumer}`
pub(super) async fn of_pair(
    call: Call,
    Path((provider, consumer)): Path<(String, String)>,
    query: Query,
) -> Result<Response> {
    let named = |pacticipant: String| Selector {
        pacticipant,
        ..Selector::default()
    };
    show(&call, vec![named(consumer), named(provider)], &query).await
}

async fn show(call: &Call, mut selectors: Vec<Selector>, query: &Query) -> Result<Response> {
    let frame = frame(call, Some(Section::Matrix));
    let environments = if frame.reach.environments {
        call.app().environments(&call.who).await?
    } else {
        Vec::new()
    };
    let environment = query.get("environment").unwrap_or_default().to_owned();
    let latest_by = query.get("latestby").unwrap_or("cvp").to_owned();
    let (decision, problem) = if selectors.is_empty() {
        (None, String::new())
    } else {
        match decided(call, &selectors, &environment, &latest_by).await {
            Ok(decision) => (Some(decision), String::new()),
            Err(app::Error::Refused(refusal)) => (None, refusal.to_string()),
            Err(error) => return Err(error.into()),
        }
    };
    let now = now();
    let (summary, rows) = match decision {
        None => (None, Vec::new()),
        Some(decision) => {
            let details = |id: i64| decision.details.get(&id).cloned().unwrap_or_default();
            let rows = decision
                .rows
                .iter()
                .map(|DecidedRow { row, .. }| ShownRow {
                    consumer: row.consumer.clone(),
                    consumer_version: row.consumer_version.number.clone(),
                    consumer_details: details(row.consumer_version.id),
                    provider: row.provider.clone(),
                    provider_version: row
                        .provider_version
                        .as_ref()
                        .map(|version| (version.number.clone(), details(version.id))),
                    outcome: outcome(&frame.links, row, now),
                    published: RelativeTime::new(row.published_at, now),
                })
                .collect();
            (Some(decision.summary), rows)
        }
    };
    selectors.resize(selectors.len().max(2), Selector::default());
    let page = MatrixPage {
        frame,
        selectors,
        environment,
        latest_by,
        environments: environments
            .into_iter()
            .map(|environment| environment.fields.name)
            .collect(),
        problem,
        summary,
        rows,
    };
    render(StatusCode::OK, page)
}

/// Returns the page with the decision for the query in the form.
async fn decided(
    call: &Call,
    selectors: &[Selector],
    environment: &str,
    latest_by: &str,
) -> app::Result<Decision> {
    let mut parameters: Vec<(&str, &str)> = Vec::new();
    for selector in selectors {
        parameters.push(("q[][pacticipant]", &selector.pacticipant));
        let latest = if selector.latest { "true" } else { "" };
        for (name, value) in [
            ("q[][version]", selector.version.as_str()),
            ("q[][branch]", &selector.branch),
            ("q[][tag]", &selector.tag),
            ("q[][latest]", latest),
        ] {
            if !value.is_empty() {
                parameters.push((name, value));
            }
        }
    }
    let options = [("environment", environment), ("latestby", latest_by)];
    parameters.extend(options.into_iter().filter(|(_, value)| !value.is_empty()));
    let question = question::read(&Query::of(&parameters))?;
    call.app().decide(&call.who, &question, Reasons::Explained).await
}

impl MatrixPage {
    /// Returns whether the version can be deployed, if the query has one version and an environment.
    fn verdict(&self) -> Option<(&'static str, &'static str)> {
        let summary = self.summary.as_ref()?;
        let is_about_deploying = !self.environment.is_empty();
        Some(match (summary.deployable, is_about_deploying) {
            (Some(true), true) => ("good", "Safe to deploy"),
            (Some(false), true) => ("bad", "Not safe to deploy"),
            (None, true) => ("warn", "Unknown: not verified yet"),
            (Some(true), false) => ("good", "Compatible"),
            (Some(false), false) => ("bad", "Not compatible"),
            (None, false) => ("warn", "Not verified yet"),
        })
    }
}

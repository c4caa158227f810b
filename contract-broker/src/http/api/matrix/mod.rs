//! The matrix, and whether a version can be deployed.

mod body;
pub(crate) mod question;
mod table;

use std::collections::HashMap;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, header};

use question::Head;

use crate::{
    domain::{
        Refusal,
        matrix::{
            Ignore, Ignored, LatestBy, Options, Query as Question, Row, Summary, Target, VersionSelector,
            decide,
        },
    },
    http::{AppState, base_url::BaseUrl, error::Result, hal, negotiation, path::Path, query::Query},
    store::{
        failures, matrix, pacticipants,
        versions::{self, Details},
    },
};

const OFFERED: &[&str] = &["application/hal+json", "text/plain"];

/// A question answered.
pub(crate) struct Answer {
    pub(crate) summary: Summary,
    /// Whether a version that the question names does not exist.
    pub(crate) missing: bool,
    pub(crate) rows: Vec<Row>,
    ignored: Vec<bool>,
    pub(crate) details: HashMap<i64, Details>,
    /// Whether something was to be ignored.
    ignoring: bool,
}

pub(crate) async fn show(
    State(state): State<AppState>,
    base: BaseUrl,
    headers: HeaderMap,
    query: Query,
) -> Result<Response> {
    respond(&state, &base, &headers, &question::read(&query)?).await
}

pub(crate) async fn show_pair(
    State(state): State<AppState>,
    base: BaseUrl,
    headers: HeaderMap,
    Path((provider, consumer)): Path<(String, String)>,
    query: Query,
) -> Result<Response> {
    let selector = |pacticipant: String| VersionSelector {
        pacticipant,
        ..VersionSelector::default()
    };
    let question = Question {
        selectors: vec![selector(consumer), selector(provider)],
        options: Options {
            latest_by: Some(LatestBy::EachProviderVersion),
            limit: Some(question::limit(&query).map_err(|message| Refusal::Unusable(vec![message]))?),
            ..Options::default()
        },
    };
    respond(&state, &base, &headers, &question).await
}

pub(crate) async fn can_i_deploy(
    State(state): State<AppState>,
    base: BaseUrl,
    headers: HeaderMap,
    query: Query,
) -> Result<Response> {
    let mut faults = Vec::new();
    let mut required = |name: &str| {
        query.get(name).map_or_else(
            || {
                faults.push((name.to_owned(), "is missing".to_owned()));
                String::new()
            },
            str::to_owned,
        )
    };
    let (pacticipant, version) = (required("pacticipant"), required("version"));
    let target = match (query.get("to"), query.get("environment")) {
        (Some(tag), None) => Some(question::newest_with_tag(tag.to_owned())),
        (None, Some(environment)) => Some(Target::Environment(environment.to_owned())),
        _ => {
            faults.push((
                "environment".into(),
                "name either an environment, or a tag by 'to'".into(),
            ));
            None
        }
    };
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults).into());
    }
    let selector = VersionSelector {
        pacticipant,
        version: Some(version),
        ..VersionSelector::default()
    };
    let question = question::about(selector, target, question::ignored(&query));
    respond(&state, &base, &headers, &question).await
}

pub(crate) async fn can_i_deploy_tag_to_tag(
    State(state): State<AppState>,
    base: BaseUrl,
    headers: HeaderMap,
    Path((pacticipant, tag, to)): Path<(String, String, String)>,
    query: Query,
) -> Result<Response> {
    let (head, target) = (Head::WithTag(tag), question::newest_with_tag(to));
    respond_about(&state, &base, &headers, pacticipant, head, target, &query).await
}

pub(crate) async fn can_i_deploy_branch_to_environment(
    State(state): State<AppState>,
    base: BaseUrl,
    headers: HeaderMap,
    Path((pacticipant, branch, environment)): Path<(String, String, String)>,
    query: Query,
) -> Result<Response> {
    let (head, target) = (Head::OnBranch(branch), Target::Environment(environment));
    respond_about(&state, &base, &headers, pacticipant, head, target, &query).await
}

/// Answers where the pacticipant stands in the path: one that is not known is an address that does not exist.
async fn respond_about(
    state: &AppState,
    base: &BaseUrl,
    headers: &HeaderMap,
    pacticipant: String,
    head: Head,
    target: Target,
    query: &Query,
) -> Result<Response> {
    pacticipants::require(&mut *state.app.store.read().await?, &pacticipant).await?;
    let question = question::about_head(pacticipant, head, target, question::ignored(query));
    respond(state, base, headers, &question).await
}

/// Answers a question from the store.
pub(crate) async fn answer(state: &AppState, question: &Question) -> Result<Answer> {
    answered(state, question, EXPLAINED).await
}

/// Answers a question without the reasons of failures, for those who show the verdict alone.
pub(crate) async fn verdict(state: &AppState, question: &Question) -> Result<Answer> {
    answered(state, question, 0).await
}

/// How many failed results are explained, the newest first.
const EXPLAINED: usize = 20;

async fn answered(state: &AppState, question: &Question, explained: usize) -> Result<Answer> {
    let mut connection = state.app.store.read().await?;
    let found = matrix::find(&mut connection, question).await?;
    let mut rows = found.rows;
    let failed: Vec<&Row> = rows
        .iter()
        .filter(|row| row.success() == Some(false))
        .take(explained)
        .collect();
    let failures = if failed.is_empty() {
        None
    } else {
        Some(failures::read(&mut connection, &failed).await?)
    };
    let shown = question.options.limit.unwrap_or(usize::MAX).min(rows.len());
    let ids: Vec<i64> = rows[..shown]
        .iter()
        .flat_map(|row| {
            [
                Some(row.consumer_version.id),
                row.provider_version.as_ref().map(|version| version.id),
            ]
        })
        .flatten()
        .collect();
    let details = versions::details(&mut connection, &ids).await?;
    drop(connection);
    let failing = match failures {
        None => HashMap::new(),
        Some(failures) => {
            let size = failures.size();
            state.app.heavy.run_on(size, move || failures.explain()).await??
        }
    };
    let unknown: Vec<&Ignore> = found
        .unknown_ignored
        .iter()
        .map(|index| &question.options.ignore[*index])
        .collect();
    let missing = found
        .resolved
        .iter()
        .any(|selector| selector.specified && selector.is_missing());
    let summary = decide(
        question,
        &found.resolved,
        &found.integrations,
        &rows,
        &unknown,
        &failing,
    );
    rows.truncate(shown);
    let ignore = Ignored::new(&question.options.ignore);
    // Rows that do not count stand last; the order is kept among the others and among them.
    rows.sort_by_key(|row| ignore.covers(row));
    let ignored = rows.iter().map(|row| ignore.covers(row)).collect();
    Ok(Answer {
        summary,
        missing,
        rows,
        ignored,
        details,
        ignoring: !question.options.ignore.is_empty(),
    })
}

async fn respond(
    state: &AppState,
    base: &BaseUrl,
    headers: &HeaderMap,
    question: &Question,
) -> Result<Response> {
    let media = negotiation::choose(headers, OFFERED).ok_or_else(|| negotiation::refused(OFFERED))?;
    let answer = answer(state, question).await?;
    Ok(if media == "text/plain" {
        let text = table::table(&answer);
        ([(header::CONTENT_TYPE, "text/plain;charset=utf-8")], text).into_response()
    } else {
        ([(header::CONTENT_TYPE, hal::MEDIA_TYPE)], body::of(&answer, base)).into_response()
    })
}

//! The matrix, and whether a version can be deployed.

use std::{collections::HashMap, fmt::Write as _};

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, header};
use serde_json::{Value, json};

use crate::{
    domain::{
        Refusal,
        matrix::{
            Ignore, LatestBy, Options, Query as Question, Row, Summary, Target, VersionSelector, decide,
            group,
        },
        time::{self, iso},
    },
    http::{
        AppState,
        base_url::BaseUrl,
        error::{Result, notices},
        hal::{Hal, link},
        negotiation,
        path::Path,
        query::Query,
    },
    store::{
        failures, matrix, pacticipants,
        versions::{self, Details},
    },
};

const OFFERED: &[&str] = &["application/hal+json", "text/plain"];

/// A question answered.
pub(crate) struct Answer {
    pub(crate) summary: Summary,
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
    let since = days(&query)?;
    let question = question(&query)?;
    respond(&state, &base, &headers, &question, since).await
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
            limit: Some(limit(&query)?),
            ..Options::default()
        },
    };
    respond(&state, &base, &headers, &question, None).await
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
        (Some(tag), None) => Some(Target::Tag {
            name: tag.to_owned(),
            latest: true,
        }),
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
    answer_one(&state, &base, &headers, selector, target, ignored(&query)).await
}

pub(crate) async fn can_i_deploy_tag_to_tag(
    State(state): State<AppState>,
    base: BaseUrl,
    headers: HeaderMap,
    Path((pacticipant, tag, to)): Path<(String, String, String)>,
    query: Query,
) -> Result<Response> {
    let selector = VersionSelector {
        pacticipant,
        tag: Some(tag),
        latest: true,
        ..VersionSelector::default()
    };
    let target = Some(Target::Tag {
        name: to,
        latest: true,
    });
    answer_one(&state, &base, &headers, selector, target, ignored(&query)).await
}

pub(crate) async fn can_i_deploy_branch_to_environment(
    State(state): State<AppState>,
    base: BaseUrl,
    headers: HeaderMap,
    Path((pacticipant, branch, environment)): Path<(String, String, String)>,
    query: Query,
) -> Result<Response> {
    let selector = VersionSelector {
        pacticipant,
        branch: Some(branch),
        latest: true,
        ..VersionSelector::default()
    };
    answer_one(
        &state,
        &base,
        &headers,
        selector,
        Some(Target::Environment(environment)),
        ignored(&query),
    )
    .await
}

async fn answer_one(
    state: &AppState,
    base: &BaseUrl,
    headers: &HeaderMap,
    selector: VersionSelector,
    target: Option<Target>,
    ignore: Vec<Ignore>,
) -> Result<Response> {
    pacticipants::require(&mut *state.store.read().await?, &selector.pacticipant).await?;
    let question = one_to(selector, target, ignore);
    respond(state, base, headers, &question, None).await
}

/// The question whether a version can be deployed to a target.
pub(crate) fn one_to(selector: VersionSelector, target: Option<Target>, ignore: Vec<Ignore>) -> Question {
    let latest_by = Some(LatestBy::EachConsumerVersion);
    Question {
        selectors: vec![selector],
        options: Options {
            target,
            latest_by,
            ignore,
            ..Options::default()
        },
    }
}

/// Answers a question from the store.
pub(crate) async fn answer(state: &AppState, question: &Question, since: Option<i64>) -> Result<Answer> {
    let mut connection = state.store.read().await?;
    let mut found = matrix::find(&mut connection, question).await?;
    if let Some(since) = since {
        found.rows.retain(|row| {
            row.published_at >= since || row.verification.is_some_and(|result| result.verified_at >= since)
        });
    }
    let mut rows = group(found.rows, matrix::grouping(question));
    let wanted = &question.options.success;
    if !wanted.is_empty() {
        rows.retain(|row| wanted.contains(&row.success()));
    }
    let failed: Vec<&Row> = rows
        .iter()
        .filter(|row| row.success() == Some(false))
        .take(20)
        .collect();
    let failing = if failed.is_empty() {
        HashMap::new()
    } else {
        failures::explain(&mut connection, &failed).await?
    };
    let unknown: Vec<&Ignore> = found
        .unknown_ignored
        .iter()
        .map(|index| &question.options.ignore[*index])
        .collect();
    let summary = decide(
        question,
        &found.resolved,
        &found.integrations,
        &rows,
        &unknown,
        &failing,
    );
    if let Some(limit) = question.options.limit {
        rows.truncate(limit);
    }
    let ids: Vec<i64> = rows
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
    let ignored = rows
        .iter()
        .map(|row| crate::domain::matrix::is_ignored(row, &question.options.ignore))
        .collect();
    Ok(Answer {
        summary,
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
    since: Option<i64>,
) -> Result<Response> {
    let media = negotiation::choose(headers, OFFERED).ok_or_else(|| negotiation::refused(OFFERED))?;
    let answer = answer(state, question, since).await?;
    if media == "text/plain" {
        return Ok((
            [(header::CONTENT_TYPE, "text/plain;charset=utf-8")],
            table(&answer),
        )
            .into_response());
    }
    Ok(Hal::ok(answer.body(base)).into_response())
}

/// How far back rows are wanted.
fn days(query: &Query) -> Result<Option<i64>, Refusal> {
    match query.get("days").map(str::parse::<i64>) {
        None => Ok(None),
        Some(Ok(days)) if (0..100_000).contains(&days) => Ok(Some(time::now() - days * time::DAY)),
        Some(_) => Err(Refusal::Unusable(vec!["days must be a number of days".into()])),
    }
}

fn limit(query: &Query) -> Result<usize, Refusal> {
    match query.get("limit").map(str::parse::<usize>) {
        None => Ok(100),
        Some(Ok(limit)) if limit >= 1 => Ok(limit),
        Some(_) => Err(Refusal::Unusable(vec!["The limit must be 1 or more".into()])),
    }
}

fn ignored(query: &Query) -> Vec<Ignore> {
    let mut ignore: Vec<Ignore> = query
        .list("ignore")
        .into_iter()
        .filter(|name| !name.is_empty())
        .map(|name| Ignore {
            pacticipant: name.to_owned(),
            version: None,
        })
        .collect();
    for object in query.objects("ignore") {
        let value = |key: &str| {
            object
                .iter()
                .find(|(k, v)| k == key && !v.is_empty())
                .map(|(_, v)| v.clone())
        };
        if let Some(pacticipant) = value("pacticipant") {
            ignore.push(Ignore {
                pacticipant,
                version: value("version"),
            });
        }
    }
    ignore
}

/// Reads the question; every fault is reported.
pub(crate) fn question(query: &Query) -> Result<Question, Refusal> {
    let mut faults: Vec<String> = Vec::new();
    let mut selectors = Vec::new();
    for object in query.objects("q") {
        let value = |key: &str| {
            object
                .iter()
                .find(|(k, v)| k == key && !v.is_empty())
                .map(|(_, v)| v.clone())
        };
        let truth = |key: &str| value(key).as_deref() == Some("true");
        let Some(pacticipant) = value("pacticipant") else {
            faults.push("Please specify the pacticipant name".into());
            continue;
        };
        let selector = VersionSelector {
            pacticipant,
            version: value("version"),
            latest: truth("latest"),
            tag: value("tag"),
            branch: value("branch"),
            environment: value("environment"),
            main_branch: truth("mainBranch"),
        };
        if selector.version.is_some() && selector.latest {
            faults.push("A version number and latest flag cannot both be specified".into());
        }
        selectors.push(selector);
    }
    if selectors.is_empty() && faults.is_empty() {
        faults.push("Please provide 1 or more version selectors.".into());
    }
    let truth = |key: &str| query.get(key) == Some("true");
    let (latest, main_branch) = (truth("latest"), truth("mainBranch"));
    let (tag, branch, environment) = (query.get("tag"), query.get("branch"), query.get("environment"));
    if usize::from(tag.is_some()) + usize::from(environment.is_some()) + usize::from(main_branch) > 1 {
        faults.push("Only one of tag, environment and mainBranch can be specified".into());
    }
    if latest && environment.is_some() {
        faults.push("Cannot specify both latest=true and an environment".into());
    }
    let target = if let Some(name) = environment {
        Some(Target::Environment(name.to_owned()))
    } else if main_branch {
        Some(Target::MainBranch { latest })
    } else if let Some(name) = tag {
        Some(Target::Tag {
            name: name.to_owned(),
            latest,
        })
    } else if let Some(name) = branch {
        Some(Target::Branch {
            name: name.to_owned(),
            latest,
        })
    } else {
        latest.then_some(Target::Latest)
    };
    let latest_by = match query.get("latestby") {
        None => None,
        Some("cvpv") => Some(LatestBy::EachProviderVersion),
        Some("cvp") => Some(LatestBy::EachConsumerVersion),
        Some("cp") => Some(LatestBy::Pair),
        Some(_) => {
            faults.push("latestby must be one of cvpv, cvp, cp".into());
            None
        }
    };
    let mut success = Vec::new();
    for text in query.list("success") {
        match text {
            "true" => success.push(Some(true)),
            "false" => success.push(Some(false)),
            "" | "null" => success.push(None),
            _ => faults.push("success must be true, false or empty".into()),
        }
    }
    let limit = match limit(query) {
        Ok(limit) => Some(limit),
        Err(Refusal::Unusable(mut messages)) => {
            faults.append(&mut messages);
            None
        }
        Err(other) => return Err(other),
    };
    if !faults.is_empty() {
        return Err(Refusal::Unusable(faults));
    }
    Ok(Question {
        selectors,
        options: Options {
            target,
            latest_by,
            success,
            limit,
            ignore: ignored(query),
        },
    })
}

impl Answer {
    /// The answer as clients read it.
    pub(crate) fn body(&self, base: &BaseUrl) -> Value {
        let summary = &self.summary;
        let mut counts = json!({
            "deployable": summary.deployable,
            "reason": summary.reason,
            "success": summary.success,
            "failed": summary.failed,
            "unknown": summary.unknown,
        });
        if self.ignoring {
            counts["ignored"] = json!(summary.ignored);
        }
        let rows: Vec<Value> = self
            .rows
            .iter()
            .zip(&self.ignored)
            .map(|(row, ignored)| self.row(base, row, *ignored))
            .collect();
        json!({ "summary": counts, "notices": notices(&summary.notices), "matrix": rows })
    }

    fn row(&self, base: &BaseUrl, row: &Row, ignored: bool) -> Value {
        let pacticipant = |name: &str, version: Value| {
            json!({
                "name": name,
                "version": version,
                "_links": { "self": link(base.url(["pacticipants", name])) },
            })
        };
        let version = |name: &str, id: i64, number: &str| {
            let itself = super::versions::url(base, name, number);
            let empty = Details::default();
            let details = self.details.get(&id).unwrap_or(&empty);
            let branches: Vec<Value> = details
                .branches
                .iter()
                .map(|(branch, latest)| {
                    let href = base.url(["pacticipants", name, "branches", branch, "versions", number]);
                    json!({ "name": branch, "latest": latest, "_links": { "self": link(href) } })
                })
                .collect();
            let tags: Vec<Value> = details
                .tags
                .iter()
                .map(|(tag, latest)| {
                    let href = base.url(["pacticipants", name, "versions", number, "tags", tag]);
                    json!({ "name": tag, "latest": latest, "_links": { "self": link(href) } })
                })
                .collect();
            let environments: Vec<Value> = details
                .environments
                .iter()
                .map(|place| {
                    json!({
                        "uuid": place.environment_uuid,
                        "name": place.environment,
                        "displayName": place.display_name,
                        "production": place.production,
                        "_links": { "self": link(base.url(["environments", &place.environment_uuid])) },
                    })
                })
                .collect();
            json!({
                "number": number,
                "branch": details.branches.last().map(|(branch, _)| branch),
                "branches": branches,
                "branchVersions": branches,
                "environments": environments,
                "tags": tags,
                "_links": { "self": link(itself) },
            })
        };
        let consumer_version = version(
            &row.consumer,
            row.consumer_version.id,
            &row.consumer_version.number,
        );
        let provider_version = row
            .provider_version
            .as_ref()
            .map(|found| version(&row.provider, found.id, &found.number));
        let pair = ["pacts", "provider", &row.provider, "consumer", &row.consumer];
        let contract = base.url(pair.into_iter().chain(["version", &row.consumer_version.number]));
        let result = row.verification.map(|result| {
            let number = result.id.to_string();
            let href =
                base.url(
                    pair.into_iter()
                        .chain(["pact-version", &row.sha, "verification-results", &number]),
                );
            json!({
                "success": result.success,
                "verifiedAt": iso(result.verified_at),
                "_links": { "self": link(href) },
            })
        });
        let mut body = json!({
            "consumer": pacticipant(&row.consumer, consumer_version),
            "provider": pacticipant(&row.provider, provider_version.unwrap_or(Value::Null)),
            "pact": { "createdAt": iso(row.published_at), "_links": { "self": link(contract) } },
            "verificationResult": result,
        });
        if ignored {
            body["ignored"] = json!(true);
        }
        body
    }
}

/// The answer for people.
fn table(answer: &Answer) -> String {
    let head = ["CONSUMER", "C.VERSION", "PROVIDER", "P.VERSION", "SUCCESS?"].map(str::to_owned);
    let mut lines = vec![head];
    for (row, ignored) in answer.rows.iter().zip(&answer.ignored) {
        let outcome = match row.success() {
            Some(success) => success.to_string(),
            None => "???".to_owned(),
        };
        let outcome = if *ignored {
            format!("{outcome} [ignored]")
        } else {
            outcome
        };
        let provider_version = row
            .provider_version
            .as_ref()
            .map_or("???", |version| version.number.as_str());
        lines.push([
            row.consumer.clone(),
            row.consumer_version.number.clone(),
            row.provider.clone(),
            provider_version.to_owned(),
            outcome,
        ]);
    }
    let width = |column: usize| {
        lines
            .iter()
            .map(|line| line[column].chars().count())
            .max()
            .unwrap_or_default()
    };
    let widths = [0, 1, 2, 3, 4].map(width);
    let mut text = String::new();
    for (index, line) in lines.iter().enumerate() {
        let cells: Vec<String> = line
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell}{}", " ".repeat(width - cell.chars().count())))
            .collect();
        text.push_str(cells.join(" | ").trim_end());
        text.push('\n');
        if index == 0 {
            text.push_str(&widths.map(|width| "-".repeat(width)).join("-|-"));
            text.push('\n');
        }
    }
    let verdict = match answer.summary.deployable {
        Some(true) => "yes",
        Some(false) => "no",
        None => "unknown",
    };
    let _ = writeln!(text, "\nDeployable: {verdict}\n{}", answer.summary.reason);
    text
}

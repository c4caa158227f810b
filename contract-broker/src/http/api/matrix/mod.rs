//! The matrix, and whether a version can be deployed.

mod table;

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, header};

use crate::{
    app::Reasons,
    domain::{
        Refusal,
        matrix::{LatestBy, Options, Query as Question, Target, VersionSelector},
    },
    http::{
        call::Call,
        error::Result,
        hal::Hal,
        negotiation,
        path::Path,
        query::Query,
        question::{self, Head},
        resource::{MatrixDocument, Sides},
    },
};

/// Value of `Retry-After` while a comparison is being made, in seconds.
const COMPARED_AFTER: &str = "1";

const OFFERED: &[&str] = &["application/hal+json", "text/plain"];

pub(crate) async fn show(call: Call, headers: HeaderMap, query: Query) -> Result<Response> {
    respond(&call, &headers, &question::read(&query)?).await
}

pub(crate) async fn show_pair(
    call: Call,
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
    respond(&call, &headers, &question).await
}

pub(crate) async fn can_i_deploy(call: Call, headers: HeaderMap, query: Query) -> Result<Response> {
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
    respond(&call, &headers, &question).await
}

/// Returns whether the newest version with a tag can be deployed; 404 if the pacticipant is unknown.
pub(crate) async fn can_i_deploy_tag_to_tag(
    call: Call,
    headers: HeaderMap,
    Path((pacticipant, tag, to)): Path<(String, String, String)>,
    query: Query,
) -> Result<Response> {
    call.app().require_pacticipant(&call.who, &pacticipant).await?;
    let target = question::newest_with_tag(to);
    let question = question::about_head(pacticipant, Head::WithTag(tag), target, question::ignored(&query));
    respond(&call, &headers, &question).await
}

/// Returns whether the newest version of a branch can be deployed; 404 if the pacticipant is unknown.
pub(crate) async fn can_i_deploy_branch_to_environment(
    call: Call,
    headers: HeaderMap,
    Path((pacticipant, branch, environment)): Path<(String, String, String)>,
    query: Query,
) -> Result<Response> {
    call.app().require_pacticipant(&call.who, &pacticipant).await?;
    let (head, target) = (Head::OnBranch(branch), Target::Environment(environment));
    let question = question::about_head(pacticipant, head, target, question::ignored(&query));
    respond(&call, &headers, &question).await
}

async fn respond(call: &Call, headers: &HeaderMap, question: &Question) -> Result<Response> {
    let media = negotiation::choose(headers, OFFERED).ok_or_else(|| negotiation::refused(OFFERED))?;
    let decision = call.app().decide(&call.who, question, Reasons::Explained).await?;
    let mut response = if media == "text/plain" {
        let text = table::table(&decision);
        ([(header::CONTENT_TYPE, "text/plain;charset=utf-8")], text).into_response()
    } else {
        let sides = Sides::of(&decision, &call.base);
        Hal::ok(MatrixDocument::of(&call.base, &decision, &sides)).into_response()
    };
    if decision.is_comparing {
        let soon = HeaderValue::from_static(COMPARED_AFTER);
        response.headers_mut().insert(header::RETRY_AFTER, soon);
    }
    Ok(response)
}

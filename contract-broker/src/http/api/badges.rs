//! Badges for README files. If something does not exist, the badge says so.

use axum::response::{IntoResponse, Response};
use http::header;

use crate::{
    app::{self, ContractAt, ContractStanding, Pair, Reasons, VersionFilter},
    domain::{
        Refusal,
        matrix::{Query as Question, Target},
    },
    http::{
        badge::{Badge, Tone, initials},
        call::Call,
        error::Result,
        path::Path,
        query::Query,
        question::{Head, about_head, newest_with_tag},
    },
    store::contracts::ContractRef,
};

pub(super) async fn latest(call: Call, Path(pair): Path<Pair>, query: Query) -> Result<Response> {
    of_contract(&call, &pair, ContractRef::Latest, &query).await
}

pub(super) async fn latest_untagged(call: Call, Path(pair): Path<Pair>, query: Query) -> Result<Response> {
    of_contract(&call, &pair, ContractRef::LatestUntagged, &query).await
}

pub(super) async fn latest_with_tag(
    call: Call,
    Path((provider, consumer, tag)): Path<(String, String, String)>,
    query: Query,
) -> Result<Response> {
    of_contract(
        &call,
        &Pair { consumer, provider },
        ContractRef::LatestWithTag(tag),
        &query,
    )
    .await
}

pub(super) async fn latest_on_branch(
    call: Call,
    Path((provider, consumer, branch)): Path<(String, String, String)>,
    query: Query,
) -> Result<Response> {
    of_contract(
        &call,
        &Pair { consumer, provider },
        ContractRef::LatestOnBranch(branch),
        &query,
    )
    .await
}

pub(super) async fn of_tags(
    call: Call,
    Path((provider, provider_tag, consumer, tag)): Path<(String, String, String, String)>,
    query: Query,
) -> Result<Response> {
    let pair = Pair { consumer, provider };
    let at = ContractAt::ContractRef(ContractRef::LatestWithTag(tag.clone()));
    let contract = found(call.app().contract(&call.who, &pair, &at).await)?;
    let tagged = VersionFilter::WithTag(provider_tag.clone());
    let version = found(
        call.app()
            .newest_version(&call.who, &pair.provider, &tagged)
            .await,
    )?;
    let (message, tone) = match (contract, version) {
        (Some(contract), Some(version)) => {
            let app = call.app();
            match app
                .result_of_version(&call.who, &contract, &version.version)
                .await?
            {
                Some(true) => ("verified", Tone::Good),
                Some(false) => ("failed", Tone::Bad),
                None => ("unknown", Tone::Unknown),
            }
        }
        _ => ("not found", Tone::Unknown),
    };
    let label = label(&pair, &query);
    let badge = Badge::new(format!("{label} {tag}/{provider_tag}"), message, tone);
    Ok(answer(&badge, NO_CACHE))
}

pub(super) async fn can_i_deploy_tag_to_tag(
    call: Call,
    Path((pacticipant, tag, to)): Path<(String, String, String)>,
    query: Query,
) -> Result<Response> {
    let question = about_head(pacticipant, Head::WithTag(tag), newest_with_tag(to), Vec::new());
    of_question(&call, &question, &query, "can-i-deploy", NO_CACHE).await
}

pub(super) async fn can_i_deploy_branch_to_environment(
    call: Call,
    Path((pacticipant, branch, environment)): Path<(String, String, String)>,
    query: Query,
) -> Result<Response> {
    let target = Target::Environment(environment);
    let question = about_head(pacticipant, Head::OnBranch(branch), target, Vec::new());
    of_question(&call, &question, &query, "can-i-deploy", NO_CACHE).await
}

pub(super) async fn can_i_merge(
    call: Call,
    Path(pacticipant): Path<String>,
    query: Query,
) -> Result<Response> {
    let target = Target::MainBranch { latest: true };
    let question = about_head(pacticipant, Head::OnMainBranch, target, Vec::new());
    of_question(&call, &question, &query, "can-i-merge", HALF_A_MINUTE).await
}

async fn of_question(
    call: &Call,
    question: &Question,
    query: &Query,
    label: &str,
    cache: &'static str,
) -> Result<Response> {
    let (message, tone) = match call.app().decide(&call.who, question, Reasons::LeftOut).await {
        Ok(decision) if decision.missing => ("not found", Tone::Unknown),
        Ok(decision) => match decision.summary.deployable {
            Some(true) => ("yes", Tone::Good),
            Some(false) => ("no", Tone::Bad),
            None => ("unknown", Tone::Unknown),
        },
        Err(app::Error::Refused(_)) => ("not found", Tone::Unknown),
        Err(error) => return Err(error.into()),
    };
    let badge = Badge::new(query.get("label").unwrap_or(label), message, tone);
    Ok(answer(&badge, cache))
}

async fn of_contract(call: &Call, pair: &Pair, which: ContractRef, query: &Query) -> Result<Response> {
    let at = ContractAt::ContractRef(which);
    let contract = found(call.app().contract(&call.who, pair, &at).await)?;
    let (message, tone) = match contract {
        Some(contract) => told(&call.app().contract_standing(&call.who, &contract).await?),
        None => ("not found", Tone::Unknown),
    };
    let badge = Badge::new(label(pair, query), message, tone);
    Ok(answer(&badge, NO_CACHE))
}

fn told(standing: &ContractStanding) -> (&'static str, Tone) {
    match &standing.newest {
        Some(result) if result.success => ("verified", Tone::Good),
        Some(result) if result.pending => ("failed (pending)", Tone::Warning),
        Some(_) => ("failed", Tone::Bad),
        None if standing.verified_before => ("changed", Tone::Warning),
        None => ("unknown", Tone::Unknown),
    }
}

/// Turns a refusal into `None`: an unknown name results in a badge that says so, not in an error.
fn found<T>(result: app::Result<T>) -> app::Result<Option<T>> {
    match result {
        Err(app::Error::Refused(Refusal::NotFound(_))) => Ok(None),
        result => result.map(Some),
    }
}

fn label(Pair { consumer, provider }: &Pair, query: &Query) -> String {
    let short = query.get("initials") == Some("true");
    let name = |name: &str| if short { initials(name) } else { name.to_owned() };
    match query.get("label") {
        Some("consumer") => name(consumer),
        Some("provider") => name(provider),
        Some(text) => text.to_owned(),
        None => format!("{}/{} contract", name(consumer), name(provider)),
    }
}

/// The can-i-merge badge may be cached for a while, as in the original; the others are requested each time.
const HALF_A_MINUTE: &str = "max-age=30";
const NO_CACHE: &str = "no-cache";

fn answer(badge: &Badge, cache: &'static str) -> Response {
    (
        [
            (header::CONTENT_TYPE, "image/svg+xml"),
            (header::CACHE_CONTROL, cache),
        ],
        badge.svg(),
    )
        .into_response()
}

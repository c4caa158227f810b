//! Badges for README files. A badge is never missing: what is not there is said on it.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::header;

use super::matrix::{
    self,
    question::{Head, about_head, newest_with_tag},
};
use crate::{
    domain::{
        Refusal,
        matrix::{Query as Question, Target},
    },
    http::{
        AppState,
        badge::{Badge, Tone, initials},
        error::{Failure, Result},
        path::Path,
        query::Query,
    },
    store::{
        self, Connection,
        contracts::{self, Publication, Which},
        pacticipants,
        pages::{self, NewestResult},
        versions,
    },
};

/// `GET /pacts/provider/{provider}/consumer/{consumer}/latest/badge`
pub(super) async fn latest(
    State(state): State<AppState>,
    Path((provider, consumer)): Path<(String, String)>,
    query: Query,
) -> Result<Response> {
    of_contract(&state, &provider, &consumer, &Which::Latest, &query).await
}

/// `GET /pacts/provider/{provider}/consumer/{consumer}/latest-untagged/badge`
pub(super) async fn latest_untagged(
    State(state): State<AppState>,
    Path((provider, consumer)): Path<(String, String)>,
    query: Query,
) -> Result<Response> {
    of_contract(&state, &provider, &consumer, &Which::LatestUntagged, &query).await
}

/// `GET /pacts/provider/{provider}/consumer/{consumer}/latest/{tag}/badge`
pub(super) async fn latest_with_tag(
    State(state): State<AppState>,
    Path((provider, consumer, tag)): Path<(String, String, String)>,
    query: Query,
) -> Result<Response> {
    of_contract(&state, &provider, &consumer, &Which::LatestWithTag(tag), &query).await
}

/// `GET /pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest/badge`
pub(super) async fn latest_on_branch(
    State(state): State<AppState>,
    Path((provider, consumer, branch)): Path<(String, String, String)>,
    query: Query,
) -> Result<Response> {
    of_contract(
        &state,
        &provider,
        &consumer,
        &Which::LatestOnBranch(branch),
        &query,
    )
    .await
}

/// `GET /matrix/provider/{provider}/latest/{providerTag}/consumer/{consumer}/latest/{tag}/badge`
pub(super) async fn of_tags(
    State(state): State<AppState>,
    Path((provider, provider_tag, consumer, tag)): Path<(String, String, String, String)>,
    query: Query,
) -> Result<Response> {
    let mut connection = state.app.store.read().await?;
    let contract = found(
        contracts::find(
            &mut connection,
            &provider,
            &consumer,
            &Which::LatestWithTag(tag.clone()),
        )
        .await,
    )?;
    let version = match found(pacticipants::find(&mut connection, &provider).await)? {
        Some(provider) => {
            versions::latest(&mut connection, provider.id, versions::Of::Tag(&provider_tag)).await?
        }
        None => None,
    };
    let (message, tone) = match (contract, version) {
        (Some(contract), Some(version)) => {
            match pages::result_of(&mut connection, contract.content_id, version.id).await? {
                Some(true) => ("verified", Tone::Good),
                Some(false) => ("failed", Tone::Bad),
                None => ("unknown", Tone::Unknown),
            }
        }
        _ => ("not found", Tone::Unknown),
    };
    let label = label(&consumer, &provider, &query);
    let badge = Badge::new(format!("{label} {tag}/{provider_tag}"), message, tone);
    Ok(answer(&badge, NO_CACHE))
}

/// `GET /pacticipants/{pacticipant}/latest-version/{tag}/can-i-deploy/to/{to}/badge`
pub(super) async fn can_i_deploy_tag_to_tag(
    State(state): State<AppState>,
    Path((pacticipant, tag, to)): Path<(String, String, String)>,
    query: Query,
) -> Result<Response> {
    let question = about_head(pacticipant, Head::WithTag(tag), newest_with_tag(to), Vec::new());
    of_question(&state, &question, &query, "can-i-deploy", NO_CACHE).await
}

/// `GET /pacticipants/{pacticipant}/branches/{branch}/latest-version/can-i-deploy/to-environment/{environment}/badge`
pub(super) async fn can_i_deploy_branch_to_environment(
    State(state): State<AppState>,
    Path((pacticipant, branch, environment)): Path<(String, String, String)>,
    query: Query,
) -> Result<Response> {
    let target = Target::Environment(environment);
    let question = about_head(pacticipant, Head::OnBranch(branch), target, Vec::new());
    of_question(&state, &question, &query, "can-i-deploy", NO_CACHE).await
}

/// `GET /pacticipants/{pacticipant}/main-branch/can-i-merge/badge`
pub(super) async fn can_i_merge(
    State(state): State<AppState>,
    Path(pacticipant): Path<String>,
    query: Query,
) -> Result<Response> {
    let target = Target::MainBranch { latest: true };
    let question = about_head(pacticipant, Head::OnMainBranch, target, Vec::new());
    of_question(&state, &question, &query, "can-i-merge", HALF_A_MINUTE).await
}

async fn of_question(
    state: &AppState,
    question: &Question,
    query: &Query,
    label: &str,
    cache: &'static str,
) -> Result<Response> {
    let (message, tone) = match matrix::verdict(state, question).await {
        Ok(answer) if answer.missing => ("not found", Tone::Unknown),
        Ok(answer) => match answer.summary.deployable {
            Some(true) => ("yes", Tone::Good),
            Some(false) => ("no", Tone::Bad),
            None => ("unknown", Tone::Unknown),
        },
        Err(Failure::Refused(_)) => ("not found", Tone::Unknown),
        Err(failure) => return Err(failure),
    };
    let badge = Badge::new(query.get("label").unwrap_or(label), message, tone);
    Ok(answer(&badge, cache))
}

async fn of_contract(
    state: &AppState,
    provider: &str,
    consumer: &str,
    which: &Which,
    query: &Query,
) -> Result<Response> {
    let mut connection = state.app.store.read().await?;
    let contract = found(contracts::find(&mut connection, provider, consumer, which).await)?;
    let (message, tone) = match contract {
        Some(contract) => standing(&mut connection, &contract).await?,
        None => ("not found", Tone::Unknown),
    };
    let badge = Badge::new(label(consumer, provider, query), message, tone);
    Ok(answer(&badge, NO_CACHE))
}

async fn standing(connection: &mut Connection, contract: &Publication) -> Result<(&'static str, Tone)> {
    Ok(
        match pages::newest_result(connection, contract.content_id).await? {
            Some(NewestResult { success: true, .. }) => ("verified", Tone::Good),
            Some(NewestResult { pending: true, .. }) => ("failed (pending)", Tone::Warning),
            Some(_) => ("failed", Tone::Bad),
            None => {
                let pair = contract.pair();
                let verified = pages::ever_verified(connection, [pair.provider].into_iter()).await?;
                if verified.contains(&pair) {
                    ("changed", Tone::Warning)
                } else {
                    ("unknown", Tone::Unknown)
                }
            }
        },
    )
}

/// A name that nobody has makes a badge that says so, not a failure.
fn found<T>(result: store::Result<Option<T>>) -> store::Result<Option<T>> {
    match result {
        Err(store::Error::Refused(Refusal::NotFound(_))) => Ok(None),
        result => result,
    }
}

fn label(consumer: &str, provider: &str, query: &Query) -> String {
    let short = query.get("initials") == Some("true");
    let name = |name: &str| if short { initials(name) } else { name.to_owned() };
    match query.get("label") {
        Some("consumer") => name(consumer),
        Some("provider") => name(provider),
        Some(text) => text.to_owned(),
        None => format!("{}/{} contract", name(consumer), name(provider)),
    }
}

/// The badge of whether to merge may be kept for a while, as that of the original; the others are asked for each time.
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

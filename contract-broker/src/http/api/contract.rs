//! One contract: reading it and publishing it.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
    routing::{MethodRouter, get},
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use super::{contract_links as links, pacticipants::check_name};
use crate::{
    domain::{
        Refusal,
        content::Content,
        publication::{Outcome, name_faults},
        selection::Selection,
        time::iso,
    },
    http::{
        AppState,
        base_url::BaseUrl,
        error::{Failure, Result},
        etag, negotiation,
        path::Path,
        request_body::{Text, malformed},
    },
    store::{
        Connection,
        contracts::{self, Document, Publication, Which},
        publish::{self, NewContract, Publish},
        versions,
    },
};

/// The types in which a contract is served.
pub(crate) const OFFERED: &[&str] = &[
    "application/hal+json",
    "application/json",
    "application/vnd.pactbrokerextended.v1+json",
    "application/vnd.pact+json",
];

/// Answers with a contract: its document (read where it is not given), and links where it is an object.
pub(crate) async fn served(
    connection: &mut Connection,
    base: &BaseUrl,
    headers: &HeaderMap,
    publication: &Publication,
    document: Option<Document>,
    token: Option<&str>,
) -> Result<Response> {
    let media = negotiation::choose(headers, OFFERED).ok_or_else(|| negotiation::refused(OFFERED))?;
    let extended = media.contains("extended");
    // Everything that the body depends on; tags are shown only in the extended form, which is not cached.
    let tag = etag::of(&[
        &publication.sha,
        &publication.id.to_string(),
        token.unwrap_or_default(),
        base.as_str(),
        media,
    ]);
    if !extended && etag::is_current(headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    let Document { text, edits } = match document {
        Some(document) => document,
        None => contracts::document(connection, publication.content_id).await?,
    };
    let links = links::of(base, publication, token);
    let created_at = iso(publication.created_at);
    let body = if extended {
        let details = versions::details(connection, &[publication.consumer_version_id]).await?;
        let tags: Vec<Value> = details
            .values()
            .flat_map(|details| &details.tags)
            .map(|(name, latest)| json!({ "name": name, "latest": latest }))
            .collect();
        let contract = edits.closed(&text);
        let tags = Value::from(tags);
        format!(
            "{{\"contract\":{contract},\"createdAt\":\"{created_at}\",\"_embedded\":{{\"tags\":{tags}}},\"_links\":{links}}}"
        )
    } else {
        match edits.open(&text) {
            Some(mut open) => {
                open.push_str("\"createdAt\":\"");
                open.push_str(&created_at);
                open.push_str("\",\"_links\":");
                open.push_str(&links);
                open.push('}');
                open
            }
            None => edits.closed(&text),
        }
    };
    let mut response = ([(header::CONTENT_TYPE, format!("{media};charset=utf-8"))], body).into_response();
    if !extended && let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    if let Ok(version) = HeaderValue::from_str(&publication.consumer_version) {
        response
            .headers_mut()
            .insert(HeaderName::from_static("x-pact-consumer-version"), version);
    }
    Ok(response)
}

pub(crate) type Pair = (String, String);
pub(crate) type PairAnd = (String, String, String);

async fn show_which(
    state: &AppState,
    base: &BaseUrl,
    headers: &HeaderMap,
    (provider, consumer): &Pair,
    which: &Which,
) -> Result<Response> {
    let mut connection = state.store.read().await?;
    let (publication, document) = if headers.contains_key(header::IF_NONE_MATCH) {
        let publication = contracts::require(&mut connection, provider, consumer, which).await?;
        (publication, None)
    } else {
        let (publication, document) =
            contracts::require_whole(&mut connection, provider, consumer, which).await?;
        (publication, Some(document))
    };
    served(&mut connection, base, headers, &publication, document, None).await
}

/// The one contract of a pair that is meant.
pub(crate) fn one(which: Which) -> MethodRouter<AppState> {
    get(
        async move |State(state): State<AppState>,
                    base: BaseUrl,
                    headers: HeaderMap,
                    Path(pair): Path<Pair>| {
            show_which(&state, &base, &headers, &pair, &which).await
        },
    )
}

/// As [`one`], where the path has the number of a version or the name of a tag or a branch.
pub(crate) fn one_named(which: fn(String) -> Which) -> MethodRouter<AppState> {
    get(
        async move |State(state): State<AppState>,
                    base: BaseUrl,
                    headers: HeaderMap,
                    Path(names): Path<PairAnd>| {
            let (provider, consumer, name) = names;
            show_which(&state, &base, &headers, &(provider, consumer), &which(name)).await
        },
    )
}

pub(crate) async fn show_content(
    State(state): State<AppState>,
    base: BaseUrl,
    headers: HeaderMap,
    Path((provider, consumer, sha)): Path<PairAnd>,
) -> Result<Response> {
    let mut connection = state.store.read().await?;
    let publication = contracts::require_sha(&mut connection, &provider, &consumer, &sha, None).await?;
    served(&mut connection, &base, &headers, &publication, None, None).await
}

pub(crate) async fn show_selected_content(
    State(state): State<AppState>,
    base: BaseUrl,
    headers: HeaderMap,
    Path((provider, consumer, sha, token)): Path<(String, String, String, String)>,
) -> Result<Response> {
    let mut connection = state.store.read().await?;
    let selected = Selection::decode(&token).consumer_versions;
    let publication =
        contracts::require_sha(&mut connection, &provider, &consumer, &sha, selected.last()).await?;
    served(&mut connection, &base, &headers, &publication, None, Some(&token)).await
}

pub(crate) async fn put(
    State(state): State<AppState>,
    base: BaseUrl,
    headers: HeaderMap,
    Path(names): Path<PairAnd>,
    body: Text,
) -> Result<Response> {
    publish_one(&state, &base, &headers, names, body, false).await
}

pub(crate) async fn patch(
    State(state): State<AppState>,
    base: BaseUrl,
    headers: HeaderMap,
    Path(names): Path<PairAnd>,
    body: Text,
) -> Result<Response> {
    publish_one(&state, &base, &headers, names, body, true).await
}

async fn publish_one(
    state: &AppState,
    base: &BaseUrl,
    headers: &HeaderMap,
    (provider, consumer, number): PairAnd,
    Text(document): Text,
    merge: bool,
) -> Result<Response> {
    for (field, name) in [
        ("provider", &provider),
        ("consumer", &consumer),
        ("version", &number),
    ] {
        check_name(field, name)?;
    }
    let content = Content::analyse(document).map_err(|error| malformed(&error))?;
    if let Some(fault) = name_faults(&content, Some(&consumer), Some(&provider))
        .into_iter()
        .next()
    {
        return Err(Refusal::invalid(
            if fault.starts_with("consumer") {
                "consumer.name"
            } else {
                "provider.name"
            },
            fault,
        )
        .into());
    }
    let publish = Publish {
        consumer: consumer.clone(),
        version: number.clone(),
        branch: None,
        tags: Vec::new(),
        build_url: None,
        contracts: vec![NewContract {
            provider: provider.clone(),
            content,
            merge,
        }],
        allow_modification: state.config.contracts_allow_modification,
        main_candidates: state.config.branches_main_candidates.clone(),
    };
    let published = state
        .store
        .write(publish, |connection, publish| {
            Box::pin(publish::publish(connection, publish))
        })
        .await
        .map_err(|error| match error.into() {
            // Clients of this older form know one message here.
            Failure::Refused(Refusal::ContentConflict { message, .. }) => {
                Failure::Refused(Refusal::Conflict(message))
            }
            other => other,
        })?;
    let mut connection = state.store.read().await?;
    let publication =
        contracts::require(&mut connection, &provider, &consumer, &Which::Version(number)).await?;
    let mut response = served(
        &mut connection,
        base,
        &unconditional(headers),
        &publication,
        None,
        None,
    )
    .await?;
    if published
        .contracts
        .iter()
        .any(|contract| contract.outcome == Outcome::Created)
    {
        *response.status_mut() = StatusCode::CREATED;
        if let Ok(location) = HeaderValue::from_str(&links::url(base, &publication)) {
            response.headers_mut().insert(header::LOCATION, location);
        }
    }
    Ok(response)
}

/// The headers of a change, whose answer is never "not modified".
fn unconditional(headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    headers.remove(header::IF_NONE_MATCH);
    headers
}

//! One contract: reading it and publishing it.

use axum::{
    Extension,
    extract::State,
    response::{IntoResponse, Response},
    routing::{MethodRouter, get},
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use super::contract_links as links;
use crate::{
    app::{self, ContractAt, Difference, Pair, PublishRequest},
    auth::Principal,
    domain::{
        Refusal,
        content::Content,
        name,
        publication::{Outcome, RequestedContract, name_faults},
        selection::Selection,
        time::iso,
    },
    http::{
        AppState,
        base_url::BaseUrl,
        error::Result,
        etag, negotiation,
        path::{PairAnd, Path},
        request_body::{Text, malformed},
    },
    store::{
        self,
        contracts::{ContractRef, Document, Publication},
    },
};

/// The types in which a contract is served.
pub(crate) const OFFERED: &[&str] = &[
    "application/hal+json",
    "application/json",
    "application/vnd.pactbrokerextended.v1+json",
    "application/vnd.pact+json",
];

/// What is served of a contract.
pub(crate) struct Served {
    pub(crate) publication: Publication,
    /// Read where it is not given.
    pub(crate) document: Option<Document>,
    /// The token of the selection that it was fetched with.
    pub(crate) token: Option<String>,
}

impl Served {
    pub(crate) fn of(publication: Publication) -> Self {
        Self {
            publication,
            document: None,
            token: None,
        }
    }
}

/// Answers with a contract: its document, and links where it is an object.
pub(crate) async fn served(
    state: &AppState,
    who: &Principal,
    base: &BaseUrl,
    headers: &HeaderMap,
    served: Served,
) -> Result<Response> {
    let Served {
        publication,
        document,
        token,
    } = served;
    let media = negotiation::choose(headers, OFFERED).ok_or_else(|| negotiation::refused(OFFERED))?;
    let extended = media.contains("extended");
    // Everything that the body depends on; tags are shown only in the extended form, which is not cached.
    let tag = etag::of(&[
        &publication.sha,
        &publication.id.to_string(),
        token.as_deref().unwrap_or_default(),
        base.as_str(),
        media,
    ]);
    if !extended && etag::is_current(headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    let document = match document {
        Some(document) => document,
        None => state.app.document(who, &publication).await?,
    };
    let tags = if extended {
        let tags = state
            .app
            .tags_of_version(who, publication.consumer_version_id)
            .await?;
        let tags = tags
            .iter()
            .map(|tag| json!({ "name": tag.name, "latest": tag.is_newest }));
        Some(tags.collect::<Value>())
    } else {
        None
    };
    let links = links::of(base, &publication, token.as_deref());
    let created_at = iso(publication.created_at);
    let body = state
        .app
        .heavy
        .run_on(document.text.len(), move || {
            whole(&document, tags, &created_at, &links)
        })
        .await??;
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

/// The body: the document with ids and links; with `tags` in the extended form.
fn whole(
    document: &Document,
    tags: Option<Value>,
    created_at: &str,
    links: &str,
) -> Result<String, store::Error> {
    let edits = document.edits()?;
    if let Some(tags) = tags {
        let contract = edits.closed(&document.text);
        return Ok(format!(
            "{{\"contract\":{contract},\"createdAt\":\"{created_at}\",\"_embedded\":{{\"tags\":{tags}}},\"_links\":{links}}}"
        ));
    }
    Ok(match edits.open(&document.text) {
        Some(mut open) => {
            open.push_str("\"createdAt\":\"");
            open.push_str(created_at);
            open.push_str("\",\"_links\":");
            open.push_str(links);
            open.push('}');
            open
        }
        None => edits.closed(&document.text),
    })
}

async fn show_which(
    state: &AppState,
    who: &Principal,
    base: &BaseUrl,
    headers: &HeaderMap,
    pair: &Pair,
    which: ContractRef,
) -> Result<Response> {
    let (publication, document) = if headers.contains_key(header::IF_NONE_MATCH) {
        let at = ContractAt::ContractRef(which);
        (state.app.contract(who, pair, &at).await?, None)
    } else {
        let whole = state.app.whole_contract(who, pair, &which).await?;
        (whole.publication, Some(whole.document))
    };
    let found = Served {
        publication,
        document,
        token: None,
    };
    served(state, who, base, headers, found).await
}

/// The one contract of a pair that is meant.
pub(crate) fn one(which: ContractRef) -> MethodRouter<AppState> {
    get(
        async move |State(state): State<AppState>,
                    Extension(who): Extension<Principal>,
                    base: BaseUrl,
                    headers: HeaderMap,
                    Path(pair): Path<Pair>| {
            show_which(&state, &who, &base, &headers, &pair, which.clone()).await
        },
    )
}

/// As [`one`], where the path has the number of a version or the name of a tag or a branch.
pub(crate) fn one_named(which: fn(String) -> ContractRef) -> MethodRouter<AppState> {
    get(
        async move |State(state): State<AppState>,
                    Extension(who): Extension<Principal>,
                    base: BaseUrl,
                    headers: HeaderMap,
                    Path(names): Path<PairAnd>| {
            let (provider, consumer, name) = names;
            let pair = Pair { consumer, provider };
            show_which(&state, &who, &base, &headers, &pair, which(name)).await
        },
    )
}

pub(crate) async fn show_content(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    headers: HeaderMap,
    Path((provider, consumer, sha)): Path<PairAnd>,
) -> Result<Response> {
    let at = ContractAt::Content { sha, version: None };
    let publication = state
        .app
        .contract(&who, &Pair { consumer, provider }, &at)
        .await?;
    served(&state, &who, &base, &headers, Served::of(publication)).await
}

pub(crate) async fn show_selected_content(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    headers: HeaderMap,
    Path((provider, consumer, sha, token)): Path<(String, String, String, String)>,
) -> Result<Response> {
    let at = ContractAt::Content {
        sha,
        version: Selection::decode(&token).consumer_versions.pop(),
    };
    let publication = state
        .app
        .contract(&who, &Pair { consumer, provider }, &at)
        .await?;
    let found = Served {
        token: Some(token),
        ..Served::of(publication)
    };
    served(&state, &who, &base, &headers, found).await
}

pub(crate) async fn put(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    headers: HeaderMap,
    Path(names): Path<PairAnd>,
    body: Text,
) -> Result<Response> {
    publish_one(&state, &who, &base, &headers, names, body, false).await
}

pub(crate) async fn patch(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    headers: HeaderMap,
    Path(names): Path<PairAnd>,
    body: Text,
) -> Result<Response> {
    publish_one(&state, &who, &base, &headers, names, body, true).await
}

async fn publish_one(
    state: &AppState,
    who: &Principal,
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
        if let Some(fault) = name::fault(name) {
            return Err(Refusal::invalid(field, fault).into());
        }
    }
    let content = state
        .app
        .heavy
        .run_on(document.len(), move || Content::analyse(document))
        .await?
        .map_err(|error| malformed(&error))?;
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
    let request = PublishRequest {
        consumer: consumer.clone(),
        version: number.clone(),
        branch: None,
        tags: Vec::new(),
        build_url: None,
        contracts: vec![RequestedContract {
            provider: provider.clone(),
            content,
            merge,
        }],
        difference: Difference::LeftOut,
    };
    let published = state
        .app
        .publish(who, request)
        .await
        .map_err(|error| match error {
            // Clients of this older form know one message here.
            app::Error::Refused(Refusal::ContentConflict { message, .. }) => {
                Refusal::Conflict(message).into()
            }
            other => other,
        })?;
    let at = ContractAt::ContractRef(ContractRef::Version(number));
    let publication = state.app.contract(who, &Pair { consumer, provider }, &at).await?;
    let location = links::url(base, &publication);
    let found = Served::of(publication);
    let mut response = served(state, who, base, &unconditional(headers), found).await?;
    if published
        .contracts
        .iter()
        .any(|contract| contract.outcome == Outcome::Created)
    {
        *response.status_mut() = StatusCode::CREATED;
        if let Ok(location) = HeaderValue::from_str(&location) {
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

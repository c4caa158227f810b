//! Reads and publishes one contract.

use axum::{
    response::{IntoResponse, Response},
    routing::{MethodRouter, get},
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde_json::value::RawValue;

use crate::{
    app::{self, ContractAt, Difference, Pair, PublishRequest},
    domain::{
        Refusal,
        content::Content,
        name,
        publication::{Outcome, RequestedContract, name_faults},
        selection::Selection,
    },
    http::{
        AppState,
        call::Call,
        error::{Failure, Result},
        etag, negotiation,
        path::{PairAnd, Path},
        request_body::{Text, malformed},
        resource::{ContractDocument, ExtendedContract, ExtendedTags},
    },
    store::contracts::{ContractRef, Document, Publication},
};

/// The media types of a contract.
pub(crate) const OFFERED: &[&str] = &[
    "application/hal+json",
    "application/json",
    "application/vnd.pactbrokerextended.v1+json",
    "application/vnd.pact+json",
];

/// A contract to serve.
pub(super) struct Served {
    publication: Publication,
    /// Read from the database if `None`.
    document: Option<Document>,
    /// The token of the selection that the contract was fetched with.
    token: Option<String>,
}

impl Served {
    pub(super) fn of(publication: Publication) -> Self {
        Self {
            publication,
            document: None,
            token: None,
        }
    }
}

/// Returns the response for a contract: its document, and links if it is an object.
pub(super) async fn served(call: &Call, headers: &HeaderMap, served: Served) -> Result<Response> {
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
        call.base.as_str(),
        media,
    ]);
    if !extended && etag::is_current(headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    let app = call.app();
    let text = match document {
        Some(document) => document,
        None => app.document(&call.who, &publication).await?,
    };
    let tags = if extended {
        let version = publication.consumer_version_id;
        Some(ExtendedTags::of(app.tags_of_version(&call.who, version).await?))
    } else {
        None
    };
    let document = ContractDocument::of(&call.base, &publication, token.as_deref());
    let body = app
        .heavy
        .run_on(text.text.len(), move || whole(&text, document, tags))
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

/// Returns the body: the contract with ids and links; with `tags` in the extended form.
fn whole(text: &Document, document: ContractDocument, tags: Option<ExtendedTags>) -> Result<String> {
    let edits = text.edits()?;
    let written = match tags {
        Some(embedded) => RawValue::from_string(edits.closed(&text.text)).and_then(|contract| {
            serde_json::to_string(&ExtendedContract {
                contract,
                document,
                embedded,
            })
        }),
        None => match edits.open(&text.text) {
            Some(open) => document.after(open),
            None => Ok(edits.closed(&text.text)),
        },
    };
    written.map_err(|error| Failure::internal(&error))
}

async fn show_which(call: &Call, headers: &HeaderMap, pair: &Pair, which: ContractRef) -> Result<Response> {
    let (publication, document) = if headers.contains_key(header::IF_NONE_MATCH) {
        let at = ContractAt::ContractRef(which);
        (call.app().contract(&call.who, pair, &at).await?, None)
    } else {
        let whole = call.app().whole_contract(&call.who, pair, &which).await?;
        (whole.publication, Some(whole.document))
    };
    let found = Served {
        publication,
        document,
        token: None,
    };
    served(call, headers, found).await
}

/// Returns the handlers for one contract of a pair.
pub(super) fn one(which: ContractRef) -> MethodRouter<AppState> {
    get(
        async move |call: Call, headers: HeaderMap, Path(pair): Path<Pair>| {
            show_which(&call, &headers, &pair, which.clone()).await
        },
    )
}

/// Like [`one`], if the path has a version number or the name of a tag or a branch.
pub(super) fn one_named(which: fn(String) -> ContractRef) -> MethodRouter<AppState> {
    get(
        async move |call: Call, headers: HeaderMap, Path(names): Path<PairAnd>| {
            let (provider, consumer, name) = names;
            show_which(&call, &headers, &Pair { consumer, provider }, which(name)).await
        },
    )
}

pub(super) async fn show_content(
    call: Call,
    headers: HeaderMap,
    Path((provider, consumer, sha)): Path<PairAnd>,
) -> Result<Response> {
    let at = ContractAt::Content { sha, version: None };
    let pair = Pair { consumer, provider };
    let publication = call.app().contract(&call.who, &pair, &at).await?;
    served(&call, &headers, Served::of(publication)).await
}

pub(super) async fn show_selected_content(
    call: Call,
    headers: HeaderMap,
    Path((provider, consumer, sha, token)): Path<(String, String, String, String)>,
) -> Result<Response> {
    let at = ContractAt::Content {
        sha,
        version: Selection::decode(&token).consumer_versions.pop(),
    };
    let pair = Pair { consumer, provider };
    let publication = call.app().contract(&call.who, &pair, &at).await?;
    let found = Served {
        token: Some(token),
        ..Served::of(publication)
    };
    served(&call, &headers, found).await
}

pub(super) async fn put(
    call: Call,
    headers: HeaderMap,
    Path(names): Path<PairAnd>,
    body: Text,
) -> Result<Response> {
    publish_one(&call, &headers, names, body, false).await
}

pub(super) async fn patch(
    call: Call,
    headers: HeaderMap,
    Path(names): Path<PairAnd>,
    body: Text,
) -> Result<Response> {
    publish_one(&call, &headers, names, body, true).await
}

async fn publish_one(
    call: &Call,
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
    let content = call
        .app()
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
    let published = call
        .app()
        .publish(&call.who, request)
        .await
        .map_err(|error| match error {
            // Clients of this older form expect a single message here.
            app::Error::Refused(Refusal::ContentConflict { message, .. }) => {
                Refusal::Conflict(message).into()
            }
            other => other,
        })?;
    let at = ContractAt::ContractRef(ContractRef::Version(number));
    let pair = Pair { consumer, provider };
    let publication = call.app().contract(&call.who, &pair, &at).await?;
    let location = call.base.contract(&publication);
    let found = Served::of(publication);
    let mut response = served(call, &unconditional(headers), found).await?;
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

/// Returns the headers of a write request, whose response is never "not modified".
fn unconditional(headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    headers.remove(header::IF_NONE_MATCH);
    headers
}

//! Contracts: publishing one, reading it, and lists of them.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
    routing::{MethodRouter, get},
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use super::pacticipants::check_name;
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
        base_url::{BaseUrl, encode},
        error::{Failure, Result},
        etag,
        hal::{Links, link, named},
        negotiation,
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
const OFFERED: &[&str] = &[
    "application/hal+json",
    "application/json",
    "application/vnd.pactbrokerextended.v1+json",
    "application/vnd.pact+json",
];

fn pair_url(base: &BaseUrl, publication: &Publication) -> String {
    base.url([
        "pacts",
        "provider",
        &publication.provider,
        "consumer",
        &publication.consumer,
    ])
}

/// Where a contract is.
pub(crate) fn url(base: &BaseUrl, publication: &Publication) -> String {
    format!(
        "{}/version/{}",
        pair_url(base, publication),
        encode(&publication.consumer_version)
    )
}

/// Where a contract's content is, with the token of its selection.
pub(crate) fn content_url(base: &BaseUrl, publication: &Publication, selection: Option<&str>) -> String {
    let content = format!("{}/pact-version/{}", pair_url(base, publication), publication.sha);
    selection.map_or(content.clone(), |token| format!("{content}/metadata/{token}"))
}

/// A contract in a few words.
pub(crate) fn title(publication: &Publication) -> String {
    let Publication {
        consumer,
        consumer_version,
        provider,
        ..
    } = publication;
    format!("Contract between {consumer} ({consumer_version}) and {provider}")
}

/// The links of a contract, as a JSON object.
fn links(base: &BaseUrl, publication: &Publication, token: Option<&str>) -> String {
    let Publication {
        consumer,
        consumer_version,
        provider,
        sha,
        ..
    } = publication;
    let pair = pair_url(base, publication);
    let itself = url(base, publication);
    let content = content_url(base, publication, None);
    let selected = content_url(base, publication, token);
    let consumer_url = base.url(["pacticipants", consumer]);
    let version_url = super::versions::url(base, consumer, consumer_version);
    let mut links = Links::new();
    let own = if token.is_some() { &selected } else { &itself };
    links.add(
        "self",
        own,
        &[("title", "Contract"), ("name", &title(publication))],
    );
    links.add(
        "pb:consumer",
        &consumer_url,
        &[("title", "Consumer"), ("name", consumer)],
    );
    let named = [("title", "Consumer version"), ("name", consumer_version.as_str())];
    links.add("pb:consumer-version", &version_url, &named);
    let provider_url = base.url(["pacticipants", provider]);
    links.add(
        "pb:provider",
        provider_url,
        &[("title", "Provider"), ("name", provider)],
    );
    links.add(
        "pb:pact-version",
        &content,
        &[("title", "Contract content"), ("name", sha)],
    );
    for (relation, path, title) in [
        (
            "pb:latest-pact-version",
            "latest",
            "Latest version of this contract",
        ),
        (
            "pb:all-pact-versions",
            "versions",
            "All versions of this contract",
        ),
        (
            "pb:latest-untagged-pact-version",
            "latest-untagged",
            "Latest version of this contract without a tag",
        ),
    ] {
        links.titled(relation, format_args!("{pair}/{path}"), title);
    }
    links.templated(
        "pb:latest-tagged-pact-version",
        format_args!("{pair}/latest/{{tag}}"),
        "Latest version of this contract with a tag",
    );
    for (relation, path, title) in [
        (
            "pb:previous-distinct",
            "previous-distinct",
            "Previous version of this contract with other content",
        ),
        (
            "pb:diff-previous-distinct",
            "diff/previous-distinct",
            "Difference to the previous content",
        ),
        (
            "pb:triggered-webhooks",
            "triggered-webhooks",
            "Webhooks triggered by this contract",
        ),
    ] {
        links.titled(relation, format_args!("{itself}/{path}"), title);
    }
    links.templated(
        "pb:diff",
        format_args!("{content}/diff/pact-version/{{pactVersion}}"),
        "Difference to another content",
    );
    links.titled(
        "pb:pact-webhooks",
        base.url(["webhooks", "provider", provider, "consumer", consumer]),
        "Webhooks for this pair",
    );
    links.titled(
        "pb:consumer-webhooks",
        base.url(["webhooks", "consumer", consumer]),
        "Webhooks for this consumer",
    );
    links.titled(
        "pb:tag-prod-version",
        format_args!("{version_url}/tags/prod"),
        "PUT here to tag this version as deployed to production",
    );
    links.templated(
        "pb:tag-version",
        format_args!("{version_url}/tags/{{tag}}"),
        "PUT here to tag this version",
    );
    links.titled(
        "pb:publish-verification-results",
        format_args!("{selected}/verification-results"),
        "Publish verification results",
    );
    links.titled(
        "pb:latest-verification-results",
        format_args!("{content}/verification-results/latest"),
        "Latest verification result",
    );
    links.titled(
        "pb:matrix-for-consumer-version",
        format_args!(
            "{}/matrix?q[][pacticipant]={}&q[][version]={}&latestby=cvpv",
            base.as_str(),
            encode(consumer),
            encode(consumer_version)
        ),
        "Matrix of this consumer version",
    );
    links.curies(base, "pact", &["pb"]);
    if let Some(token) = token {
        let versions = Selection::decode(token).consumer_versions;
        let each = versions.iter().map(|number| {
            let href = super::versions::url(base, consumer, number);
            (href, "Consumer version", number)
        });
        links.list("pb:consumer-versions", each);
    }
    links.finish()
}

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
    let links = links(base, publication, token);
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
    if let Some(fault) = name_faults(&content.document, Some(&consumer), Some(&provider))
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
        if let Ok(location) = HeaderValue::from_str(&url(base, &publication)) {
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

/// A link to a contract for lists.
pub(crate) fn list_link(base: &BaseUrl, publication: &Publication) -> Value {
    named(url(base, publication), title(publication), &publication.consumer)
}

/// A contract in a list of versions.
pub(crate) fn list_item(base: &BaseUrl, publication: &Publication) -> Value {
    let version = super::versions::url(base, &publication.consumer, &publication.consumer_version);
    json!({
        "createdAt": iso(publication.created_at),
        "_embedded": {
            "consumerVersion": { "number": publication.consumer_version, "_links": { "self": link(version) } },
        },
        "_links": { "self": named(url(base, publication), title(publication), &publication.consumer_version) },
    })
}

//! Verification results.

use axum::{
    Extension,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header};
use serde_json::{Map, Value, json};

use crate::{
    app::{ContractAt, LatestResult, Pair},
    auth::Principal,
    domain::{name, selection::Selection, text, time::iso},
    http::{
        AppState,
        base_url::{BaseUrl, encode},
        error::{Failure, Result},
        hal::{self, Hal, compact, link, named, titled},
        layers,
        member::{Members, any_text},
        negotiation,
        path::Path,
        request_body::Json,
    },
    store::{
        contracts::ContractRef,
        verifications::{LatestOfProvider, NewResult, Verification, WholeVerification},
    },
};

/// Provider, consumer, content hash.
type Content = (String, String, String);

pub(crate) fn url(base: &BaseUrl, result: &Verification) -> String {
    let number = result.id.to_string();
    base.url([
        "pacts",
        "provider",
        &result.provider,
        "consumer",
        &result.consumer,
        "pact-version",
        &result.sha,
        "verification-results",
        &number,
    ])
}

/// A result as clients read it.
pub(crate) fn body(base: &BaseUrl, whole: &WholeVerification) -> Result<Value> {
    body_with(base, &whole.result, whole.test_results()?.as_ref())
}

/// A result as clients read it, with what the verifier said about each interaction where it is given.
fn body_with(base: &BaseUrl, result: &Verification, test_results: Option<&Value>) -> Result<Value> {
    let itself = url(base, result);
    let content = base.url([
        "pacts",
        "provider",
        &result.provider,
        "consumer",
        &result.consumer,
        "pact-version",
        &result.sha,
    ]);
    Ok(compact(json!({
        "providerName": result.provider,
        "providerApplicationVersion": result.provider_version,
        "success": result.success,
        "verificationDate": iso(result.created_at),
        "buildUrl": result.build_url,
        "testResults": test_results,
        "verifiedBy": result.verified_by()?,
        "_links": {
            "self": titled(&itself, "Verification result"),
            "pb:pact-version": titled(content, "Contract content"),
            "pb:provider-version": titled(
                super::versions::url(base, &result.provider, &result.provider_version), "Provider version"),
            "pb:triggered-webhooks": titled(format!("{itself}/triggered-webhooks"), "Webhooks triggered by this result"),
            "curies": hal::curies(base, "verification-result"),
        },
    })))
}

pub(crate) async fn post(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path(content): Path<Content>,
    request: Json,
) -> Result<Response> {
    publish(&state, &who, &base, content, Selection::default(), request).await
}

pub(crate) async fn post_selected(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path((provider, consumer, sha, token)): Path<(String, String, String, String)>,
    request: Json,
) -> Result<Response> {
    publish(
        &state,
        &who,
        &base,
        (provider, consumer, sha),
        Selection::decode(&token),
        request,
    )
    .await
}

async fn publish(
    state: &AppState,
    who: &Principal,
    base: &BaseUrl,
    (provider, consumer, sha): Content,
    selection: Selection,
    request: Json,
) -> Result<Response> {
    let length = request.length;
    let map = request.object()?;
    let mut members = Members::of(&map);
    let success = members.flag("success");
    if success.is_none() && members.value("success").is_none() {
        members.fault("success", "is missing: say true or false");
    }
    let provider_version = members.required_text("providerApplicationVersion", name::fault);
    let build_url = members.text("buildUrl", any_text);
    let verified_by = members
        .value("verifiedBy")
        .and_then(Value::as_object)
        .map(verified_by);
    for text in verified_by
        .iter()
        .filter_map(Value::as_object)
        .flat_map(Map::values)
    {
        if let Some(fault) = text.as_str().and_then(|text| text::fault("verifiedBy", text)) {
            members.fault("verifiedBy", fault);
        }
    }
    let verified_by = verified_by.map(|by| by.to_string());
    members.finish()?;
    // Anything from a few lines to megabytes.
    let write = move || {
        map.get("testResults")
            .filter(|value| !value.is_null())
            .map(Value::to_string)
    };
    let test_results = state.app.heavy.run_on(length, write).await?;
    let result = NewResult {
        consumer,
        provider,
        sha,
        provider_version,
        success: success.unwrap_or_default(),
        build_url,
        verified_by,
        test_results,
        selection,
    };
    let stored = state.app.publish_result(who, result).await?;
    let address = url(base, &stored.result);
    let base = base.clone();
    let answer = move || body(&base, &stored).map(|body| Hal::created(address, body).into_response());
    state.app.heavy.run_on(length, answer).await?
}

/// Who verified, flat as clients read it back.
fn verified_by(given: &Map<String, Value>) -> Value {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    let client = given.get("clientLanguage").and_then(Value::as_object);
    let of_client = |key: &str| text(client.and_then(|client| client.get(key)));
    compact(json!({
        "implementation": text(given.get("implementation")),
        "version": text(given.get("version")),
        "client_implementation": of_client("name"),
        "client_version": of_client("version"),
        "client_test_framework": of_client("testFramework"),
    }))
}

pub(crate) async fn show(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    headers: HeaderMap,
    Path((provider, consumer, sha, number)): Path<(String, String, String, String)>,
) -> Result<Response> {
    shown(
        &state,
        &who,
        &base,
        &headers,
        &Pair { consumer, provider },
        &sha,
        &number,
    )
    .await
}

pub(crate) async fn show_selected(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    headers: HeaderMap,
    Path((provider, consumer, sha, _, number)): Path<(String, String, String, String, String)>,
) -> Result<Response> {
    shown(
        &state,
        &who,
        &base,
        &headers,
        &Pair { consumer, provider },
        &sha,
        &number,
    )
    .await
}

/// The type that shows the tags of the provider version too.
const EXTENDED: &str = "application/vnd.pactbrokerextended.v1+json";

async fn shown(
    state: &AppState,
    who: &Principal,
    base: &BaseUrl,
    headers: &HeaderMap,
    pair: &Pair,
    sha: &str,
    number: &str,
) -> Result<Response> {
    let media =
        negotiation::choose(headers, layers::JSON).ok_or_else(|| negotiation::refused(layers::JSON))?;
    let number: i64 = number.parse().map_err(|_| {
        Failure::not_found(format!(
            "'{number}' is not the number of a verification result: give a number, or latest"
        ))
    })?;
    let result = state.app.result(who, pair, sha, number).await?;
    let mut document = body(base, &result)?;
    if media == EXTENDED {
        let version = result.result.provider_version_id;
        let tags = state.app.tags_of_version(who, version).await?;
        let tags: Vec<Value> = tags
            .iter()
            .map(|tag| {
                let version = super::versions::url(base, &pair.provider, &result.result.provider_version);
                let own = named(format!("{version}/tags/{}", encode(&tag.name)), "Tag", &tag.name);
                json!({ "name": tag.name, "latest": tag.is_newest, "_links": { "self": own } })
            })
            .collect();
        hal::extend(&mut document, json!({ "_embedded": { "tags": tags } }));
    }
    let kind = format!("{media};charset=utf-8");
    Ok(([(header::CONTENT_TYPE, kind)], document.to_string()).into_response())
}

async fn latest(
    state: &AppState,
    who: &Principal,
    base: &BaseUrl,
    pair: &Pair,
    which: ContractRef,
) -> Result<Hal> {
    let at = ContractAt::ContractRef(which);
    let LatestResult { contract, result } = state.app.latest_result(who, pair, &at).await?;
    match result {
        Some(result) => Ok(Hal::ok(body(base, &result)?)),
        None => Err(Failure::not_found(format!(
            "No verification result for the contract between {} ({}) and {} found",
            contract.consumer, contract.consumer_version, contract.provider
        ))),
    }
}

pub(crate) async fn latest_of_content(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path((provider, consumer, sha)): Path<Content>,
) -> Result<Hal> {
    latest(
        &state,
        &who,
        &base,
        &Pair { consumer, provider },
        ContractRef::Sha(sha),
    )
    .await
}

pub(crate) async fn latest_of_version(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path((provider, consumer, number)): Path<Content>,
) -> Result<Hal> {
    let pair = Pair { consumer, provider };
    latest(&state, &who, &base, &pair, ContractRef::Version(number)).await
}

pub(crate) async fn latest_of_latest(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path(pair): Path<Pair>,
) -> Result<Hal> {
    latest(&state, &who, &base, &pair, ContractRef::Latest).await
}

pub(crate) async fn latest_of_latest_with_tag(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path((provider, consumer, tag)): Path<Content>,
) -> Result<Hal> {
    let pair = Pair { consumer, provider };
    latest(&state, &who, &base, &pair, ContractRef::LatestWithTag(tag)).await
}

/// The latest result for each contract of a consumer version.
pub(crate) async fn summary_of_consumer_version(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path((consumer, number)): Path<(String, String)>,
) -> Result<Hal> {
    let results = state
        .app
        .results_of_consumer_version(&who, &consumer, &number)
        .await?;
    let (mut successful, mut failed, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
    let mut bodies = Vec::new();
    for LatestOfProvider { provider, result } in &results {
        match result {
            Some(result) if result.success => successful.push(provider),
            Some(_) => failed.push(provider),
            None => unknown.push(provider),
        }
        if let Some(result) = result {
            bodies.push(body_with(&base, result, None)?);
        }
    }
    let success = failed.is_empty() && unknown.is_empty();
    Ok(Hal::ok(json!({
        "success": success,
        "providerSummary": { "successful": successful, "failed": failed, "unknown": unknown },
        "_embedded": { "verificationResults": bodies },
        "_links": {
            "self": link(base.url(["verification-results", "consumer", &consumer, "version", &number, "latest"])),
        },
    })))
}

pub(crate) async fn delete(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    Path((provider, consumer, sha, number)): Path<(String, String, String, String)>,
) -> Result<StatusCode> {
    let number: i64 = number
        .parse()
        .map_err(|_| Failure::not_found(format!("'{number}' is not the number of a verification result")))?;
    let pair = Pair { consumer, provider };
    state.app.delete_result(&who, &pair, &sha, number).await?;
    Ok(StatusCode::NO_CONTENT)
}

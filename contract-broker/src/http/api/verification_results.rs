//! Verification results.

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use serde_json::{Map, Value};

use crate::{
    app::{ContractAt, LatestResult, Pair},
    domain::{name, selection::Selection, text},
    http::{
        call::Call,
        error::{Failure, Result},
        hal::{self, Hal},
        layers,
        member::{Members, any_text},
        negotiation,
        path::{PairAnd, Path},
        request_body::Json,
        resource::{ResultDocument, ResultSummary},
    },
    store::{contracts::ContractRef, verifications::NewResult},
    trace::TraceContext,
};

pub(super) async fn post(call: Call, Path(content): Path<PairAnd>, request: Json) -> Result<Response> {
    publish(&call, content, Selection::default(), request).await
}

pub(super) async fn post_selected(
    call: Call,
    Path((provider, consumer, sha, token)): Path<(String, String, String, String)>,
    request: Json,
) -> Result<Response> {
    let content = (provider, consumer, sha);
    publish(&call, content, Selection::decode(&token), request).await
}

async fn publish(
    call: &Call,
    (provider, consumer, sha): PairAnd,
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
    for text in verified_by.iter().flat_map(Map::values) {
        if let Some(fault) = text.as_str().and_then(|text| text::fault("verifiedBy", text)) {
            members.fault("verifiedBy", fault);
        }
    }
    members.finish()?;
    // The size ranges from a few lines to megabytes.
    let write = move || {
        map.get("testResults")
            .filter(|value| !value.is_null())
            .map(Value::to_string)
    };
    let test_results = call.app().heavy.run_on(length, write).await?;
    let result = NewResult {
        consumer,
        provider,
        sha,
        provider_version,
        success: success.unwrap_or_default(),
        build_url,
        verified_by: verified_by.map(|by| Value::Object(by).to_string()),
        test_results,
        selection,
        traceparent: TraceContext::current().map(|trace| trace.to_string()),
    };
    let stored = call.app().publish_result(&call.who, result).await?;
    let base = call.base.clone();
    let answer = move || -> Result<Response> {
        let location = base.result(&stored.result);
        Ok(Hal::created(location, ResultDocument::of(&base, &stored)?).into_response())
    };
    call.app().heavy.run_on(length, answer).await?
}

/// Returns the verifier in the form that clients read: without nesting.
fn verified_by(given: &Map<String, Value>) -> Map<String, Value> {
    let client = given.get("clientLanguage").and_then(Value::as_object);
    let of_client = |key: &str| client.and_then(|client| client.get(key));
    [
        ("implementation", given.get("implementation")),
        ("version", given.get("version")),
        ("client_implementation", of_client("name")),
        ("client_version", of_client("version")),
        ("client_test_framework", of_client("testFramework")),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name.to_owned(), Value::from(value?.as_str()?))))
    .collect()
}

pub(super) async fn show(
    call: Call,
    headers: HeaderMap,
    Path((provider, consumer, sha, number)): Path<(String, String, String, String)>,
) -> Result<Response> {
    shown(&call, &headers, &Pair { consumer, provider }, &sha, &number).await
}

pub(super) async fn show_selected(
    call: Call,
    headers: HeaderMap,
    Path((provider, consumer, sha, _, number)): Path<(String, String, String, String, String)>,
) -> Result<Response> {
    shown(&call, &headers, &Pair { consumer, provider }, &sha, &number).await
}

/// The media type that also includes the tags of the provider version.
const EXTENDED: &str = "application/vnd.pactbrokerextended.v1+json";

async fn shown(call: &Call, headers: &HeaderMap, pair: &Pair, sha: &str, number: &str) -> Result<Response> {
    let media =
        negotiation::choose(headers, layers::JSON).ok_or_else(|| negotiation::refused(layers::JSON))?;
    let number: i64 = number.parse().map_err(|_| {
        Failure::not_found(format!(
            "'{number}' is not the number of a verification result: give a number, or latest"
        ))
    })?;
    let result = call.app().result(&call.who, pair, sha, number).await?;
    let mut document = ResultDocument::of(&call.base, &result)?;
    if media == EXTENDED {
        let version = result.result.provider_version_id;
        let tags = call.app().tags_of_version(&call.who, version).await?;
        document = document.with_tags(&call.base, &tags);
    }
    let kind = format!("{media};charset=utf-8");
    Ok(([(header::CONTENT_TYPE, kind)], hal::write(&document)?).into_response())
}

async fn latest(call: &Call, pair: &Pair, which: ContractRef) -> Result<Hal<ResultDocument>> {
    let at = ContractAt::ContractRef(which);
    let LatestResult { contract, result } = call.app().latest_result(&call.who, pair, &at).await?;
    match result {
        Some(result) => Ok(Hal::ok(ResultDocument::of(&call.base, &result)?)),
        None => Err(Failure::not_found(format!(
            "No verification result for the contract between {} ({}) and {} found",
            contract.consumer, contract.consumer_version, contract.provider
        ))),
    }
}

pub(super) async fn latest_of_content(
    call: Call,
    Path((provider, consumer, sha)): Path<PairAnd>,
) -> Result<Hal<ResultDocument>> {
    latest(&call, &Pair { consumer, provider }, ContractRef::Sha(sha)).await
}

pub(super) async fn latest_of_version(
    call: Call,
    Path((provider, consumer, number)): Path<PairAnd>,
) -> Result<Hal<ResultDocument>> {
    latest(&call, &Pair { consumer, provider }, ContractRef::Version(number)).await
}

pub(super) async fn latest_of_latest(call: Call, Path(pair): Path<Pair>) -> Result<Hal<ResultDocument>> {
    latest(&call, &pair, ContractRef::Latest).await
}

pub(super) async fn latest_of_latest_with_tag(
    call: Call,
    Path((provider, consumer, tag)): Path<PairAnd>,
) -> Result<Hal<ResultDocument>> {
    latest(
        &call,
        &Pair { consumer, provider },
        ContractRef::LatestWithTag(tag),
    )
    .await
}

/// Returns the latest result for each contract of a consumer version.
pub(super) async fn summary_of_consumer_version(
    call: Call,
    Path((consumer, number)): Path<(String, String)>,
) -> Result<Hal<ResultSummary>> {
    let app = call.app();
    let results = app
        .results_of_consumer_version(&call.who, &consumer, &number)
        .await?;
    Ok(Hal::ok(ResultSummary::of(
        &call.base, &consumer, &number, &results,
    )?))
}

pub(super) async fn delete(
    call: Call,
    Path((provider, consumer, sha, number)): Path<(String, String, String, String)>,
) -> Result<StatusCode> {
    let number: i64 = number
        .parse()
        .map_err(|_| Failure::not_found(format!("'{number}' is not the number of a verification result")))?;
    let pair = Pair { consumer, provider };
    call.app().delete_result(&call.who, &pair, &sha, number).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! Comparisons of contracts with the descriptions that their providers published.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};

use crate::{
    app::{BiDirectional, ComparisonDetails},
    http::{
        address,
        call::Call,
        error::Result,
        hal::Hal,
        path::Path,
        resource::{
            ConsumerContractDocument, CrossContractDocument, ProviderContractDocument, ResultsOfPairDocument,
            SelfVerificationDocument,
        },
    },
    store::contracts::ContractRef,
};

/// Provider, its version, consumer, its version.
type Versions = (String, String, String, String);

/// Value of `Retry-After` if the comparison is not made yet, in seconds.
const COMPARED_AFTER: HeaderValue = HeaderValue::from_static("1");

async fn details(call: &Call, versions: Versions) -> Result<ComparisonDetails> {
    Ok(call
        .app()
        .comparison(&call.who, &BiDirectional::of_versions(versions))
        .await?)
}

fn answer(call: &Call, details: &ComparisonDetails) -> Result<Response> {
    let mut response = Hal::ok(CrossContractDocument::of(&call.base, details)?).into_response();
    if details.summary.is_none() {
        response.headers_mut().insert(header::RETRY_AFTER, COMPARED_AFTER);
    }
    Ok(response)
}

pub(super) async fn show(call: Call, Path(versions): Path<Versions>) -> Result<Response> {
    let details = details(&call, versions).await?;
    answer(&call, &details)
}

pub(super) async fn of_content(
    call: Call,
    Path((provider, provider_version, consumer, sha)): Path<Versions>,
) -> Result<Response> {
    let of = BiDirectional {
        provider,
        provider_version,
        consumer,
        consumer_contract: ContractRef::Sha(sha),
    };
    let details = call.app().comparison(&call.who, &of).await?;
    answer(&call, &details)
}

pub(super) async fn provider_contract(
    call: Call,
    Path(versions): Path<Versions>,
) -> Result<Hal<ProviderContractDocument>> {
    let found = details(&call, versions).await?.provider_contract;
    let details = call
        .app()
        .description_details(&call.who, &found.provider, &found.version)
        .await?;
    Ok(Hal::ok(ProviderContractDocument::whole(&call.base, &details)))
}

pub(super) async fn self_verification(
    call: Call,
    Path(versions): Path<Versions>,
) -> Result<Hal<SelfVerificationDocument>> {
    let (provider, version, consumer, other) = &versions;
    let itself = call.base.to(
        address::SELF_VERIFICATION_OF_PAIR,
        [provider, version, consumer, other],
    );
    let details = details(&call, versions).await?;
    Ok(Hal::ok(SelfVerificationDocument::of(
        itself,
        details.self_verification,
    )))
}

pub(super) async fn consumer_contract(
    call: Call,
    Path(versions): Path<Versions>,
) -> Result<Hal<ConsumerContractDocument>> {
    let details = details(&call, versions).await?;
    let document = call.app().document(&call.who, &details.consumer_contract).await?;
    Ok(Hal::ok(ConsumerContractDocument::of(
        &call.base,
        &details,
        &document.text,
    )))
}

pub(super) async fn results(
    call: Call,
    Path(versions): Path<Versions>,
) -> Result<Hal<ResultsOfPairDocument>> {
    let details = details(&call, versions).await?;
    Ok(Hal::ok(ResultsOfPairDocument::of(&call.base, &details)?))
}

//! Descriptions that providers publish.

use axum::response::{IntoResponse, Response};
use http::StatusCode;

use crate::{
    domain::bidirectional::{self, Basis, Compatibility, Level, ProviderPublication},
    http::{
        address,
        call::Call,
        error::Result,
        hal::Hal,
        member::{Members, any_text},
        path::Path,
        request_body::Json,
        resource::{
            ComparisonList, CompatibilityDocument, ProviderContractDocument, ProviderContractList,
            PublishedAs, PublishedProviderContractDocument, ResultsOfComparedList, SelfVerificationDocument,
        },
    },
};

/// A provider and its version.
type Version = (String, String);

pub(super) async fn publish(
    call: Call,
    Path(provider): Path<String>,
    request: Json,
) -> Result<Hal<PublishedProviderContractDocument>> {
    let length = request.length;
    let map = request.object()?;
    let publication = call
        .app()
        .heavy
        .run_on(length, move || bidirectional::parse(&map))
        .await??;
    let (document, _) = published(&call, provider, publication).await?;
    Ok(Hal::ok(document))
}

pub(super) async fn publish_older(
    call: Call,
    Path((provider, version)): Path<Version>,
    request: Json,
) -> Result<Response> {
    let length = request.length;
    let map = request.object()?;
    let number = version.clone();
    let publication = call
        .app()
        .heavy
        .run_on(length, move || bidirectional::parse_older(&map, &number))
        .await??;
    let location = call.base.to(address::PROVIDER_CONTRACT, [&provider, &version]);
    let (document, is_new) = published(&call, provider, publication).await?;
    let status = if is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok(Hal::created(location, document)
        .with_status(status)
        .into_response())
}

/// Publishes a description; returns whether the version had none before.
async fn published(
    call: &Call,
    provider: String,
    publication: ProviderPublication,
) -> Result<(PublishedProviderContractDocument, bool)> {
    let (version, branch) = (publication.version.clone(), publication.branch.clone());
    let tags = publication.tags.clone();
    let done = call
        .app()
        .publish_provider_contract(&call.who, provider.clone(), publication)
        .await?;
    let published = PublishedAs {
        provider: &provider,
        version: &version,
        branch: branch.as_deref(),
        tags: &tags,
    };
    let document = PublishedProviderContractDocument::of(&call.base, &published, done.notices);
    Ok((document, done.is_new))
}

pub(super) async fn list(call: Call, Path(provider): Path<String>) -> Result<Hal<ProviderContractList>> {
    let contracts = call.app().provider_contracts(&call.who, &provider).await?;
    Ok(Hal::ok(ProviderContractList::of(
        &call.base, &provider, &contracts,
    )?))
}

pub(super) async fn show(
    call: Call,
    Path((provider, version)): Path<Version>,
) -> Result<Hal<ProviderContractDocument>> {
    let details = call
        .app()
        .description_details(&call.who, &provider, &version)
        .await?;
    Ok(Hal::ok(ProviderContractDocument::whole(&call.base, &details)))
}

pub(super) async fn self_verification(
    call: Call,
    Path((provider, version)): Path<Version>,
) -> Result<Hal<SelfVerificationDocument>> {
    let details = call
        .app()
        .description_details(&call.who, &provider, &version)
        .await?;
    let itself = call.base.to(address::SELF_VERIFICATION, [&provider, &version]);
    Ok(Hal::ok(SelfVerificationDocument::of(
        itself,
        details.self_verification,
    )))
}

pub(super) async fn comparisons(call: Call, Path(version): Path<Version>) -> Result<Hal<ComparisonList>> {
    list_comparisons(&call, &version, address::COMPARISONS).await
}

pub(super) async fn compared_contracts(
    call: Call,
    Path(version): Path<Version>,
) -> Result<Hal<ComparisonList>> {
    list_comparisons(&call, &version, address::COMPARED_CONTRACTS).await
}

pub(super) async fn results_of_compared(
    call: Call,
    Path((provider, version)): Path<Version>,
) -> Result<Hal<ResultsOfComparedList>> {
    let compared = call
        .app()
        .results_of_compared(&call.who, &provider, &version)
        .await?;
    Ok(Hal::ok(ResultsOfComparedList::of(
        &call.base, &provider, &version, &compared,
    )))
}

/// Returns the comparisons of a provider version under one of their addresses.
async fn list_comparisons(
    call: &Call,
    (provider, version): &Version,
    itself: address::Address<2>,
) -> Result<Hal<ComparisonList>> {
    let details = call
        .app()
        .description_details(&call.who, provider, version)
        .await?;
    Ok(Hal::ok(ComparisonList::of(&call.base, &details, itself)))
}

/// Returns the changes since the description of another version, like `contract openapi diff`.
pub(super) async fn changes(
    call: Call,
    Path((provider, version, other)): Path<(String, String, String)>,
) -> Result<Hal<serde_json::Value>> {
    let written = call
        .app()
        .description_changes(&call.who, &provider, &other, &version, serde_json::to_value)
        .await?;
    Ok(Hal::ok(written.map_err(|error| {
        crate::http::error::Failure::internal(&error)
    })?))
}

/// Returns the contracts' coverage of the description, like `contract openapi coverage`.
pub(super) async fn coverage(
    call: Call,
    Path((provider, version)): Path<Version>,
) -> Result<Hal<serde_json::Value>> {
    let written = call
        .app()
        .description_coverage(&call.who, &provider, &version, serde_json::to_value)
        .await?;
    Ok(Hal::ok(written.map_err(|error| {
        crate::http::error::Failure::internal(&error)
    })?))
}

pub(super) async fn compatibility(
    call: Call,
    Path(provider): Path<String>,
) -> Result<Hal<CompatibilityDocument>> {
    let rule = call.app().compatibility(&call.who, &provider).await?;
    Ok(Hal::ok(CompatibilityDocument::of(&call.base, &provider, rule)))
}

pub(super) async fn set_compatibility(
    call: Call,
    Path(provider): Path<String>,
    request: Json,
) -> Result<Hal<CompatibilityDocument>> {
    let map = request.object()?;
    let mut members = Members::of(&map);
    let level = members.required_text("level", any_text);
    let level = Level::named(&level).unwrap_or_else(|| {
        if !level.is_empty() {
            let known = Level::ALL.map(Level::as_str).join(", ");
            members.fault("level", format!("must be one of {known}"));
        }
        Level::Off
    });
    let basis = members
        .text("basis", any_text)
        .map_or_else(Basis::default, |basis| {
            Basis::named(&basis).unwrap_or_else(|| {
                let known = Basis::ALL.map(Basis::as_str).join(", ");
                members.fault("basis", format!("must be one of {known}"));
                Basis::default()
            })
        });
    if let Some(fault) = crate::domain::name::fault(&provider) {
        members.fault("provider", fault);
    }
    members.finish()?;
    let rule = Compatibility { level, basis };
    call.app()
        .set_compatibility(&call.who, provider.clone(), rule)
        .await?;
    Ok(Hal::ok(CompatibilityDocument::of(&call.base, &provider, rule)))
}

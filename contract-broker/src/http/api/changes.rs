//! What changed between two versions of a contract, and what each change means for the provider.

use axum::extract::State;
use contract_core::contract::Contract;
use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    domain::diff::{Change, Diff, diff},
    http::{
        AppState,
        base_url::BaseUrl,
        error::{Failure, Result},
        hal::{self, Hal, titled},
        path::Path,
    },
    store::{
        Connection,
        contracts::{self, Publication, Which},
    },
};

/// `GET /pacts/provider/{provider}/consumer/{consumer}/version/{version}/changes`: since the previous content.
pub(super) async fn since_previous(
    State(state): State<AppState>,
    base: BaseUrl,
    Path((provider, consumer, version)): Path<(String, String, String)>,
) -> Result<Hal> {
    let mut connection = state.store.read().await?;
    let after = contracts::require(&mut connection, &provider, &consumer, &Which::Version(version)).await?;
    let before = contracts::previous_distinct(&mut connection, &after).await?;
    let before =
        before.ok_or_else(|| Failure::not_found("there is no earlier contract with other content"))?;
    show(&mut connection, &base, &before, &after).await
}

/// `GET /pacts/provider/{provider}/consumer/{consumer}/version/{version}/changes/version/{other}`: since that version.
pub(super) async fn since_version(
    State(state): State<AppState>,
    base: BaseUrl,
    Path((provider, consumer, version, other)): Path<(String, String, String, String)>,
) -> Result<Hal> {
    let mut connection = state.store.read().await?;
    let after = contracts::require(&mut connection, &provider, &consumer, &Which::Version(version)).await?;
    let before = contracts::require(&mut connection, &provider, &consumer, &Which::Version(other)).await?;
    show(&mut connection, &base, &before, &after).await
}

async fn show(
    connection: &mut Connection,
    base: &BaseUrl,
    before: &Publication,
    after: &Publication,
) -> Result<Hal> {
    let diff = diff(
        &contract(connection, before).await?,
        &contract(connection, after).await?,
    );
    let mut answer = body(&diff);
    let link = |publication: &Publication| {
        titled(
            super::contract_links::url(base, publication),
            super::contract_links::title(publication),
        )
    };
    let own = format!(
        "{}/changes/version/{}",
        super::contract_links::url(base, after),
        crate::http::base_url::encode(&before.consumer_version)
    );
    answer["_links"] = json!({
        "self": titled(own, "What changed"),
        "pb:pact-version": link(after),
        "pb:compared-pact-version": link(before),
        "curies": hal::curies(base, "pact"),
    });
    Ok(Hal::ok(answer))
}

async fn contract(connection: &mut Connection, publication: &Publication) -> Result<Contract> {
    let document = contracts::document(connection, publication.content_id)
        .await?
        .text;
    let origin = format!("the contract of version {}", publication.consumer_version);
    Contract::read_str(&document, &origin).map_err(|error| {
        Failure::Status(
            StatusCode::UNPROCESSABLE_ENTITY,
            format!("{origin} cannot be compared: {error}"),
        )
    })
}

fn body(diff: &Diff) -> Value {
    let interactions: Vec<Value> = diff
        .interactions
        .iter()
        .map(|one| {
            json!({
                "description": one.description,
                "providerStates": one.provider_states,
                "type": one.kind,
                "status": one.presence.as_str(),
                "effect": one.effect.as_str(),
                "changes": one.changes.iter().map(change).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "effect": diff.effect().map(crate::domain::diff::Effect::as_str),
        "unchangedInteractions": diff.unchanged,
        "interactions": interactions,
    })
}

/// A member `before` or `after` that is absent says that there was nothing.
fn change(change: &Change) -> Value {
    let mut shown = json!({
        "part": change.part,
        "path": change.path,
        "change": change.kind.as_str(),
        "effect": change.effect.as_str(),
    });
    for (name, value) in [("before", &change.before), ("after", &change.after)] {
        if let Some(value) = value {
            shown[name] = value.to_serde();
        }
    }
    shown
}

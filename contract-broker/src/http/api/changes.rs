//! What changed between two versions of a contract, and what each change means for the provider.

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use contract_core::contract::Contract;
use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    domain::diff::{Change, Diff, InteractionDiff, diff},
    http::{
        AppState,
        base_url::{BaseUrl, encode},
        error::{Failure, Result},
        hal::{self, Hal, titled},
        path::Path,
    },
    store::contracts::{self, Publication, Which},
};

/// `GET /pacts/provider/{provider}/consumer/{consumer}/version/{version}/changes`: since the previous content.
pub(super) async fn since_previous(
    State(state): State<AppState>,
    base: BaseUrl,
    Path((provider, consumer, version)): Path<(String, String, String)>,
) -> Result<Response> {
    let mut connection = state.store.read().await?;
    let after = contracts::require(&mut connection, &provider, &consumer, &Which::Version(version)).await?;
    let before = contracts::previous_distinct(&mut connection, &after).await?;
    let before =
        before.ok_or_else(|| Failure::not_found("there is no earlier contract with other content"))?;
    drop(connection);
    show(&state, &base, &before, &after).await
}

/// `GET /pacts/provider/{provider}/consumer/{consumer}/version/{version}/changes/version/{other}`: since that version.
pub(super) async fn since_version(
    State(state): State<AppState>,
    base: BaseUrl,
    Path((provider, consumer, version, other)): Path<(String, String, String, String)>,
) -> Result<Response> {
    let mut connection = state.store.read().await?;
    let after = contracts::require(&mut connection, &provider, &consumer, &Which::Version(version)).await?;
    let before = contracts::require(&mut connection, &provider, &consumer, &Which::Version(other)).await?;
    drop(connection);
    show(&state, &base, &before, &after).await
}

async fn show(
    state: &AppState,
    base: &BaseUrl,
    before: &Publication,
    after: &Publication,
) -> Result<Response> {
    let link = |publication: &Publication| {
        titled(
            super::contract_links::url(base, publication),
            super::contract_links::title(publication),
        )
    };
    let own = format!(
        "{}/changes/version/{}",
        super::contract_links::url(base, after),
        encode(&before.consumer_version)
    );
    let links = json!({
        "self": titled(own, "What changed"),
        "pb:pact-version": link(after),
        "pb:compared-pact-version": link(before),
        "curies": hal::curies(base, "pact"),
    });
    let answer = compared(state, before, after, move |diff| {
        let mut answer = body(&diff);
        answer["_links"] = links;
        Hal::ok(answer).into_response()
    });
    answer.await
}

/// Compares two contracts and makes an answer of it, beside the threads that serve everyone.
pub(crate) async fn compared<T: Send + 'static>(
    state: &AppState,
    before: &Publication,
    after: &Publication,
    answer: impl FnOnce(Diff) -> T + Send + 'static,
) -> Result<T> {
    let place = state.heavy.place().await?;
    let mut connection = state.store.read().await?;
    let mut documents = Vec::with_capacity(2);
    for publication in [before, after] {
        let document = contracts::document(&mut connection, publication.content_id).await?;
        let origin = format!("the contract of version {}", publication.consumer_version);
        documents.push((document.text, origin));
    }
    drop(connection);
    let answered = place.run(move |cancel| {
        let mut contracts = Vec::with_capacity(2);
        for (text, origin) in documents {
            cancel.check()?;
            match Contract::read_str(&text, &origin) {
                Ok(contract) => contracts.push(contract),
                Err(error) => {
                    let message = format!("{origin} cannot be compared: {error}");
                    return Ok(Err(Failure::Status(StatusCode::UNPROCESSABLE_ENTITY, message)));
                }
            }
        }
        let diff = diff(&contracts[0], &contracts[1], cancel)?;
        Ok(Ok(answer(diff)))
    });
    answered.await?
}

fn body(diff: &Diff) -> Value {
    let interactions: Vec<Value> = diff.interactions.iter().map(interaction).collect();
    let mut body = json!({
        "effect": diff.effect().map(crate::domain::diff::Effect::as_str),
        "unchangedInteractions": diff.unchanged,
        "interactions": interactions,
    });
    if diff.not_shown > 0 {
        body["interactionsNotShown"] = json!(diff.not_shown);
    }
    body
}

fn interaction(one: &InteractionDiff) -> Value {
    let mut body = json!({
        "description": one.description,
        "providerStates": one.provider_states,
        "type": one.kind,
        "status": one.presence.as_str(),
        "effect": one.effect.as_str(),
        "changes": one.changes.iter().map(change).collect::<Vec<_>>(),
    });
    if one.changes_not_shown > 0 {
        body["changesNotShown"] = json!(one.changes_not_shown);
    }
    body
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

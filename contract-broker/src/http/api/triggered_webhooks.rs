//! What webhooks sent: status, attempts, logs, and dead letters to be replayed.

use std::collections::BTreeMap;

use axum::{
    Extension,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};

use super::super::{
    AppState,
    base_url::BaseUrl,
    error::{Failure, Result},
    hal::{self, Hal, link, titled},
    negotiation,
    page::Page,
    path::{At, Path},
};
use crate::{
    app::Pair,
    auth::Principal,
    domain::{Refusal, time::iso},
    store::{
        Listed,
        deliveries::{Attempt, DeliveriesOf, Delivery, Status},
    },
};

/// `GET /pacts/provider/{provider}/consumer/{consumer}/version/{version}/triggered-webhooks`
pub(super) async fn of_contract(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path((provider, consumer, version)): Path<(String, String, String)>,
    at: At,
) -> Result<Hal> {
    let of = DeliveriesOf::Contract {
        provider,
        consumer,
        version,
    };
    let title = "Webhooks triggered by the publication of this contract";
    listing(&state, &who, &base, &of, &at, title).await
}

/// `GET …/pact-version/{sha}/verification-results/{number}/triggered-webhooks`
pub(super) async fn of_result(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path((provider, consumer, sha, number)): Path<(String, String, String, String)>,
    at: At,
) -> Result<Hal> {
    let number = number
        .parse()
        .map_err(|_| Failure::not_found("no verification result with this number"))?;
    let pair = Pair { consumer, provider };
    let result = state.app.result(&who, &pair, &sha, number).await?;
    let title = "Webhooks triggered by the publication of this result";
    listing(
        &state,
        &who,
        &base,
        &DeliveriesOf::Result(result.result.id),
        &at,
        title,
    )
    .await
}

/// `GET /webhooks/{uuid}/triggered-webhooks`; what a webhook sent is still there when it was deleted.
pub(super) async fn of_webhook(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path(uuid): Path<String>,
    at: At,
) -> Result<Hal> {
    let of = DeliveriesOf::Webhook(uuid);
    let title = "What this webhook sent, newest first";
    listing(&state, &who, &base, &of, &at, title).await
}

/// `GET /triggered-webhooks?status=failure`: the dead letters, or those of another status.
pub(super) async fn list(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    at: At,
) -> Result<Hal> {
    let status = at.query.get("status").unwrap_or("failure");
    let status = Status::named(status)
        .ok_or_else(|| Refusal::invalid("status", "must be one of not_run, retrying, success, failure"))?;
    let title = "Triggered webhooks, newest first";
    listing(&state, &who, &base, &DeliveriesOf::Status(status), &at, title).await
}

async fn listing(
    state: &AppState,
    who: &Principal,
    base: &BaseUrl,
    of: &DeliveriesOf,
    at: &At,
    title: &str,
) -> Result<Hal> {
    let page = Page::of(&at.query)?;
    let slice = Page::slice(page);
    let Listed { rows: found, total } = state.app.deliveries(who, of, slice).await?;
    let embedded = found
        .iter()
        .map(|delivery| body(state, base, delivery))
        .collect::<Vec<Value>>();
    let mut own = base.join(&at.path);
    if let DeliveriesOf::Status(status) = of {
        own = format!("{own}?status={}", status.as_str());
    }
    let mut answer = json!({
        "_embedded": { "triggeredWebhooks": embedded },
        "_links": { "self": titled(own, title), "curies": hal::curies(base, "index") },
    });
    if let Some(page) = Page::shown(page, total) {
        page.describe(total, &mut answer, base, &at.path, &at.query);
    }
    Ok(Hal::ok(answer))
}

/// `GET /triggered-webhooks/{uuid}`
pub(super) async fn show(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path(uuid): Path<String>,
) -> Result<Hal> {
    let delivery = state.app.delivery(&who, &uuid).await?;
    Ok(Hal::ok(body(&state, &base, &delivery)))
}

/// `DELETE /triggered-webhooks/{uuid}`: it is forgotten, and where it was still to be made it is not tried again.
pub(super) async fn delete(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    Path(uuid): Path<String>,
) -> Result<StatusCode> {
    state.app.delete_delivery(&who, &uuid).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /triggered-webhooks/{uuid}/replay`: sends it again, with retries, as if it had just been triggered.
pub(super) async fn replay(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path(uuid): Path<String>,
) -> Result<Hal> {
    let delivery = state.app.replay_delivery(&who, &uuid).await?;
    Ok(Hal::ok(body(&state, &base, &delivery)).with_status(StatusCode::ACCEPTED))
}

/// `GET /triggered-webhooks/{uuid}/logs`: text, or JSON when it is asked for.
pub(super) async fn logs(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    headers: HeaderMap,
    Path(uuid): Path<String>,
) -> Result<Response> {
    let offered = ["text/plain", "application/hal+json"];
    let Some(chosen) = negotiation::choose(&headers, &offered) else {
        let message = format!("only {} can be given here", offered.join(" and "));
        return Err(Failure::Status(StatusCode::NOT_ACCEPTABLE, message));
    };
    let delivery = state.app.delivery(&who, &uuid).await?;
    let attempts = state.app.attempts(&who, &delivery).await?;
    let log = |attempt: &Attempt| state.app.log_of(&who, &delivery, attempt);
    if chosen == "text/plain" {
        let text = attempts
            .iter()
            .enumerate()
            .fold(String::new(), |text, (index, attempt)| {
                text + &format!(
                    "--- attempt {} at {}\n{}\n",
                    index + 1,
                    iso(attempt.created_at),
                    log(attempt)
                )
            });
        return Ok(([(header::CONTENT_TYPE, "text/plain;charset=utf-8")], text).into_response());
    }
    let values = &delivery.values;
    let executions: Vec<Value> = attempts
        .into_iter()
        .map(|attempt| json!({ "success": attempt.success, "logs": log(&attempt), "createdAt": iso(attempt.created_at) }))
        .collect();
    Ok(Hal::ok(json!({
        "eventName": delivery.event_name,
        "consumerName": values.value("consumerName"),
        "providerName": values.value("providerName"),
        "executions": executions,
        "_links": { "self": link(base.url(["triggered-webhooks", &uuid, "logs"])) },
    }))
    .into_response())
}

/// `GET /pacts/provider/{provider}/consumer/{consumer}/webhooks/status`
pub(super) async fn status(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path(pair): Path<Pair>,
) -> Result<Hal> {
    let found = state.app.latest_deliveries(&who, &pair).await?;
    let Pair { consumer, provider } = &pair;
    let mut counts: BTreeMap<&str, u64> = BTreeMap::from([("successful", 0), ("failed", 0)]);
    for delivery in &found {
        let name = match delivery.status {
            Status::Success => "successful",
            Status::Failure => "failed",
            Status::Retrying => "retrying",
            Status::NotRun => "notRun",
        };
        *counts.entry(name).or_default() += 1;
    }
    let errors: Vec<Value> = found
        .iter()
        .filter(|delivery| delivery.status == Status::Failure)
        .map(|delivery| {
            titled(
                base.url(["triggered-webhooks", &delivery.uuid, "logs"]),
                "Logs of the failed webhook",
            )
        })
        .collect();
    let embedded = found
        .iter()
        .map(|delivery| body(&state, &base, delivery))
        .collect::<Vec<Value>>();
    let segments = ["pacts", "provider", provider, "consumer", consumer];
    let at = |last: &'static str| base.url(segments.iter().copied().chain(last.split('/')));
    Ok(Hal::ok(json!({
        "summary": counts,
        "_embedded": { "triggeredWebhooks": embedded },
        "_links": {
            "self": titled(at("webhooks/status"), "Webhooks status"),
            "pb:error-logs": errors,
            "pb:pact-webhooks": titled(at("webhooks"), format!("Webhooks for the contract between {consumer} and {provider}")),
            "pb:pact-version": titled(at("latest"), "The latest contract"),
            "pb:consumer": titled(base.url(["pacticipants", consumer]), "Consumer"),
            "pb:provider": titled(base.url(["pacticipants", provider]), "Provider"),
            "curies": hal::curies(&base, "index"),
        },
    })))
}

fn body(state: &AppState, base: &BaseUrl, delivery: &Delivery) -> Value {
    let values = &delivery.values;
    let remaining = match delivery.status {
        Status::Success | Status::Failure => 0,
        Status::NotRun | Status::Retrying => (state.app.most_attempts() - delivery.failures).max(0),
    };
    let name = format!(
        "{} for {} and {}",
        delivery.event_name,
        values.value("consumerName"),
        values.value("providerName")
    );
    let logs = titled(
        base.url(["triggered-webhooks", &delivery.uuid, "logs"]),
        "Logs of the attempts",
    );
    let mut links = json!({
        "self": link(base.url(["triggered-webhooks", &delivery.uuid])),
        "pb:logs": logs,
        "logs": logs,
        "pb:webhook": link(base.url(["webhooks", &delivery.webhook_uuid])),
    });
    if delivery.due_at.is_none() {
        links["pb:replay"] = titled(
            base.url(["triggered-webhooks", &delivery.uuid, "replay"]),
            "POST to send it again",
        );
    }
    hal::compact(json!({
        "name": name,
        "uuid": delivery.uuid,
        "status": delivery.status.as_str(),
        "attemptsMade": delivery.attempts,
        "attemptsRemaining": remaining,
        "triggerType": delivery.trigger_type,
        "eventName": delivery.event_name,
        "triggeredAt": iso(delivery.created_at),
        "nextAttemptAt": delivery.due_at.map(iso),
        "_links": links,
    }))
}

//! Deliveries of webhooks: status, attempts, logs, and replay of dead letters.

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};

use crate::{
    app::Pair,
    domain::{Refusal, time::iso},
    http::{
        address,
        call::Call,
        error::{Failure, Result},
        hal::Hal,
        negotiation,
        page::Page,
        path::{At, PairAnd, Path},
        resource::{
            Delivered, DeliveryDocument, DeliveryList, DeliveryLogs, Execution, Link, Links, Time,
            WebhookStatusDocument,
        },
    },
    store::deliveries::{Attempt, DeliveriesOf, Delivery, Status},
};

/// Lists the deliveries triggered by a contract.
pub(super) async fn of_contract(
    call: Call,
    Path((provider, consumer, version)): Path<PairAnd>,
    at: At,
) -> Result<Hal<DeliveryList>> {
    let of = DeliveriesOf::Contract {
        provider,
        consumer,
        version,
    };
    listing(
        &call,
        &of,
        &at,
        "Webhooks triggered by the publication of this contract",
    )
    .await
}

/// Lists the deliveries triggered by a verification result.
pub(super) async fn of_result(
    call: Call,
    Path((provider, consumer, sha, number)): Path<(String, String, String, String)>,
    at: At,
) -> Result<Hal<DeliveryList>> {
    let number = number
        .parse()
        .map_err(|_| Failure::not_found("no verification result with this number"))?;
    let pair = Pair { consumer, provider };
    let result = call.app().result(&call.who, &pair, &sha, number).await?;
    let of = DeliveriesOf::Result(result.result.id);
    listing(
        &call,
        &of,
        &at,
        "Webhooks triggered by the publication of this result",
    )
    .await
}

/// Lists the deliveries of a webhook, even if the webhook was deleted.
pub(super) async fn of_webhook(call: Call, Path(uuid): Path<String>, at: At) -> Result<Hal<DeliveryList>> {
    let of = DeliveriesOf::Webhook(uuid);
    listing(&call, &of, &at, "What this webhook sent, newest first").await
}

/// Lists the dead letters, or the deliveries with the status in the query.
pub(super) async fn list(call: Call, at: At) -> Result<Hal<DeliveryList>> {
    let status = at.query.get("status").unwrap_or("failure");
    let status = Status::named(status)
        .ok_or_else(|| Refusal::invalid("status", "must be one of not_run, retrying, success, failure"))?;
    let of = DeliveriesOf::Status(status);
    listing(&call, &of, &at, "Triggered webhooks, newest first").await
}

async fn listing(call: &Call, of: &DeliveriesOf, at: &At, title: &str) -> Result<Hal<DeliveryList>> {
    let page = Page::of(&at.query)?;
    let found = call.app().deliveries(&call.who, of, Page::slice(page)).await?;
    let mut own = call.base.join(&at.path);
    if let DeliveriesOf::Status(status) = of {
        own = format!("{own}?status={}", status.as_str());
    }
    let itself = Link::to(own).titled(title);
    let most = call.app().most_attempts();
    Ok(Hal::ok(DeliveryList::of(
        &call.base, &found, most, itself, page, at,
    )))
}

fn shown(call: &Call, delivery: &Delivery) -> Hal<DeliveryDocument> {
    let most_attempts = call.app().most_attempts();
    Hal::ok(DeliveryDocument::of(
        &call.base,
        Delivered {
            delivery,
            most_attempts,
        },
    ))
}

pub(super) async fn show(call: Call, Path(uuid): Path<String>) -> Result<Hal<DeliveryDocument>> {
    let delivery = call.app().delivery(&call.who, &uuid).await?;
    Ok(shown(&call, &delivery))
}

/// Deletes a delivery; a pending one is not attempted again.
pub(super) async fn delete(call: Call, Path(uuid): Path<String>) -> Result<StatusCode> {
    call.app().delete_delivery(&call.who, &uuid).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Requeues a delivery, with retries, as if it had just been triggered.
pub(super) async fn replay(call: Call, Path(uuid): Path<String>) -> Result<Hal<DeliveryDocument>> {
    let delivery = call.app().replay_delivery(&call.who, &uuid).await?;
    Ok(shown(&call, &delivery).with_status(StatusCode::ACCEPTED))
}

/// Returns the attempts of a delivery: as text, or as JSON if requested.
pub(super) async fn logs(call: Call, headers: HeaderMap, Path(uuid): Path<String>) -> Result<Response> {
    let offered = ["text/plain", "application/hal+json"];
    let Some(chosen) = negotiation::choose(&headers, &offered) else {
        let message = format!("only {} can be given here", offered.join(" and "));
        return Err(Failure::Status(StatusCode::NOT_ACCEPTABLE, message));
    };
    let delivery = call.app().delivery(&call.who, &uuid).await?;
    let attempts = call.app().attempts(&call.who, &delivery).await?;
    let log = |attempt: &Attempt| call.app().log_of(&call.who, &delivery, attempt);
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
    let executions = attempts.iter().map(|attempt| Execution {
        success: attempt.success,
        logs: log(attempt),
        created_at: Time(attempt.created_at),
    });
    let values = &delivery.values;
    Ok(Hal::ok(DeliveryLogs {
        executions: executions.collect(),
        event_name: delivery.event_name.clone(),
        consumer_name: values.value("consumerName").to_owned(),
        provider_name: values.value("providerName").to_owned(),
        links: Links::itself(Link::to(call.base.to(address::LOGS, [&uuid]))),
    })
    .into_response())
}

/// Returns the status of the webhooks of a pair.
pub(super) async fn status(call: Call, Path(pair): Path<Pair>) -> Result<Hal<WebhookStatusDocument>> {
    let found = call.app().latest_deliveries(&call.who, &pair).await?;
    let most = call.app().most_attempts();
    Ok(Hal::ok(WebhookStatusDocument::of(
        &call.base, &pair, &found, most,
    )))
}

//! Deliveries of webhooks.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Link, Links, List, Time};
use crate::{
    app::Pair,
    http::{address, base_url::BaseUrl, page::Page, path::At},
    store::{
        Listed,
        deliveries::{Delivery, Status},
    },
};

/// A delivery of a webhook.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeliveryDocument {
    name: String,
    uuid: String,
    status: Status,
    attempts_made: i64,
    attempts_remaining: i64,
    trigger_type: String,
    event_name: String,
    triggered_at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_attempt_at: Option<Time>,
    #[serde(rename = "_links")]
    links: Links,
}

/// A delivery, with further data of its document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Delivered<'a> {
    pub(crate) delivery: &'a Delivery,
    /// Maximum number of attempts.
    pub(crate) most_attempts: i64,
}

impl DeliveryDocument {
    pub(crate) fn of(
        base: &BaseUrl,
        Delivered {
            delivery,
            most_attempts,
        }: Delivered<'_>,
    ) -> Self {
        let values = &delivery.values;
        let name = format!(
            "{} for {} and {}",
            delivery.event_name,
            values.value("consumerName"),
            values.value("providerName")
        );
        let at = |address| Link::to(base.to(address, [&delivery.uuid]));
        let logs = at(address::LOGS).titled("Logs of the attempts");
        let mut links = Links::itself(at(address::TRIGGERED_WEBHOOK))
            .with("pb:logs", logs.clone())
            .with("logs", logs)
            .with(
                "pb:webhook",
                Link::to(base.to(address::WEBHOOK, [&delivery.webhook_uuid])),
            );
        if delivery.due_at.is_none() {
            links.add("pb:replay", at(address::REPLAY).titled("POST to send it again"));
        }
        Self {
            name,
            uuid: delivery.uuid.clone(),
            status: delivery.status,
            attempts_made: delivery.attempts,
            attempts_remaining: match delivery.status {
                Status::Success | Status::Failure => 0,
                Status::NotRun | Status::Retrying => (most_attempts - delivery.failures).max(0),
            },
            trigger_type: delivery.trigger_type.clone(),
            event_name: delivery.event_name.clone(),
            triggered_at: Time(delivery.created_at),
            next_attempt_at: delivery.due_at.map(Time),
            links,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Deliveries {
    triggered_webhooks: Vec<DeliveryDocument>,
}

impl Deliveries {
    fn of(base: &BaseUrl, deliveries: &[Delivery], most_attempts: i64) -> Self {
        let documents = deliveries.iter().map(|delivery| {
            DeliveryDocument::of(
                base,
                Delivered {
                    delivery,
                    most_attempts,
                },
            )
        });
        Self {
            triggered_webhooks: documents.collect(),
        }
    }
}

/// Deliveries, newest first.
pub(crate) type DeliveryList = List<Deliveries>;

impl DeliveryList {
    /// Creates the list. `itself` is its link to itself.
    pub(crate) fn of(
        base: &BaseUrl,
        found: &Listed<Delivery>,
        most_attempts: i64,
        itself: Link,
        page: Option<Page>,
        at: &At,
    ) -> Self {
        let mut links = Links::itself(itself).curies(base, "index");
        let page = Page::describe_shown(page, found.total, &mut links, base, at);
        Self {
            embedded: Deliveries::of(base, &found.rows, most_attempts),
            links,
            page,
        }
    }
}

/// The attempts of a delivery.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeliveryLogs {
    pub(crate) event_name: String,
    pub(crate) consumer_name: String,
    pub(crate) provider_name: String,
    pub(crate) executions: Vec<Execution>,
    #[serde(rename = "_links")]
    pub(crate) links: Links,
}

/// An attempt of a delivery.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Execution {
    pub(crate) success: bool,
    pub(crate) logs: String,
    pub(crate) created_at: Time,
}

/// The status of the webhooks of a pair.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookStatusDocument {
    summary: StatusCounts,
    #[serde(rename = "_embedded")]
    embedded: Deliveries,
    #[serde(rename = "_links")]
    links: Links,
}

/// Number of webhooks by status.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StatusCounts {
    successful: u64,
    failed: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    retrying: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_run: Option<u64>,
}

impl WebhookStatusDocument {
    pub(crate) fn of(base: &BaseUrl, pair: &Pair, found: &[Delivery], most_attempts: i64) -> Self {
        let Pair { consumer, provider } = pair;
        let mut summary = StatusCounts::default();
        for delivery in found {
            match delivery.status {
                Status::Success => summary.successful += 1,
                Status::Failure => summary.failed += 1,
                Status::Retrying => *summary.retrying.get_or_insert_default() += 1,
                Status::NotRun => *summary.not_run.get_or_insert_default() += 1,
            }
        }
        let failed = found.iter().filter(|delivery| delivery.status == Status::Failure);
        let errors = failed.map(|delivery| {
            Link::to(base.to(address::LOGS, [&delivery.uuid])).titled("Logs of the failed webhook")
        });
        let at = |address, title: &str| Link::to(base.to(address, [provider, consumer])).titled(title);
        let pacticipant = |name: &str| Link::to(base.to(address::PACTICIPANT, [name]));
        let webhooks = format!("Webhooks for the contract between {consumer} and {provider}");
        Self {
            summary,
            embedded: Deliveries::of(base, found, most_attempts),
            links: Links::itself(at(address::WEBHOOK_STATUS, "Webhooks status"))
                .with_all("pb:error-logs", errors)
                .with("pb:pact-webhooks", at(address::WEBHOOKS_OF_CONTRACT, &webhooks))
                .with(
                    "pb:pact-version",
                    at(address::LATEST_CONTRACT, "The latest contract"),
                )
                .with("pb:consumer", pacticipant(consumer).titled("Consumer"))
                .with("pb:provider", pacticipant(provider).titled("Provider"))
                .curies(base, "index"),
        }
    }
}

//! The pages with webhooks, their deliveries, and errors.

use std::collections::HashMap;

use askama::Template;
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;

use super::{
    fault::{Fault, Result},
    frame::{Frame, Section},
    page::{frame, links, page as render},
    relative_time::RelativeTime,
    short::short,
};
use crate::{
    app::{self, AnsweredDeliveries, App, Pair},
    auth::Access,
    domain::{Refusal, time::now},
    http::{call::Call, path::Path},
    store::{
        Slice,
        deliveries::{DeliveriesOf, Delivery, NEWEST, Status},
        webhooks::Webhook,
    },
    webhook::Party,
};

/// A webhook as displayed on pages, with secrets masked.
struct Shown {
    uuid: String,
    title: String,
    enabled: bool,
    scope: String,
    events: Vec<&'static str>,
    filters: Vec<String>,
    /// Such as `POST https://ci.example.org/build`; the error if it cannot be decrypted.
    request: String,
    /// The headers and the body as defined by their author.
    headers: String,
    body: String,
}

impl Shown {
    fn new(app: &App, webhook: Webhook, access: Access) -> Self {
        let (uuid, scope) = (webhook.uuid.clone(), webhook.scope.clone());
        let party = |party: &Party, all: &str| match party {
            Party::Any => all.to_owned(),
            Party::Name(name) => name.clone(),
            Party::Label(label) => format!("labelled {label}"),
        };
        let filters = [
            ("consumer on", &scope.filters.consumer_branches),
            ("provider on", &scope.filters.provider_branches),
            ("in", &scope.filters.environments),
        ];
        let filters = filters.into_iter().filter(|(_, names)| !names.is_empty());
        let mut shown = Self {
            title: webhook.description.clone().unwrap_or_default(),
            enabled: scope.enabled,
            scope: format!(
                "{} → {}",
                party(&scope.consumer, "any consumer"),
                party(&scope.provider, "any provider")
            ),
            events: scope.events.iter().map(|event| event.as_str()).collect(),
            filters: filters
                .map(|(what, names)| format!("{what} {}", names.join(", ")))
                .collect(),
            uuid,
            request: String::new(),
            headers: String::new(),
            body: String::new(),
        };
        match app.decrypted(webhook) {
            Ok(definition) => {
                let request = definition.request.shown(access);
                shown.request = format!("{} {}", request.method.to_uppercase(), request.url);
                let headers: Vec<String> = request
                    .headers
                    .iter()
                    .map(|(name, value)| format!("{name}: {value}"))
                    .collect();
                shown.headers = headers.join("\n");
                shown.body = request.body.as_ref().map(pretty).unwrap_or_default();
                shown.title = definition.title();
            }
            Err(problem) => shown.request = problem.to_string(),
        }
        shown
    }
}

fn pretty(body: &serde_json::Value) -> String {
    match body {
        serde_json::Value::String(text) => text.clone(),
        body => serde_json::to_string_pretty(body).unwrap_or_default(),
    }
}

/// A delivery as displayed on pages.
struct Sent {
    uuid: String,
    webhook: String,
    /// The title of the webhook.
    title: String,
    /// Whether the user may replay it.
    replayable: bool,
    event: String,
    consumer: String,
    consumer_version: String,
    provider: String,
    provider_version: String,
    status: Status,
    /// The status of the receiver's last response.
    answered: Option<i64>,
    attempts: i64,
    at: RelativeTime,
}

impl Sent {
    fn new(delivery: Delivery, around: &Around) -> Self {
        let value = |name| delivery.values.value(name).to_owned();
        Self {
            title: around
                .titles
                .get(&delivery.webhook_uuid)
                .cloned()
                .unwrap_or_else(|| "deleted webhook".to_owned()),
            consumer: value("consumerName"),
            consumer_version: value("consumerVersionNumber"),
            provider: value("providerName"),
            provider_version: value("providerVersionNumber"),
            answered: around.answers.get(&delivery.id).copied(),
            at: RelativeTime::new(delivery.created_at, around.now),
            replayable: around.access == Access::Write && delivery.status == Status::Failure,
            uuid: delivery.uuid,
            webhook: delivery.webhook_uuid,
            event: delivery.event_name,
            status: delivery.status,
            attempts: delivery.attempts,
        }
    }

    fn class(&self) -> &'static str {
        match self.status {
            Status::Success => "good",
            Status::Failure => "bad",
            Status::Retrying => "warn",
            Status::NotRun => "none",
        }
    }

    fn word(&self) -> &'static str {
        match self.status {
            Status::Success => "delivered",
            Status::Failure => "failed",
            Status::Retrying => "retrying",
            Status::NotRun => "waiting",
        }
    }
}

/// Further data of a page with deliveries.
struct Around {
    access: Access,
    now: i64,
    /// The titles of webhooks, by uuid.
    titles: HashMap<String, String>,
    /// The status of the last response, by delivery.
    answers: HashMap<i64, i64>,
}

/// Returns deliveries as displayed on a page.
fn sent(found: AnsweredDeliveries, access: Access) -> Vec<Sent> {
    let around = Around {
        access,
        now: now(),
        titles: found.titles,
        answers: found.answers,
    };
    found
        .deliveries
        .into_iter()
        .map(|delivery| Sent::new(delivery, &around))
        .collect()
}

#[derive(Template)]
#[template(path = "webhooks.html")]
struct ListPage {
    frame: Frame,
    webhooks: Vec<Shown>,
    dead: Vec<Sent>,
}

/// `GET /webhooks`
pub(super) async fn list(call: Call) -> Result<Response> {
    let found = call.app().webhooks(&call.who).await?;
    let failed = DeliveriesOf::Status(Status::Failure);
    let dead = call
        .app()
        .answered_deliveries(&call.who, &failed, Slice::first(20))
        .await?;
    let dead = sent(dead, call.who.access());
    let page = ListPage {
        frame: frame(&call, Some(Section::Webhooks)),
        webhooks: found
            .into_iter()
            .map(|webhook| Shown::new(call.app(), webhook, call.who.access()))
            .collect(),
        dead,
    };
    render(StatusCode::OK, page)
}

#[derive(Template)]
#[template(path = "webhook.html")]
struct WebhookPage {
    frame: Frame,
    webhook: Shown,
    sent: Vec<Sent>,
}

/// `GET /webhooks/{uuid}`
pub(super) async fn page(call: Call, Path(uuid): Path<String>) -> Result<Response> {
    let webhook = call.app().webhook(&call.who, &uuid).await?;
    let of = DeliveriesOf::Webhook(uuid);
    let found = call
        .app()
        .answered_deliveries(&call.who, &of, Slice::first(100))
        .await?;
    let page = WebhookPage {
        frame: frame(&call, Some(Section::Webhooks)),
        webhook: Shown::new(call.app(), webhook, call.who.access()),
        sent: sent(found, call.who.access()),
    };
    render(StatusCode::OK, page)
}

#[derive(Template)]
#[template(path = "webhook_logs.html")]
struct LogsPage {
    frame: Frame,
    sent: Sent,
    attempts: Vec<Tried>,
}

struct Tried {
    success: bool,
    answered: Option<i64>,
    at: RelativeTime,
    log: String,
}

/// `GET /triggered-webhooks/{uuid}/logs`
pub(super) async fn logs(call: Call, Path(uuid): Path<String>) -> Result<Response> {
    let now = now();
    let delivery = call.app().delivery(&call.who, &uuid).await?;
    let attempts = call.app().attempts(&call.who, &delivery).await?;
    let of = DeliveriesOf::Uuid(uuid);
    let found = call
        .app()
        .answered_deliveries(&call.who, &of, Slice::first(1))
        .await?;
    let sent = sent(found, call.who.access())
        .pop()
        .ok_or_else(|| Fault::missing("There is no triggered webhook with this id."))?;
    let attempts = attempts
        .into_iter()
        .map(|attempt| Tried {
            success: attempt.success,
            answered: attempt.answered,
            at: RelativeTime::new(attempt.created_at, now),
            log: call.app().log_of(&call.who, &delivery, &attempt),
        })
        .collect();
    let frame = frame(&call, Some(Section::Webhooks));
    render(
        StatusCode::OK,
        LogsPage {
            frame,
            sent,
            attempts,
        },
    )
}

#[derive(Template)]
#[template(path = "triggered.html")]
struct TriggeredPage {
    frame: Frame,
    /// What triggered them, and the address of its page.
    about: String,
    back: String,
    sent: Vec<Sent>,
}

/// `GET /pacts/provider/{provider}/consumer/{consumer}/version/{version}/triggered-webhooks`
pub(super) async fn of_contract(
    call: Call,
    Path((provider, consumer, version)): Path<(String, String, String)>,
) -> Result<Response> {
    let frame = frame(&call, Some(Section::Integrations));
    let back = frame.links.contract(&provider, &consumer, &version);
    let about = format!("the contract of {consumer} {} with {provider}", short(&version));
    let of = DeliveriesOf::Contract {
        provider,
        consumer,
        version,
    };
    triggered(&call, &of, frame, (about, back)).await
}

/// `GET …/pact-version/{sha}/verification-results/{number}/triggered-webhooks`
pub(super) async fn of_result(
    call: Call,
    Path((provider, consumer, sha, number)): Path<(String, String, String, String)>,
) -> Result<Response> {
    let missing = || Fault::missing("There is no verification result with this number.");
    let number: i64 = number.parse().map_err(|_| missing())?;
    let pair = Pair { consumer, provider };
    let result = call.app().result(&call.who, &pair, &sha, number).await?;
    let Pair { consumer, provider } = pair;
    let frame = frame(&call, Some(Section::Integrations));
    let back = frame.links.result(&provider, &consumer, &sha, number);
    let about = format!(
        "the verification of {consumer} by {provider} {}",
        short(&result.result.provider_version)
    );
    triggered(&call, &DeliveriesOf::Result(number), frame, (about, back)).await
}

async fn triggered(
    call: &Call,
    of: &DeliveriesOf,
    frame: Frame,
    (about, back): (String, String),
) -> Result<Response> {
    let found = call.app().answered_deliveries(&call.who, of, NEWEST).await?;
    let sent = sent(found, call.who.access());
    render(
        StatusCode::OK,
        TriggeredPage {
            frame,
            about,
            back,
            sent,
        },
    )
}

/// `POST /triggered-webhooks/{uuid}/replay` from a form: replays it, and redirects to its logs.
pub(super) async fn replay(call: Call, Path(uuid): Path<String>) -> Result<Response> {
    match call.app().replay_delivery(&call.who, &uuid).await {
        // A delivery in progress needs no replay.
        Ok(_) | Err(app::Error::Refused(Refusal::Conflict(_))) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(Redirect::to(&links(&call.base).logs(&uuid)).into_response())
}

//! Webhooks, what they sent, and why it failed.

use std::collections::HashMap;

use askama::Template;
use axum::{
    Extension,
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;

use super::{
    fault::{Fault, Result},
    frame::{Frame, Section},
    page::{frame, page as render, read},
    short::short,
    stamp::Stamp,
};
use crate::{
    auth::{Access, Principal},
    domain::time::now,
    http::{AppState, base_url::BaseUrl, path::Path},
    store::{
        Connection, Slice,
        contracts::{self, Which},
        deliveries::{self, Delivery, Of, Status},
        verifications,
        webhooks::{self, Webhook},
    },
    webhook::Party,
};

/// A webhook as pages show it; secrets masked.
struct Shown {
    uuid: String,
    title: String,
    enabled: bool,
    scope: String,
    events: Vec<&'static str>,
    filters: Vec<String>,
    /// As `POST https://ci.example.org/build`; what is wrong where it cannot be decrypted.
    request: String,
    /// The headers and the body as their author wrote them.
    headers: String,
    body: String,
}

impl Shown {
    fn new(state: &AppState, webhook: Webhook, access: Access) -> Self {
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
        match state.app.courier.open(webhook) {
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
            Err(problem) => shown.request = problem,
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

/// A delivery as pages show it.
struct Sent {
    uuid: String,
    webhook: String,
    /// What the webhook is called.
    title: String,
    /// Whether whoever asks may send it again.
    replayable: bool,
    event: String,
    consumer: String,
    consumer_version: String,
    provider: String,
    provider_version: String,
    status: Status,
    /// The status that the receiver answered with, the last time.
    answered: Option<i64>,
    attempts: i64,
    at: Stamp,
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
            at: Stamp::new(delivery.created_at, around.now),
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

/// What a page knows beside its deliveries.
struct Around {
    access: Access,
    now: i64,
    /// What webhooks are called, by uuid.
    titles: HashMap<String, String>,
    /// The last answers, by delivery.
    answers: HashMap<i64, i64>,
}

/// Deliveries as a page shows them.
async fn sent(
    connection: &mut Connection,
    deliveries: Vec<Delivery>,
    titles: HashMap<String, String>,
    access: Access,
) -> Result<Vec<Sent>> {
    let ids: Vec<i64> = deliveries.iter().map(|delivery| delivery.id).collect();
    let around = Around {
        access,
        now: now(),
        titles,
        answers: deliveries::last_answers(connection, &ids).await?,
    };
    Ok(deliveries
        .into_iter()
        .map(|delivery| Sent::new(delivery, &around))
        .collect())
}

/// What webhooks are called, by uuid.
fn titles<'w>(webhooks: impl IntoIterator<Item = &'w Webhook>) -> HashMap<String, String> {
    webhooks
        .into_iter()
        .map(|webhook| {
            let title = webhook.scope.title(webhook.description.as_deref());
            (webhook.uuid.clone(), title)
        })
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
pub(super) async fn list(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
) -> Result<Response> {
    let mut connection = read(&state).await?;
    let found = webhooks::all(&mut connection).await?;
    let dead = deliveries::list(&mut connection, &Of::Status(Status::Failure), Slice::first(20)).await?;
    let dead = sent(&mut connection, dead.rows, titles(&found), who.access()).await?;
    drop(connection);
    let page = ListPage {
        frame: frame(&base, Some(Section::Webhooks)),
        webhooks: found
            .into_iter()
            .map(|webhook| Shown::new(&state, webhook, who.access()))
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
pub(super) async fn page(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path(uuid): Path<String>,
) -> Result<Response> {
    let mut connection = read(&state).await?;
    let webhook = webhooks::find(&mut connection, &uuid).await?;
    let webhook = webhook.ok_or_else(|| Fault::missing("There is no webhook with this id."))?;
    let found = deliveries::list(&mut connection, &Of::Webhook(uuid), Slice::first(100)).await?;
    let sent = sent(&mut connection, found.rows, titles([&webhook]), who.access()).await?;
    drop(connection);
    let page = WebhookPage {
        frame: frame(&base, Some(Section::Webhooks)),
        webhook: Shown::new(&state, webhook, who.access()),
        sent,
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
    at: Stamp,
    log: String,
}

/// `GET /triggered-webhooks/{uuid}/logs`
pub(super) async fn logs(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path(uuid): Path<String>,
) -> Result<Response> {
    let now = now();
    let mut connection = read(&state).await?;
    let mut found = deliveries::list(&mut connection, &Of::Uuid(uuid), Slice::first(1)).await?;
    let delivery = found
        .rows
        .pop()
        .ok_or_else(|| Fault::missing("There is no triggered webhook with this id."))?;
    let attempts = deliveries::attempts(&mut connection, delivery.id).await?;
    let webhook = webhooks::find(&mut connection, &delivery.webhook_uuid).await?;
    let uuid = delivery.uuid.clone();
    let sent = sent(&mut connection, vec![delivery], titles(&webhook), who.access())
        .await?
        .pop()
        .ok_or_else(|| Fault::missing("There is no triggered webhook with this id."))?;
    drop(connection);
    let attempts = attempts
        .into_iter()
        .map(|attempt| Tried {
            success: attempt.success,
            answered: attempt.answered,
            at: Stamp::new(attempt.created_at, now),
            log: state.app.courier.log(&uuid, &attempt.log).text(who.access()),
        })
        .collect();
    let frame = frame(&base, Some(Section::Webhooks));
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
    /// What triggered them, and its page.
    about: String,
    back: String,
    sent: Vec<Sent>,
}

/// `GET /pacts/provider/{provider}/consumer/{consumer}/version/{version}/triggered-webhooks`
pub(super) async fn of_contract(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path((provider, consumer, version)): Path<(String, String, String)>,
) -> Result<Response> {
    let mut connection = read(&state).await?;
    let which = Which::Version(version.clone());
    contracts::require(&mut connection, &provider, &consumer, &which).await?;
    let frame = frame(&base, Some(Section::Integrations));
    let back = frame.links.contract(&provider, &consumer, &version);
    let about = format!("the contract of {consumer} {} with {provider}", short(&version));
    let of = Of::Contract {
        provider,
        consumer,
        version,
    };
    triggered(&mut connection, &of, who.access(), frame, (about, back)).await
}

/// `GET …/pact-version/{sha}/verification-results/{number}/triggered-webhooks`
pub(super) async fn of_result(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    base: BaseUrl,
    Path((provider, consumer, sha, number)): Path<(String, String, String, String)>,
) -> Result<Response> {
    let missing = || Fault::missing("There is no verification result with this number.");
    let number: i64 = number.parse().map_err(|_| missing())?;
    let mut connection = read(&state).await?;
    let result = verifications::require(&mut connection, &provider, &consumer, &sha, number).await?;
    let frame = frame(&base, Some(Section::Integrations));
    let back = frame.links.result(&provider, &consumer, &sha, number);
    let about = format!(
        "the verification of {consumer} by {provider} {}",
        short(&result.result.provider_version)
    );
    triggered(
        &mut connection,
        &Of::Result(number),
        who.access(),
        frame,
        (about, back),
    )
    .await
}

async fn triggered(
    connection: &mut Connection,
    of: &Of,
    access: Access,
    frame: Frame,
    (about, back): (String, String),
) -> Result<Response> {
    let found = deliveries::list(connection, of, deliveries::NEWEST).await?.rows;
    let listeners = webhooks::listeners(connection).await?;
    let titles = listeners
        .iter()
        .map(|webhook| (webhook.uuid.clone(), webhook.title()))
        .collect();
    let sent = sent(connection, found, titles, access).await?;
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

/// `POST /triggered-webhooks/{uuid}/replay` from a form: sends it again, and goes on to its logs.
pub(super) async fn replay(
    State(state): State<AppState>,
    base: BaseUrl,
    Path(uuid): Path<String>,
) -> Result<Response> {
    let replayed = state
        .app
        .store
        .write(
            (uuid.clone(), state.app.courier.now()),
            |connection, (uuid, due_at)| Box::pin(deliveries::replay(connection, uuid, *due_at)),
        )
        .await?;
    if replayed {
        state.app.courier.wake();
    }
    Ok(Redirect::to(&frame(&base, None).links.logs(&uuid)).into_response())
}

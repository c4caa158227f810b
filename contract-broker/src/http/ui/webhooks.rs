//! Webhooks, what they sent, and why it failed.

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
    stamp::Stamp,
};
use crate::{
    auth::Access,
    domain::time::now,
    http::{AppState, base_url::BaseUrl, path::Path},
    store::{
        deliveries::{self, Delivery, Of},
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
        match state.courier.open(webhook) {
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
    /// Whether whoever asks may send it again.
    replayable: bool,
    event: String,
    pair: String,
    status: String,
    attempts: i64,
    at: Stamp,
}

impl Sent {
    fn new(delivery: Delivery, access: Access, now: i64) -> Result<Self> {
        let values = delivery.values()?;
        Ok(Self {
            pair: format!(
                "{} → {}",
                values.value("consumerName"),
                values.value("providerName")
            ),
            at: Stamp::new(delivery.created_at, now),
            replayable: access == Access::Write && delivery.status == "failure",
            uuid: delivery.uuid,
            webhook: delivery.webhook_uuid,
            event: delivery.event_name,
            status: delivery.status,
            attempts: delivery.attempts,
        })
    }

    fn class(&self) -> &'static str {
        match self.status.as_str() {
            "success" => "good",
            "failure" => "bad",
            "retrying" => "warn",
            _ => "none",
        }
    }

    fn word(&self) -> &'static str {
        match self.status.as_str() {
            "success" => "delivered",
            "failure" => "failed",
            "retrying" => "retrying",
            _ => "waiting",
        }
    }
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
    Extension(access): Extension<Access>,
    base: BaseUrl,
) -> Result<Response> {
    let now = now();
    let mut connection = read(&state).await?;
    let found = webhooks::all(&mut connection).await?;
    let (dead, _) = deliveries::list(&mut connection, &Of::Status("failure".into()), (20, 0)).await?;
    drop(connection);
    let page = ListPage {
        frame: frame(&base, Some(Section::Webhooks)),
        webhooks: found
            .into_iter()
            .map(|webhook| Shown::new(&state, webhook, access))
            .collect(),
        dead: dead
            .into_iter()
            .map(|delivery| Sent::new(delivery, access, now))
            .collect::<Result<_>>()?,
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
    Extension(access): Extension<Access>,
    base: BaseUrl,
    Path(uuid): Path<String>,
) -> Result<Response> {
    let now = now();
    let mut connection = read(&state).await?;
    let webhook = webhooks::find(&mut connection, &uuid).await?;
    let webhook = webhook.ok_or_else(|| Fault::missing("There is no webhook with this id."))?;
    let (sent, _) = deliveries::list(&mut connection, &Of::Webhook(uuid), (100, 0)).await?;
    drop(connection);
    let page = WebhookPage {
        frame: frame(&base, Some(Section::Webhooks)),
        webhook: Shown::new(&state, webhook, access),
        sent: sent
            .into_iter()
            .map(|delivery| Sent::new(delivery, access, now))
            .collect::<Result<_>>()?,
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
    at: Stamp,
    log: String,
}

/// `GET /triggered-webhooks/{uuid}/logs`
pub(super) async fn logs(
    State(state): State<AppState>,
    Extension(access): Extension<Access>,
    base: BaseUrl,
    Path(uuid): Path<String>,
) -> Result<Response> {
    let now = now();
    let mut connection = read(&state).await?;
    let (mut found, _) = deliveries::list(&mut connection, &Of::Uuid(uuid), deliveries::NEWEST).await?;
    let delivery = found
        .pop()
        .ok_or_else(|| Fault::missing("There is no triggered webhook with this id."))?;
    let attempts = deliveries::attempts(&mut connection, &[delivery.id]).await?;
    drop(connection);
    let attempts = attempts
        .into_iter()
        .map(|(_, attempt)| Tried {
            success: attempt.success,
            at: Stamp::new(attempt.created_at, now),
            log: state.courier.log(&delivery.uuid, &attempt.log).text(access),
        })
        .collect();
    let frame = frame(&base, Some(Section::Webhooks));
    render(
        StatusCode::OK,
        LogsPage {
            frame,
            sent: Sent::new(delivery, access, now)?,
            attempts,
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
        .store
        .write(uuid.clone(), |connection, uuid| {
            Box::pin(deliveries::replay(connection, uuid))
        })
        .await?;
    if replayed {
        state.courier.wake();
    }
    Ok(Redirect::to(&frame(&base, None).links.logs(&uuid)).into_response())
}

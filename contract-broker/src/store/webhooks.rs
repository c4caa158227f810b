//! Webhooks as their authors defined them. What they send is sealed before it comes here.

use serde::{Deserialize, Serialize};

use super::{Connection, Error, Result, outbox, statement::Statement};
use crate::{
    domain::{Refusal, events::Event, time::now},
    webhook::{Filters, Party, Scope},
};

/// A webhook as stored.
#[derive(Debug, Clone)]
pub(crate) struct Webhook {
    pub(crate) uuid: String,
    pub(crate) description: Option<String>,
    pub(crate) scope: Scope,
    /// The request, encrypted for this uuid.
    pub(crate) sealed: String,
    /// It hears of events with greater ids.
    pub(crate) after_event: i64,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
}

impl Webhook {
    /// What it is called.
    pub(crate) fn title(&self) -> String {
        self.scope.title(self.description.as_deref())
    }
}

/// How the filters stand in the table.
#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct StoredFilters {
    consumer_branches: Vec<String>,
    provider_branches: Vec<String>,
    environments: Vec<String>,
}

type Row = (
    String,
    Option<String>,
    i64,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    String,
    String,
    String,
    i64,
    i64,
    i64,
);

const SELECT: &str = "SELECT w.uuid, w.description, w.enabled, c.name, w.consumer_label, p.name, w.provider_label, \
     w.events, w.filters, w.request, w.after_event, w.created_at, w.updated_at FROM webhooks w \
     LEFT JOIN pacticipants c ON c.id = w.consumer_id LEFT JOIN pacticipants p ON p.id = w.provider_id";

fn read(row: Row) -> Webhook {
    let (
        uuid,
        description,
        enabled,
        consumer,
        consumer_label,
        provider,
        provider_label,
        events,
        filters,
        sealed,
        after_event,
        created_at,
        updated_at,
    ) = row;
    let names: Vec<String> = serde_json::from_str(&events).unwrap_or_default();
    let filters: StoredFilters = serde_json::from_str(&filters).unwrap_or_default();
    let scope = Scope {
        enabled: enabled != 0,
        // In the order in which the author named them.
        events: names.iter().filter_map(|name| Event::named(name)).collect(),
        consumer: party(consumer, consumer_label),
        provider: party(provider, provider_label),
        filters: Filters {
            consumer_branches: filters.consumer_branches,
            provider_branches: filters.provider_branches,
            environments: filters.environments,
        },
    };
    Webhook {
        uuid,
        description,
        scope,
        sealed,
        after_event,
        created_at,
        updated_at,
    }
}

fn party(name: Option<String>, label: Option<String>) -> Party {
    match (name, label) {
        (Some(name), _) => Party::Name(name),
        (None, Some(label)) => Party::Label(label),
        (None, None) => Party::Any,
    }
}

/// Every webhook, oldest first.
pub(crate) async fn all(connection: &mut Connection) -> Result<Vec<Webhook>> {
    let rows: Vec<Row> = Statement::new(format!("{SELECT} ORDER BY w.id"))
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(read).collect())
}

/// The webhook with that uuid.
pub(crate) async fn find(connection: &mut Connection, uuid: &str) -> Result<Option<Webhook>> {
    let row: Option<Row> = Statement::new(format!("{SELECT} WHERE w.uuid = $1"))
        .bind(uuid)
        .optional(connection)
        .await?;
    Ok(row.map(read))
}

/// Creates the webhook, or overwrites the one with its uuid; says whether it was created. A name that nobody has is
/// refused. The moments in it are not used, and a new one hears of what happens from now on.
pub(crate) async fn save(connection: &mut Connection, webhook: &Webhook) -> Result<bool> {
    let consumer = party_id(connection, "consumer.name", &webhook.scope.consumer).await?;
    let provider = party_id(connection, "provider.name", &webhook.scope.provider).await?;
    let events: Vec<&str> = webhook.scope.events.iter().map(|event| event.as_str()).collect();
    let filters = &webhook.scope.filters;
    let filters = StoredFilters {
        consumer_branches: filters.consumer_branches.clone(),
        provider_branches: filters.provider_branches.clone(),
        environments: filters.environments.clone(),
    };
    let json = |value: serde_json::Result<String>| {
        value.map_err(|error| Error::unavailable("writing a webhook", error))
    };
    let (events, filters) = (
        json(serde_json::to_string(&events))?,
        json(serde_json::to_string(&filters))?,
    );
    let now = now();
    let fields = |sql| {
        Statement::new(sql)
            .bind(&webhook.uuid)
            .bind(&webhook.description)
            .bind(i64::from(webhook.scope.enabled))
            .bind(consumer)
            .bind(label(&webhook.scope.consumer))
            .bind(provider)
            .bind(label(&webhook.scope.provider))
            .bind(&events)
            .bind(&filters)
            .bind(&webhook.sealed)
            .bind(now)
    };
    let changed = fields(
        "UPDATE webhooks SET description = $2, enabled = $3, consumer_id = $4, consumer_label = $5, provider_id = $6, \
         provider_label = $7, events = $8, filters = $9, request = $10, updated_at = $11 WHERE uuid = $1",
    )
    .execute(&mut *connection)
    .await?;
    if changed > 0 {
        return Ok(false);
    }
    let after_event = outbox::place(connection).await?;
    fields(
        "INSERT INTO webhooks (uuid, description, enabled, consumer_id, consumer_label, provider_id, provider_label, \
         events, filters, request, created_at, updated_at, after_event) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12)",
    )
    .bind(after_event)
    .execute(connection)
    .await?;
    Ok(true)
}

/// Removes the webhook; says whether there was one. What it sent before stays in the log.
pub(crate) async fn delete(connection: &mut Connection, uuid: &str) -> Result<bool> {
    let deleted = Statement::new("DELETE FROM webhooks WHERE uuid = $1")
        .bind(uuid)
        .execute(connection)
        .await?;
    Ok(deleted > 0)
}

async fn party_id(connection: &mut Connection, field: &str, party: &Party) -> Result<Option<i64>> {
    let Party::Name(name) = party else { return Ok(None) };
    let row: Option<(i64,)> = Statement::new("SELECT id FROM pacticipants WHERE name = $1")
        .bind(name)
        .optional(connection)
        .await?;
    let missing = || {
        Refusal::invalid(
            field,
            format!("does not match an existing pacticipant: there is no {name:?}"),
        )
    };
    Ok(Some(row.ok_or_else(missing)?.0))
}

/// The labels of the pacticipant of that name; a name that nobody has is refused.
pub(crate) async fn labels(connection: &mut Connection, name: &str) -> Result<Vec<String>> {
    let rows: Vec<(Option<String>,)> = Statement::new(
        "SELECT l.name FROM pacticipants p LEFT JOIN labels l ON l.pacticipant_id = p.id WHERE p.name = $1",
    )
    .bind(name)
    .all(connection)
    .await?;
    if rows.is_empty() {
        return Err(Refusal::no_pacticipant(name).into());
    }
    Ok(rows.into_iter().filter_map(|(label,)| label).collect())
}

fn label(party: &Party) -> Option<String> {
    match party {
        Party::Label(label) => Some(label.clone()),
        Party::Any | Party::Name(_) => None,
    }
}

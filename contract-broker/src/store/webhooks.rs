//! Webhooks as defined by their authors. Requests are encrypted before they are passed to this module.

use serde::{Deserialize, Serialize};

use super::{Connection, Error, Result, Statement, outbox, pacticipants, row};
use crate::{
    domain::{Refusal, events::Event, time::now},
    webhook::{Filters, Party, Scope},
};

/// A stored webhook.
#[derive(Debug, Clone)]
pub(crate) struct Webhook {
    pub(crate) uuid: String,
    pub(crate) description: Option<String>,
    pub(crate) scope: Scope,
    /// The team that it belongs to, whose secrets it may send; `None` if it belongs to no team.
    pub(crate) team_id: Option<i64>,
    pub(crate) team_uuid: Option<String>,
    /// The request, encrypted for this uuid.
    pub(crate) sealed: String,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
}

/// The scope of a webhook, without its request.
#[derive(Debug, Clone)]
pub(crate) struct Listener {
    pub(crate) uuid: String,
    pub(crate) description: Option<String>,
    pub(crate) scope: Scope,
    /// It receives events with greater ids.
    pub(crate) after_event: i64,
}

impl Listener {
    /// Returns its title.
    pub(crate) fn title(&self) -> String {
        self.scope.title(self.description.as_deref())
    }
}

/// The filters as stored.
#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct StoredFilters {
    consumer_branches: Vec<String>,
    provider_branches: Vec<String>,
    environments: Vec<String>,
}

row! {
    /// A row of [`SELECT`]: the stored scope of a webhook.
    struct ListenerRow {
        uuid: String,
        description: Option<String>,
        enabled: bool,
        consumer: Option<String>,
        consumer_label: Option<String>,
        provider: Option<String>,
        provider_label: Option<String>,
        events: String,
        filters: String,
        after_event: i64,
    }

    /// A complete row: scope and request of a webhook.
    struct WebhookRow {
        listener: ListenerRow,
        team_id: Option<i64>,
        team_uuid: Option<String>,
        sealed: String,
        created_at: i64,
        updated_at: i64,
    }
}

const SELECT: &str = "SELECT w.uuid, w.description, w.enabled, c.name, w.consumer_label, p.name, w.provider_label, \
     w.events, w.filters, w.after_event";
const WHOLE: &str = "w.team_id, (SELECT t.uuid FROM teams t WHERE t.id = w.team_id), w.request, w.created_at, \
     w.updated_at";
const FROM: &str = "FROM webhooks w LEFT JOIN pacticipants c ON c.id = w.consumer_id \
     LEFT JOIN pacticipants p ON p.id = w.provider_id";

impl ListenerRow {
    /// # Errors
    /// A JSON column cannot be parsed. Without its filters, a webhook would receive events that it does not
    /// apply to.
    fn read(self) -> Result<Listener> {
        let unreadable = |column, problem: String| Error::unreadable("webhooks", &self.uuid, column, problem);
        let filters: StoredFilters =
            serde_json::from_str(&self.filters).map_err(|error| unreadable("filters", error.to_string()))?;
        let events = events(&self.events).map_err(|problem| unreadable("events", problem))?;
        let scope = Scope {
            enabled: self.enabled,
            events,
            consumer: party(self.consumer, self.consumer_label),
            provider: party(self.provider, self.provider_label),
            filters: Filters {
                consumer_branches: filters.consumer_branches,
                provider_branches: filters.provider_branches,
                environments: filters.environments,
            },
        };
        Ok(Listener {
            uuid: self.uuid,
            description: self.description,
            scope,
            after_event: self.after_event,
        })
    }
}

/// Parses the events of a webhook from JSON.
fn events(text: &str) -> Result<Vec<Event>, String> {
    let names: Vec<String> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    // In the order given by the author.
    let named = |name: &String| Event::named(name).ok_or_else(|| format!("there is no event {name:?}"));
    names.iter().map(named).collect()
}

impl WebhookRow {
    fn read(self) -> Result<Webhook> {
        let Listener {
            uuid,
            description,
            scope,
            ..
        } = self.listener.read()?;
        Ok(Webhook {
            uuid,
            description,
            scope,
            team_id: self.team_id,
            team_uuid: self.team_uuid,
            sealed: self.sealed,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

fn party(name: Option<String>, label: Option<String>) -> Party {
    match (name, label) {
        (Some(name), _) => Party::Name(name),
        (None, Some(label)) => Party::Label(label),
        (None, None) => Party::Any,
    }
}

/// Returns all webhooks, oldest first.
pub(crate) async fn all(connection: &mut Connection) -> Result<Vec<Webhook>> {
    let sql = format!("{SELECT}, {WHOLE} {FROM} ORDER BY w.id");
    let rows: Vec<WebhookRow> = Statement::new(sql).all(connection).await?;
    rows.into_iter().map(WebhookRow::read).collect()
}

/// Returns the scopes of all webhooks, oldest first.
pub(crate) async fn listeners(connection: &mut Connection) -> Result<Vec<Listener>> {
    let rows: Vec<ListenerRow> = Statement::new(format!("{SELECT} {FROM} ORDER BY w.id"))
        .all(connection)
        .await?;
    rows.into_iter().map(ListenerRow::read).collect()
}

/// Returns the enabled webhooks that may apply to one of these consumers with one of these providers, by name, by label
/// or because they apply to all; oldest first. Each part is one lookup in the index of the pair, independent of the
/// number of other webhooks. A webhook that cannot be read is skipped and logged.
pub(crate) async fn listeners_of(
    connection: &mut Connection,
    consumers: &[i64],
    providers: &[i64],
) -> Result<Vec<Listener>> {
    let mut statement = Statement::new(format!("{SELECT} FROM ("));
    let places = [(true, true), (true, false), (false, true), (false, false)];
    for (place, (provider_named, consumer_named)) in places.into_iter().enumerate() {
        statement = statement
            .sql(if place == 0 { "" } else { " UNION ALL " })
            .sql("SELECT * FROM webhooks WHERE enabled = 1");
        for (named, id, label, ids) in [
            (provider_named, "provider_id", "provider_label", providers),
            (consumer_named, "consumer_id", "consumer_label", consumers),
        ] {
            statement = statement.sql(" AND ").sql(id);
            statement = if named {
                statement.sql(" IN ").numbers(ids)
            } else {
                statement
                    .sql(" IS NULL AND (")
                    .sql(label)
                    .sql(" IS NULL OR ")
                    .sql(label)
                    .sql(" IN (SELECT name FROM labels WHERE pacticipant_id IN ")
                    .numbers(ids)
                    .sql("))")
            };
        }
    }
    let rows: Vec<ListenerRow> = statement
        .sql(
            ") w LEFT JOIN pacticipants c ON c.id = w.consumer_id \
             LEFT JOIN pacticipants p ON p.id = w.provider_id ORDER BY w.id",
        )
        .all(connection)
        .await?;
    let readable = rows.into_iter().filter_map(|row| match row.read() {
        Ok(listener) => Some(listener),
        Err(error) => {
            tracing::error!(%error, "a webhook is told nothing");
            None
        }
    });
    Ok(readable.collect())
}

/// Returns the webhook with this uuid.
pub(crate) async fn find(connection: &mut Connection, uuid: &str) -> Result<Option<Webhook>> {
    let sql = format!("{SELECT}, {WHOLE} {FROM} WHERE w.uuid = $1");
    let row: Option<WebhookRow> = Statement::new(sql).bind(uuid).optional(connection).await?;
    row.map(WebhookRow::read).transpose()
}

row! {
    /// The team of a webhook.
    pub(crate) struct Owner {
        pub(crate) uuid: String,
        pub(crate) team_id: Option<i64>,
    }
}

/// Returns the team of the webhook with this uuid, even if the rest of the webhook cannot be read.
pub(crate) async fn owner(connection: &mut Connection, uuid: &str) -> Result<Option<Owner>> {
    Statement::new("SELECT uuid, team_id FROM webhooks WHERE uuid = $1")
        .bind(uuid)
        .optional(connection)
        .await
}

/// Creates the webhook, or overwrites the one with its uuid; returns whether it was created. Refused if a name is
/// unknown. Its timestamps are ignored; a new webhook receives events from now on.
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
            .bind(webhook.team_id)
    };
    let changed = fields(
        "UPDATE webhooks SET description = $2, enabled = $3, consumer_id = $4, consumer_label = $5, provider_id = $6, \
         provider_label = $7, events = $8, filters = $9, request = $10, updated_at = $11, \
         team_id = $12 WHERE uuid = $1",
    )
    .execute(&mut *connection)
    .await?;
    if changed > 0 {
        return Ok(false);
    }
    let after_event = outbox::place(connection).await?;
    fields(
        "INSERT INTO webhooks (uuid, description, enabled, consumer_id, consumer_label, provider_id, provider_label, \
         events, filters, request, created_at, updated_at, team_id, after_event) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12, $13)",
    )
    .bind(after_event)
    .execute(connection)
    .await?;
    Ok(true)
}

/// Deletes the webhook; returns whether it existed. Its delivery log is kept.
pub(crate) async fn delete(connection: &mut Connection, uuid: &str) -> Result<bool> {
    let deleted = Statement::new("DELETE FROM webhooks WHERE uuid = $1")
        .bind(uuid)
        .execute(connection)
        .await?;
    Ok(deleted > 0)
}

async fn party_id(connection: &mut Connection, field: &str, party: &Party) -> Result<Option<i64>> {
    let Party::Name(name) = party else { return Ok(None) };
    let id: Option<i64> = Statement::new("SELECT id FROM pacticipants WHERE name = $1")
        .bind(name)
        .optional(connection)
        .await?;
    let missing = || {
        Refusal::invalid(
            field,
            format!("does not match an existing pacticipant: there is no {name:?}"),
        )
    };
    id.ok_or_else(|| missing().into()).map(Some)
}

/// Returns the labels of the pacticipant with this name; refused if the name is unknown.
pub(crate) async fn labels(connection: &mut Connection, name: &str) -> Result<Vec<String>> {
    let pacticipant = pacticipants::require(connection, name).await?;
    Statement::new("SELECT name FROM labels WHERE pacticipant_id = $1 ORDER BY name")
        .bind(pacticipant.id)
        .all(connection)
        .await
}

fn label(party: &Party) -> Option<String> {
    match party {
        Party::Label(label) => Some(label.clone()),
        Party::Any | Party::Name(_) => None,
    }
}

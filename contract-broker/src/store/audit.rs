//! The audit log: rows are added in the transaction of the change that they tell of, and never changed.

use serde_json::Value;

use super::{Connection, Error, Result, Statement, row};
use crate::domain::{
    Refusal,
    audit::{Chain, Class},
};

row! {
    /// An event as stored.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Stored {
        pub(crate) id: i64,
        pub(crate) event: Event,
    }

    /// Something that was done.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Event {
        pub(crate) uuid: String,
        /// In microseconds since 1970, UTC.
        pub(crate) at: i64,
        pub(crate) actor_kind: String,
        pub(crate) actor_uuid: Option<String>,
        pub(crate) actor_name: String,
        pub(crate) actor_email: Option<String>,
        /// The token that was used.
        pub(crate) via: Option<String>,
        pub(crate) action: String,
        pub(crate) object_type: String,
        pub(crate) object_name: String,
        /// `success`, `denied` (who asked may not do it) or `failure` (wrong credentials).
        pub(crate) outcome: String,
        /// JSON: how it was asked for.
        pub(crate) request: String,
        /// JSON: before and after; no secrets.
        pub(crate) changes: String,
    }
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Actor {
    /// `user`, `system`, `settings`, `operator` or `anonymous`.
    pub(crate) kind: &'static str,
    pub(crate) uuid: Option<String>,
    pub(crate) name: String,
    pub(crate) email: Option<String>,
    /// The uuid of the token that was used.
    pub(crate) via: Option<String>,
}

impl Event {
    /// Returns an id for a new event. Ids grow with time, so that the index over them is written at its end alone.
    pub(crate) fn new_uuid() -> String {
        uuid::Uuid::now_v7().to_string()
    }

    /// Returns how the change was requested.
    ///
    /// # Errors
    /// The stored text is not JSON.
    pub(crate) fn request(&self) -> Result<Value> {
        self.read("request", &self.request)
    }

    /// Returns the values before and after the change; null if there are none.
    ///
    /// # Errors
    /// The stored text is not JSON.
    pub(crate) fn changes(&self) -> Result<Value> {
        self.read("changes", &self.changes)
    }

    fn read(&self, column: &'static str, text: &str) -> Result<Value> {
        serde_json::from_str(text)
            .map_err(|error| Error::unreadable("audit_events", &self.uuid, column, error))
    }
}

/// Which events are wanted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    /// At this time or later.
    pub(crate) since: Option<i64>,
    pub(crate) actor: Option<String>,
    pub(crate) action: Option<String>,
    /// From the event with this uuid on.
    pub(crate) from: Option<String>,
    pub(crate) newest_first: bool,
}

pub(super) const COLUMNS: &str = "id, uuid, at, actor_kind, actor_uuid, actor_name, actor_email, via, action, object_type, \
     object_name, outcome, request, changes";

/// Adds an event.
pub(crate) async fn add(connection: &mut Connection, event: &Event) -> Result<()> {
    Statement::new(
        "INSERT INTO audit_events (uuid, at, actor_kind, actor_uuid, actor_name, actor_email, via, action, object_type, \
         object_name, outcome, request, changes, class) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(event.uuid.clone())
    .bind(event.at)
    .bind(event.actor_kind.clone())
    .bind(event.actor_uuid.clone())
    .bind(event.actor_name.clone())
    .bind(event.actor_email.clone())
    .bind(event.via.clone())
    .bind(event.action.clone())
    .bind(event.object_type.clone())
    .bind(event.object_name.clone())
    .bind(event.outcome.clone())
    .bind(event.request.clone())
    .bind(event.changes.clone())
    .bind(Chain::Of(Class::of(&event.action)).as_str())
    .later(connection)
    .await
}

/// Returns the id of an event.
///
/// # Errors
/// Refused if there is no such event: what to do; database errors.
async fn id_of(connection: &mut Connection, uuid: &str) -> Result<i64> {
    let found: Option<i64> = Statement::new("SELECT id FROM audit_events WHERE uuid = $1")
        .bind(uuid)
        .optional(connection)
        .await?;
    let message = || {
        format!(
            "names no event of the audit log: {uuid} was deleted by retention or never was; begin without it"
        )
    };
    found.ok_or_else(|| Refusal::invalid("from", message()).into())
}

/// Some of the events, in order; `after` leaves out those up to that id (or from it on, if the newest come first).
pub(crate) async fn list(
    connection: &mut Connection,
    wanted: &Wanted,
    after: Option<i64>,
    offset: i64,
    limit: i64,
) -> Result<Vec<Stored>> {
    let (beyond, from, order) = if wanted.newest_first {
        ("<", "<=", "DESC")
    } else {
        (">", ">=", "ASC")
    };
    let mut statement = Statement::new(format!("SELECT {COLUMNS} FROM audit_events WHERE 1 = 1"));
    if let Some(uuid) = &wanted.from {
        let first = id_of(&mut *connection, uuid).await?;
        statement = statement.sql(" AND id ").sql(from).sql(" ").value(first);
    }
    if let Some(after) = after {
        statement = statement.sql(" AND id ").sql(beyond).sql(" ").value(after);
    }
    if let Some(since) = wanted.since {
        statement = statement.sql(" AND at >= ").value(since);
    }
    if let Some(actor) = &wanted.actor {
        statement = statement.sql(" AND actor_uuid = ").value(actor);
    }
    if let Some(action) = &wanted.action {
        statement = statement.sql(" AND action = ").value(action);
    }
    statement
        .sql(" ORDER BY id ")
        .sql(order)
        .sql(" LIMIT ")
        .value(limit)
        .sql(" OFFSET ")
        .value(offset)
        .all(connection)
        .await
}

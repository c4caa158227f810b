//! The audit log: rows are added in the transaction of the change that they tell of, and never changed.

use serde_json::Value;

use super::{Connection, Error, Result, Statement, row};

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
        /// `success` or `denied`.
        pub(crate) outcome: String,
        /// JSON: how it was asked for.
        pub(crate) request: String,
        /// JSON: before and after; no secrets.
        pub(crate) changes: String,
    }

    /// A digest over all events up to one.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Seal {
        pub(crate) last_id: i64,
        pub(crate) events: i64,
        pub(crate) digest: String,
        pub(crate) sealed_at: i64,
    }
}

impl Event {
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

const COLUMNS: &str = "id, uuid, at, actor_kind, actor_uuid, actor_name, actor_email, via, action, object_type, \
     object_name, outcome, request, changes";

/// Adds an event.
pub(crate) async fn add(connection: &mut Connection, event: &Event) -> Result<()> {
    Statement::new(
        "INSERT INTO audit_events (uuid, at, actor_kind, actor_uuid, actor_name, actor_email, via, action, object_type, \
         object_name, outcome, request, changes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
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
    .later(connection)
    .await
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
    if let Some(after) = after {
        statement = statement.sql(" AND id ").sql(beyond).sql(" ").value(after);
    }
    if let Some(uuid) = &wanted.from {
        statement = statement
            .sql(" AND id ")
            .sql(from)
            .sql(" (SELECT id FROM audit_events WHERE uuid = ")
            .value(uuid)
            .sql(")");
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

/// Some of the events after one that are older than `before`, for a seal.
pub(crate) async fn unsealed(
    connection: &mut Connection,
    after: i64,
    up_to: i64,
    limit: i64,
) -> Result<Vec<Stored>> {
    Statement::new(format!(
        "SELECT {COLUMNS} FROM audit_events WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3"
    ))
    .bind(after)
    .bind(up_to)
    .bind(limit)
    .all(connection)
    .await
}

/// The id before the first event that is younger than `before`: those up to it can be sealed. `None` where there are none.
pub(crate) async fn settled(connection: &mut Connection, before: i64) -> Result<Option<i64>> {
    let young: Option<Option<i64>> = Statement::new("SELECT MIN(id) FROM audit_events WHERE at >= $1")
        .bind(before)
        .optional(&mut *connection)
        .await?;
    if let Some(young) = young.flatten() {
        return Ok(Some(young - 1));
    }
    let newest: Option<Option<i64>> = Statement::new("SELECT MAX(id) FROM audit_events")
        .optional(connection)
        .await?;
    Ok(newest.flatten())
}

/// The last seal.
pub(crate) async fn last_seal(connection: &mut Connection) -> Result<Option<Seal>> {
    Statement::new("SELECT last_id, events, digest, sealed_at FROM audit_seals ORDER BY id DESC LIMIT 1")
        .optional(connection)
        .await
}

/// Every seal after that event, oldest first.
pub(crate) async fn seals(connection: &mut Connection, after: i64, limit: i64) -> Result<Vec<Seal>> {
    Statement::new("SELECT last_id, events, digest, sealed_at FROM audit_seals WHERE last_id > $1 ORDER BY last_id LIMIT $2")
        .bind(after)
        .bind(limit)
        .all(connection)
        .await
}

/// Adds a seal.
pub(crate) async fn add_seal(connection: &mut Connection, seal: &Seal) -> Result<()> {
    Statement::new("INSERT INTO audit_seals (last_id, events, digest, sealed_at) VALUES ($1, $2, $3, $4)")
        .bind(seal.last_id)
        .bind(seal.events)
        .bind(&seal.digest)
        .bind(seal.sealed_at)
        .execute(connection)
        .await?;
    Ok(())
}

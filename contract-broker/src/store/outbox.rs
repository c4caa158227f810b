//! Events, written in the transaction that caused them and consumed by the queue.

use super::{Connection, Result, Statement};
use crate::domain::{events::Event, time::now};

/// An event with the ids that it refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) event: Event,
    pub(crate) consumer: i64,
    pub(crate) provider: i64,
    pub(crate) consumer_version: Option<i64>,
    pub(crate) provider_version: Option<i64>,
    pub(crate) content: Option<i64>,
    pub(crate) publication: Option<i64>,
    pub(crate) verification: Option<i64>,
    /// A human-readable reason.
    pub(crate) comment: Option<String>,
    /// The place in a trace of the request that caused it.
    pub(crate) traceparent: Option<String>,
}

impl Entry {
    pub(crate) fn new(event: Event, consumer: i64, provider: i64) -> Self {
        Self {
            event,
            consumer,
            provider,
            consumer_version: None,
            provider_version: None,
            content: None,
            publication: None,
            verification: None,
            comment: None,
            traceparent: None,
        }
    }
}

/// Adds events in order. They take effect when the transaction is committed. If no webhook is listening, none is
/// written: a webhook only receives events after its creation.
pub(crate) async fn add(connection: &mut Connection, entries: &[Entry]) -> Result<()> {
    let listening: Option<i64> = Statement::new(LISTENING).optional(connection).await?;
    if listening.is_none() {
        return Ok(());
    }
    write(connection, entries).await
}

/// Reserves a position in the event sequence: later events have greater ids. It is an unused id, so that the database
/// alone determines the order, independent of the clocks of nodes.
pub(super) async fn place(connection: &mut Connection) -> Result<i64> {
    let place = Statement::new(
        "INSERT INTO events_outbox (name, consumer_id, provider_id, created_at) VALUES ('', 0, 0, 0) RETURNING id",
    )
    .one(&mut *connection)
    .await?;
    Statement::new("DELETE FROM events_outbox WHERE id = $1")
        .bind(place)
        .later(connection)
        .await?;
    Ok(place)
}

/// Returns a row if any webhook is listening.
pub(super) const LISTENING: &str = "SELECT 1 FROM webhooks WHERE enabled = 1 LIMIT 1";

/// Writes events in order, if any webhook is listening.
pub(super) async fn write(connection: &mut Connection, entries: &[Entry]) -> Result<()> {
    let at = now();
    for part in entries.chunks(MOST_ENTRIES) {
        let mut statement = Statement::new(
            "INSERT INTO events_outbox (name, consumer_id, provider_id, consumer_version_id, provider_version_id, \
             content_id, publication_id, verification_id, comment, traceparent, created_at) VALUES ",
        );
        for (index, entry) in part.iter().enumerate() {
            statement = statement
                .sql(if index == 0 { "(" } else { ", (" })
                .value(entry.event.as_str())
                .sql(", ")
                .value(entry.consumer)
                .sql(", ")
                .value(entry.provider);
            for id in [
                entry.consumer_version,
                entry.provider_version,
                entry.content,
                entry.publication,
                entry.verification,
            ] {
                statement = statement.sql(", ").value(id);
            }
            statement = statement
                .sql(", ")
                .value(entry.comment.as_deref())
                .sql(", ")
                .value(entry.traceparent.as_deref())
                .sql(", ")
                .value(at)
                .sql(")");
        }
        statement.later(connection).await?;
    }
    Ok(())
}

/// Maximum number of events per statement.
const MOST_ENTRIES: usize = 256;

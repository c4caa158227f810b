//! Events, written with the change that caused them, for the queue to take.

use super::{Connection, Result, Statement};
use crate::domain::{events::Event, time::now};

/// An event and what it is about, by ids.
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
    /// Why it happened, for people.
    pub(crate) comment: Option<String>,
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
        }
    }
}

/// Adds events in their order. They happen when the transaction is committed. Where no webhook waits for events, none is
/// written: a webhook hears of what happens after it was made.
pub(crate) async fn add(connection: &mut Connection, entries: &[Entry]) -> Result<()> {
    let listening: Option<i64> = Statement::new(LISTENING).optional(connection).await?;
    if listening.is_none() {
        return Ok(());
    }
    write(connection, entries).await
}

/// A place between the events: those that are added later have greater ids. It is an id that no event has, so that the
/// database alone says what came first, and not the clocks of several nodes.
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

/// Gives a row where a webhook waits for events.
pub(super) const LISTENING: &str = "SELECT 1 FROM webhooks WHERE enabled = 1 LIMIT 1";

/// Writes events in their order, for webhooks that wait for them.
pub(super) async fn write(connection: &mut Connection, entries: &[Entry]) -> Result<()> {
    let at = now();
    for part in entries.chunks(MOST_ENTRIES) {
        let mut statement = Statement::new(
            "INSERT INTO events_outbox (name, consumer_id, provider_id, consumer_version_id, provider_version_id, \
             content_id, publication_id, verification_id, comment, created_at) VALUES ",
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
                .value(at)
                .sql(")");
        }
        statement.later(connection).await?;
    }
    Ok(())
}

/// The most events of one statement.
const MOST_ENTRIES: usize = 256;

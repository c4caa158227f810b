//! Events, written with the change that caused them, for the queue to take.

use super::{Connection, Result, statement::Statement};
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

/// Adds an event. It happens when the transaction is committed.
pub(crate) async fn add(connection: &mut Connection, entry: &Entry) -> Result<()> {
    add_all(connection, std::slice::from_ref(entry)).await
}

/// Adds events in their order. They happen when the transaction is committed. Where no webhook waits for events, none is
/// written: a webhook hears of what happens after it was made.
pub(crate) async fn add_all(connection: &mut Connection, entries: &[Entry]) -> Result<()> {
    let listening: Option<(i64,)> = sqlx::query_as("SELECT 1 FROM webhooks WHERE enabled = 1 LIMIT 1")
        .fetch_optional(&mut *connection)
        .await?;
    if listening.is_none() {
        return Ok(());
    }
    let at = now();
    for part in entries.chunks(MOST_ENTRIES) {
        let mut statement = Statement::new(
            "INSERT INTO events_outbox (name, consumer_id, provider_id, consumer_version_id, provider_version_id, \
             content_id, publication_id, verification_id, comment, created_at) VALUES ",
        );
        for (index, entry) in part.iter().enumerate() {
            statement = statement
                .sql(if index == 0 { "(" } else { ", (" })
                .text(entry.event.as_str())
                .sql(", ")
                .number(entry.consumer)
                .sql(", ")
                .number(entry.provider);
            for id in [
                entry.consumer_version,
                entry.provider_version,
                entry.content,
                entry.publication,
                entry.verification,
            ] {
                statement = statement.sql(", ").number_or_null(id);
            }
            statement = statement
                .sql(", ")
                .text_or_null(entry.comment.as_deref())
                .sql(", ")
                .number(at)
                .sql(")");
        }
        statement.execute(connection).await?;
    }
    Ok(())
}

/// The most events of one statement.
const MOST_ENTRIES: usize = 256;

//! Events, written with the change that caused them, for the queue to take.

use super::{Connection, Result};
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
    sqlx::query(
        "INSERT INTO events_outbox (name, consumer_id, provider_id, consumer_version_id, provider_version_id, \
         content_id, publication_id, verification_id, comment, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(entry.event.as_str())
    .bind(entry.consumer)
    .bind(entry.provider)
    .bind(entry.consumer_version)
    .bind(entry.provider_version)
    .bind(entry.content)
    .bind(entry.publication)
    .bind(entry.verification)
    .bind(entry.comment.clone())
    .bind(now())
    .execute(connection)
    .await?;
    Ok(())
}

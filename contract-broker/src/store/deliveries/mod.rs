//! The queue of deliveries: triggered webhooks, their attempts, and what is due.

mod attempts;
mod list;
mod status;

use std::collections::HashSet;

use uuid::Uuid;

pub(crate) use self::{
    attempts::{Attempt, EncryptedLog, StoredLog, attempts, last_answers, open_logs, put_encrypted_logs},
    list::{DeliveriesOf, Delivery, NEWEST, list},
    status::Status,
};
use super::{Connection, Error, MOST, Result, Statement, row};
use crate::{domain::time::now, trace::TraceContext, webhook::Values};

/// A new delivery.
#[derive(Debug, Clone)]
pub(crate) struct NewDelivery {
    pub(crate) webhook_uuid: String,
    pub(crate) event_name: String,
    pub(crate) consumer_id: i64,
    pub(crate) provider_id: i64,
    pub(crate) consumer_version_id: Option<i64>,
    pub(crate) verification_id: Option<i64>,
    /// The values of the parameters, as a JSON object.
    pub(crate) parameters: String,
    /// The place in a trace of the request that caused the event.
    pub(crate) traceparent: Option<String>,
}

/// Serialises the values of a delivery's parameters.
///
/// # Errors
/// They cannot be serialised.
pub(crate) fn write_parameters(values: &Values) -> Result<String> {
    serde_json::to_string(values)
        .map_err(|error| Error::unavailable("writing the parameters of a delivery", error))
}

/// Parses the values of a delivery's parameters.
///
/// # Errors
/// They cannot be parsed: the receiver would be sent only blanks.
fn read_parameters(delivery: i64, stored: &str) -> Result<Values> {
    serde_json::from_str(stored)
        .map_err(|error| Error::unreadable("triggered_webhooks", delivery, "parameters", error))
}

/// An event with the deliveries that it triggers.
#[derive(Debug, Clone)]
pub(crate) struct EventDeliveries {
    pub(crate) event_id: i64,
    /// When the deliveries are due: now.
    pub(crate) due_at: i64,
    pub(crate) deliveries: Vec<NewDelivery>,
}

row! {
    /// A webhook with due deliveries.
    #[derive(Debug, Clone)]
    pub(crate) struct DueWebhook {
        pub(crate) uuid: String,
        /// Its request, encrypted for the uuid; `None` if the webhook was deleted.
        pub(crate) request: Option<String>,
    }

    /// A delivery claimed by this node.
    #[derive(Debug, Clone)]
    pub(crate) struct Claimed {
        pub(crate) id: i64,
        /// The same for each attempt, so that receivers recognise a repetition.
        pub(crate) uuid: String,
        pub(crate) webhook_uuid: String,
        parameters: String,
        /// Number of failures since it was triggered or replayed.
        pub(crate) failures: i64,
        /// The place in a trace of the request that caused the event.
        traceparent: Option<String>,
    }
}

impl Claimed {
    /// Returns the values of its parameters.
    ///
    /// # Errors
    /// They cannot be parsed.
    pub(crate) fn values(&self) -> Result<Values> {
        read_parameters(self.id, &self.parameters)
    }

    /// Returns the place in a trace of the request that caused it; `None` if it cannot be parsed, because
    /// tracing is optional.
    pub(crate) fn cause(&self) -> Option<TraceContext> {
        self.traceparent.as_deref()?.parse().ok()
    }
}

/// The outcome of an attempt.
#[derive(Debug, Clone)]
pub(crate) struct Attempted {
    pub(crate) id: i64,
    /// The claim under which it was made.
    pub(crate) claim: String,
    pub(crate) success: bool,
    /// Encrypted for the uuid of the delivery.
    pub(crate) log: String,
    /// The status of the receiver's response.
    pub(crate) answered: Option<i64>,
    /// When to retry; `None` if it is done, successfully or not.
    pub(crate) retry_at: Option<i64>,
}

/// Moves events from the outbox to the queue as deliveries, in one transaction. Events that another node took
/// concurrently are skipped.
pub(crate) async fn queue(connection: &mut Connection, events: &[EventDeliveries]) -> Result<()> {
    for part in events.chunks(MOST) {
        let ids: Vec<i64> = part.iter().map(|event| event.event_id).collect();
        let taken: Vec<i64> = Statement::new("DELETE FROM events_outbox WHERE id IN ")
            .numbers(&ids)
            .sql(" RETURNING id")
            .all(connection)
            .await?;
        let taken: HashSet<i64> = taken.into_iter().collect();
        for event in part.iter().filter(|event| taken.contains(&event.event_id)) {
            for delivery in &event.deliveries {
                insert(connection, event, delivery).await?;
            }
        }
    }
    Ok(())
}

async fn insert(connection: &mut Connection, event: &EventDeliveries, delivery: &NewDelivery) -> Result<()> {
    Statement::new(
        "INSERT INTO triggered_webhooks (uuid, event_id, webhook_uuid, event_name, trigger_type, consumer_id, \
         provider_id, consumer_version_id, verification_id, parameters, status, attempts, failures, due_at, \
         created_at, updated_at, traceparent) \
         VALUES ($1, $2, $3, $4, 'resource_creation', $5, $6, $7, $8, $9, 'not_run', 0, 0, $10, $11, $11, $12) \
         ON CONFLICT DO NOTHING",
    )
    .bind(Uuid::new_v4().to_string())
    .bind(event.event_id)
    .bind(&delivery.webhook_uuid)
    .bind(&delivery.event_name)
    .bind(delivery.consumer_id)
    .bind(delivery.provider_id)
    .bind(delivery.consumer_version_id)
    .bind(delivery.verification_id)
    .bind(&delivery.parameters)
    .bind(event.due_at)
    .bind(now())
    .bind(&delivery.traceparent)
    .execute(connection)
    .await?;
    Ok(())
}

/// A node's request to claim deliveries.
#[derive(Debug, Clone)]
pub(crate) struct Claim {
    /// Identifies this claim.
    pub(crate) token: String,
    /// The time by which deliveries are due.
    pub(crate) now: i64,
    /// When the deliveries become due again if the node does not finish them.
    pub(crate) until: i64,
    /// The webhooks whose deliveries are requested.
    pub(crate) wanted: Vec<Wanted>,
}

/// The number of deliveries of a webhook requested by a node.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) webhook_uuid: String,
    /// The maximum.
    pub(crate) most: i64,
}

/// Claims the oldest due deliveries of webhooks. Of several nodes one gets each: others see a later due time.
pub(crate) async fn claim(connection: &mut Connection, claim: &Claim) -> Result<Vec<Claimed>> {
    let mut claimed = Vec::new();
    for wanted in &claim.wanted {
        let of_webhook: Vec<Claimed> = Statement::new(
            "UPDATE triggered_webhooks SET due_at = $1, claimed_by = $2, updated_at = $3 WHERE due_at <= $3 AND id IN \
             (SELECT id FROM triggered_webhooks WHERE webhook_uuid = $4 AND due_at <= $3 ORDER BY due_at, id LIMIT $5) \
             RETURNING id, uuid, webhook_uuid, parameters, failures, traceparent",
        )
        .bind(claim.until)
        .bind(&claim.token)
        .bind(claim.now)
        .bind(&wanted.webhook_uuid)
        .bind(wanted.most)
        .all(&mut *connection)
        .await?;
        claimed.extend(of_webhook);
    }
    Ok(claimed)
}

row! {
    /// The due times of waiting deliveries.
    #[derive(Debug, Clone, Copy)]
    pub(crate) struct Waiting {
        /// The first of those that are unclaimed or whose claim expired.
        pub(crate) first: Option<i64>,
        /// The last unclaimed one.
        pub(crate) last: Option<i64>,
    }
}

row! {
    /// The number of deliveries by state.
    #[derive(Debug, Clone, Copy)]
    pub(crate) struct Standing {
        pub(crate) due: i64,
        /// Includes those claimed by a node.
        pub(crate) waiting: i64,
        pub(crate) dead: i64,
        pub(crate) first_due: Option<i64>,
        /// Number of events that are not queued as deliveries yet.
        pub(crate) events: i64,
    }
}

/// Returns the number of deliveries by state at a time.
pub(crate) async fn standing(connection: &mut Connection, now: i64) -> Result<Standing> {
    Statement::new(
        "SELECT (SELECT COUNT(*) FROM triggered_webhooks WHERE due_at >= 0 AND due_at <= $1), \
         (SELECT COUNT(*) FROM triggered_webhooks WHERE due_at > $1), \
         (SELECT COUNT(*) FROM triggered_webhooks WHERE status = 'failure'), \
         (SELECT MIN(due_at) FROM triggered_webhooks WHERE due_at >= 0 AND due_at <= $1), \
         (SELECT COUNT(*) FROM events_outbox)",
    )
    .bind(now)
    .one(connection)
    .await
}

/// Returns the due times of waiting deliveries.
pub(crate) async fn waiting(connection: &mut Connection) -> Result<Waiting> {
    Statement::new(
        "SELECT (SELECT MIN(due_at) FROM triggered_webhooks WHERE due_at >= 0), \
         (SELECT MAX(due_at) FROM triggered_webhooks WHERE due_at >= 0 AND claimed_by IS NULL)",
    )
    .one(connection)
    .await
}

/// Returns the webhooks with due deliveries, oldest delivery first.
pub(crate) async fn due_webhooks(connection: &mut Connection, now: i64) -> Result<Vec<DueWebhook>> {
    Statement::new(
        "SELECT d.webhook_uuid, w.request FROM (SELECT webhook_uuid, MIN(due_at) AS first_due FROM triggered_webhooks \
         WHERE due_at <= $1 GROUP BY webhook_uuid) d LEFT JOIN webhooks w ON w.uuid = d.webhook_uuid \
         ORDER BY d.first_due, d.webhook_uuid",
    )
    .bind(now)
    .all(connection)
    .await
}

/// Correction after a clock was set back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClockSetBack {
    pub(crate) now: i64,
    /// The latest possible due time of a delivery.
    pub(crate) latest: i64,
}

/// Makes deliveries due now if their due time is later than possible.
pub(crate) async fn bring_forward(connection: &mut Connection, clock: ClockSetBack) -> Result<()> {
    Statement::new("UPDATE triggered_webhooks SET due_at = $1 WHERE due_at > $2 AND claimed_by IS NULL")
        .bind(clock.now)
        .bind(clock.latest)
        .execute(connection)
        .await?;
    Ok(())
}

/// Records an attempt and its consequences. With an expired claim, when another node has the delivery, only the log is
/// stored.
pub(crate) async fn record(connection: &mut Connection, attempt: &Attempted) -> Result<()> {
    let now = now();
    Statement::new(
        "INSERT INTO webhook_attempts (triggered_webhook_id, success, log, sealed, created_at, answered) \
                 SELECT id, $2, $3, 1, $4, $5 FROM triggered_webhooks WHERE id = $1",
    )
    .bind(attempt.id)
    .bind(i64::from(attempt.success))
    .bind(&attempt.log)
    .bind(now)
    .bind(attempt.answered)
    .execute(&mut *connection)
    .await?;
    let status = match (attempt.success, attempt.retry_at) {
        (true, _) => Status::Success,
        (false, Some(_)) => Status::Retrying,
        (false, None) => Status::Failure,
    };
    Statement::new(
        "UPDATE triggered_webhooks SET status = $2, attempts = attempts + 1, failures = failures + $3, due_at = $4, \
         claimed_by = NULL, updated_at = $5 WHERE id = $1 AND claimed_by = $6",
    )
    .bind(attempt.id)
    .bind(status.as_str())
    .bind(i64::from(!attempt.success))
    .bind(attempt.retry_at)
    .bind(now)
    .bind(&attempt.claim)
    .execute(connection)
    .await?;
    Ok(())
}

/// Requeues a completed delivery with the full number of attempts; returns whether it existed.
pub(crate) async fn replay(connection: &mut Connection, uuid: &str, due_at: i64) -> Result<bool> {
    let changed = Statement::new(
        "UPDATE triggered_webhooks SET status = 'not_run', failures = 0, due_at = $2, trigger_type = 'user', \
         updated_at = $3 WHERE uuid = $1 AND due_at IS NULL",
    )
    .bind(uuid)
    .bind(due_at)
    .bind(now())
    .execute(connection)
    .await?;
    Ok(changed > 0)
}

/// Deletes a delivery with its attempts. An attempt in progress finishes without being recorded.
pub(crate) async fn delete(connection: &mut Connection, id: i64) -> Result<()> {
    Statement::new("DELETE FROM triggered_webhooks WHERE id = $1")
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

/// Deletes up to `most` completed deliveries with their attempts that ended before a time; returns their number.
pub(crate) async fn delete_ended(connection: &mut Connection, before: i64, most: i64) -> Result<u64> {
    let deleted = Statement::new(
        "DELETE FROM triggered_webhooks WHERE id IN (SELECT id FROM triggered_webhooks \
         WHERE due_at IS NULL AND updated_at < $1 ORDER BY id LIMIT $2)",
    )
    .bind(before)
    .bind(most)
    .execute(connection)
    .await?;
    Ok(deleted)
}

//! The queue of deliveries: webhooks that events set off, their attempts, and what is due.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::{
    Connection, Error, Result,
    in_list::select_in,
    statement::{MOST, Statement},
};
use crate::{domain::time::now, webhook::Values};

/// A delivery that is to be made.
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
}

/// The values of a delivery's parameters as they are stored.
///
/// # Errors
/// They cannot be written.
pub(crate) fn write_parameters(values: &Values) -> Result<String> {
    serde_json::to_string(values)
        .map_err(|error| Error::unavailable("writing the parameters of a delivery", error))
}

/// The values of a delivery's parameters.
///
/// # Errors
/// They cannot be read: the receiver would be told nothing but blanks.
fn read_parameters(delivery: i64, stored: &str) -> Result<Values> {
    serde_json::from_str(stored)
        .map_err(|error| Error::unreadable("triggered_webhooks", delivery, "parameters", error))
}

/// An event with the deliveries that it sets off.
#[derive(Debug, Clone)]
pub(crate) struct HandedOver {
    pub(crate) event_id: i64,
    /// When the deliveries are due: now.
    pub(crate) due_at: i64,
    pub(crate) deliveries: Vec<NewDelivery>,
}

/// A webhook that has deliveries due.
#[derive(Debug, Clone)]
pub(crate) struct DueWebhook {
    pub(crate) uuid: String,
    /// What it sends, encrypted for the uuid; none where the webhook was deleted.
    pub(crate) request: Option<String>,
}

/// A delivery that this node is to make now.
#[derive(Debug, Clone)]
pub(crate) struct Claimed {
    pub(crate) id: i64,
    /// The same for each attempt: receivers know a repetition by it.
    pub(crate) uuid: String,
    pub(crate) webhook_uuid: String,
    parameters: String,
    /// How often it failed since it was triggered or replayed.
    pub(crate) failures: i64,
}

/// A delivery as a client reads it.
#[derive(Debug, Clone)]
pub(crate) struct Delivery {
    pub(crate) id: i64,
    pub(crate) uuid: String,
    pub(crate) webhook_uuid: String,
    pub(crate) event_name: String,
    pub(crate) trigger_type: String,
    pub(crate) status: String,
    pub(crate) attempts: i64,
    pub(crate) failures: i64,
    pub(crate) due_at: Option<i64>,
    parameters: String,
    pub(crate) created_at: i64,
}

impl Claimed {
    /// The values of its parameters.
    ///
    /// # Errors
    /// They cannot be read.
    pub(crate) fn values(&self) -> Result<Values> {
        read_parameters(self.id, &self.parameters)
    }
}

impl Delivery {
    /// The values of its parameters.
    ///
    /// # Errors
    /// They cannot be read.
    pub(crate) fn values(&self) -> Result<Values> {
        read_parameters(self.id, &self.parameters)
    }
}

/// One attempt of a delivery.
#[derive(Clone)]
pub(crate) struct Attempt {
    pub(crate) success: bool,
    /// The status that the receiver answered with; none where there was no answer.
    pub(crate) answered: Option<i64>,
    pub(crate) log: StoredLog,
    pub(crate) created_at: i64,
}

/// The log of an attempt as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum StoredLog {
    /// Encrypted for the uuid of its delivery.
    Sealed(String),
    /// Text of a broker that encrypted no logs.
    Text(String),
}

/// A log that is not encrypted yet.
#[derive(Clone)]
pub(crate) struct OpenLog {
    pub(crate) attempt: i64,
    /// Of its delivery.
    pub(crate) uuid: String,
    pub(crate) text: String,
}

/// A log that was encrypted.
#[derive(Clone)]
pub(crate) struct SealedLog {
    pub(crate) attempt: i64,
    pub(crate) sealed: String,
}

/// What came of an attempt.
#[derive(Debug, Clone)]
pub(crate) struct Attempted {
    pub(crate) id: i64,
    /// The claim under which it was made.
    pub(crate) claim: String,
    pub(crate) success: bool,
    /// Encrypted for the uuid of the delivery.
    pub(crate) log: String,
    /// The status that the receiver answered with.
    pub(crate) answered: Option<i64>,
    /// When to try again; `None` when it is done, one way or the other.
    pub(crate) retry_at: Option<i64>,
}

/// Takes events out of the outbox and puts their deliveries into the queue, in one transaction. An event that
/// another node took meanwhile is left to it.
pub(crate) async fn hand_over(connection: &mut Connection, events: &[HandedOver]) -> Result<()> {
    for part in events.chunks(MOST) {
        let ids: Vec<i64> = part.iter().map(|event| event.event_id).collect();
        let taken: Vec<(i64,)> = Statement::new("DELETE FROM events_outbox WHERE id IN ")
            .numbers(&ids)
            .sql(" RETURNING id")
            .all(connection)
            .await?;
        let taken: HashSet<i64> = taken.into_iter().map(|(id,)| id).collect();
        for event in part.iter().filter(|event| taken.contains(&event.event_id)) {
            for delivery in &event.deliveries {
                insert(connection, event, delivery).await?;
            }
        }
    }
    Ok(())
}

async fn insert(connection: &mut Connection, event: &HandedOver, delivery: &NewDelivery) -> Result<()> {
    Statement::new(
        "INSERT INTO triggered_webhooks (uuid, event_id, webhook_uuid, event_name, trigger_type, consumer_id, \
         provider_id, consumer_version_id, verification_id, parameters, status, attempts, failures, due_at, \
         created_at, updated_at) \
         VALUES ($1, $2, $3, $4, 'resource_creation', $5, $6, $7, $8, $9, 'not_run', 0, 0, $10, $11, $11) \
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
    .execute(connection)
    .await?;
    Ok(())
}

/// What a node asks for when it claims deliveries.
#[derive(Debug, Clone)]
pub(crate) struct Claim {
    /// Names this claim and no other.
    pub(crate) token: String,
    /// The time by which deliveries are due.
    pub(crate) now: i64,
    /// When the deliveries are due again if the node does not come back.
    pub(crate) until: i64,
    /// The webhooks whose deliveries are wanted, each with how many at most.
    pub(crate) wanted: Vec<(String, i64)>,
}

/// Claims the oldest deliveries of webhooks that are due. Of several nodes one gets each: whoever comes second finds it
/// due later.
pub(crate) async fn claim(connection: &mut Connection, claim: &Claim) -> Result<Vec<Claimed>> {
    let mut claimed = Vec::new();
    for (webhook, most) in &claim.wanted {
        let rows: Vec<(i64, String, String, String, i64)> = Statement::new(
            "UPDATE triggered_webhooks SET due_at = $1, claimed_by = $2, updated_at = $3 WHERE due_at <= $3 AND id IN \
             (SELECT id FROM triggered_webhooks WHERE webhook_uuid = $4 AND due_at <= $3 ORDER BY due_at, id LIMIT $5) \
             RETURNING id, uuid, webhook_uuid, parameters, failures",
        )
        .bind(claim.until)
        .bind(&claim.token)
        .bind(claim.now)
        .bind(webhook)
        .bind(*most)
        .all(&mut *connection)
        .await?;
        claimed.extend(
            rows.into_iter()
                .map(|(id, uuid, webhook_uuid, parameters, failures)| Claimed {
                    id,
                    uuid,
                    webhook_uuid,
                    parameters,
                    failures,
                }),
        );
    }
    Ok(claimed)
}

/// When deliveries are due.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Waiting {
    /// The first, of those that no node has in hand or whose node took too long.
    pub(crate) first: Option<i64>,
    /// The last that no node has in hand.
    pub(crate) last: Option<i64>,
}

/// When the deliveries are due that are waiting.
pub(crate) async fn waiting(connection: &mut Connection) -> Result<Waiting> {
    let (first, last): (Option<i64>, Option<i64>) = Statement::new(
        "SELECT (SELECT MIN(due_at) FROM triggered_webhooks WHERE due_at >= 0), \
         (SELECT MAX(due_at) FROM triggered_webhooks WHERE due_at >= 0 AND claimed_by IS NULL)",
    )
    .one(connection)
    .await?;
    Ok(Waiting { first, last })
}

/// The webhooks that have deliveries due, the one with the oldest first.
pub(crate) async fn due_webhooks(connection: &mut Connection, now: i64) -> Result<Vec<DueWebhook>> {
    let rows: Vec<(String, Option<String>)> = Statement::new(
        "SELECT d.webhook_uuid, w.request FROM (SELECT webhook_uuid, MIN(due_at) AS first_due FROM triggered_webhooks \
         WHERE due_at <= $1 GROUP BY webhook_uuid) d LEFT JOIN webhooks w ON w.uuid = d.webhook_uuid \
         ORDER BY d.first_due, d.webhook_uuid",
    )
    .bind(now)
    .all(connection)
    .await?;
    let read = |(uuid, request)| DueWebhook { uuid, request };
    Ok(rows.into_iter().map(read).collect())
}

/// Makes deliveries due at `now` that are due later than any of them can be: a clock was set back since.
pub(crate) async fn bring_forward(connection: &mut Connection, (now, latest): (i64, i64)) -> Result<()> {
    Statement::new("UPDATE triggered_webhooks SET due_at = $1 WHERE due_at > $2 AND claimed_by IS NULL")
        .bind(now)
        .bind(latest)
        .execute(connection)
        .await?;
    Ok(())
}

/// Writes down an attempt and what follows from it. A claim that ran out, so that another node has the delivery now,
/// leaves its log and changes nothing else.
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
        (true, _) => "success",
        (false, Some(_)) => "retrying",
        (false, None) => "failure",
    };
    Statement::new(
        "UPDATE triggered_webhooks SET status = $2, attempts = attempts + 1, failures = failures + $3, due_at = $4, \
         claimed_by = NULL, updated_at = $5 WHERE id = $1 AND claimed_by = $6",
    )
    .bind(attempt.id)
    .bind(status)
    .bind(i64::from(!attempt.success))
    .bind(attempt.retry_at)
    .bind(now)
    .bind(&attempt.claim)
    .execute(connection)
    .await?;
    Ok(())
}

/// Puts a delivery that is done back into the queue, to be tried as often as a new one; says whether there was one.
pub(crate) async fn replay(connection: &mut Connection, (uuid, due_at): &(String, i64)) -> Result<bool> {
    let changed = Statement::new(
        "UPDATE triggered_webhooks SET status = 'not_run', failures = 0, due_at = $2, trigger_type = 'user', \
         updated_at = $3 WHERE uuid = $1 AND due_at IS NULL",
    )
    .bind(uuid)
    .bind(*due_at)
    .bind(now())
    .execute(connection)
    .await?;
    Ok(changed > 0)
}

/// Which deliveries are asked for.
#[derive(Debug, Clone)]
pub(crate) enum Of {
    /// One, by its uuid.
    Uuid(String),
    /// The latest of each webhook and event for a pair, by their names.
    LatestOfPair { provider: String, consumer: String },
    /// All that the contract of a consumer version set off.
    Contract {
        provider: String,
        consumer: String,
        version: String,
    },
    /// All that a verification result set off.
    Result(i64),
    /// The newest of one webhook.
    Webhook(String),
    /// The newest that have this status.
    Status(String),
}

type Row = (
    i64,
    String,
    String,
    String,
    String,
    String,
    i64,
    i64,
    Option<i64>,
    String,
    i64,
);

/// The newest deliveries of a list that is not read in pages.
pub(crate) const NEWEST: (i64, i64) = (500, 0);

/// Deliveries, newest first, and how many there are. `limit` is how many are wanted and how many are left out before
/// them.
pub(crate) async fn list(
    connection: &mut Connection,
    of: &Of,
    limit: (i64, i64),
) -> Result<(Vec<Delivery>, i64)> {
    const COLUMNS: &str = "SELECT id, uuid, webhook_uuid, event_name, trigger_type, status, attempts, failures, due_at, \
                           parameters, created_at FROM triggered_webhooks";
    let condition = match of {
        Of::Uuid(_) => "uuid = $1",
        Of::LatestOfPair { .. } => {
            "id IN (SELECT MAX(t.id) FROM triggered_webhooks t JOIN pacticipants p ON p.id = t.provider_id \
             JOIN pacticipants c ON c.id = t.consumer_id WHERE p.name = $1 AND c.name = $2 \
             GROUP BY t.webhook_uuid, t.event_name)"
        }
        Of::Contract { .. } => {
            "provider_id = (SELECT id FROM pacticipants WHERE name = $1) AND verification_id IS NULL \
             AND consumer_version_id = (SELECT v.id FROM versions v JOIN pacticipants c ON c.id = v.pacticipant_id \
             WHERE c.name = $2 AND v.number = $3)"
        }
        Of::Result(_) => "verification_id = $1",
        Of::Webhook(_) => "webhook_uuid = $1",
        Of::Status(_) => "status = $1",
    };
    let sql = format!(
        "{COLUMNS} WHERE {condition} ORDER BY id DESC LIMIT {} OFFSET {}",
        limit.0, limit.1
    );
    let rows: Vec<Row> = bound(of, sql).all(&mut *connection).await?;
    let found: Vec<Delivery> = rows.into_iter().map(read).collect();
    let read = i64::try_from(found.len()).unwrap_or(i64::MAX);
    if limit.1 == 0 && read < limit.0 {
        return Ok((found, read));
    }
    let sql = format!("SELECT COUNT(*) FROM triggered_webhooks WHERE {condition}");
    let (total,): (i64,) = bound(of, sql).one(connection).await?;
    Ok((found, total))
}

/// The question with the values of what is asked for.
fn bound(of: &Of, sql: String) -> Statement<'_> {
    let statement = Statement::new(sql);
    match of {
        Of::Uuid(text) | Of::Webhook(text) | Of::Status(text) => statement.bind(text),
        Of::LatestOfPair { provider, consumer } => statement.bind(provider).bind(consumer),
        Of::Contract {
            provider,
            consumer,
            version,
        } => statement.bind(provider).bind(consumer).bind(version),
        Of::Result(id) => statement.bind(*id),
    }
}

fn read(row: Row) -> Delivery {
    let (
        id,
        uuid,
        webhook_uuid,
        event_name,
        trigger_type,
        status,
        attempts,
        failures,
        due_at,
        parameters,
        created_at,
    ) = row;
    Delivery {
        id,
        uuid,
        webhook_uuid,
        event_name,
        trigger_type,
        status,
        attempts,
        failures,
        due_at,
        parameters,
        created_at,
    }
}

/// The attempts of deliveries, by delivery, oldest first.
pub(crate) async fn attempts(connection: &mut Connection, deliveries: &[i64]) -> Result<Vec<(i64, Attempt)>> {
    let rows: Vec<(i64, i64, String, i64, i64, Option<i64>)> = select_in(
        connection,
        |list| {
            format!(
                "SELECT triggered_webhook_id, success, log, sealed, created_at, answered FROM webhook_attempts \
                 WHERE triggered_webhook_id IN {list} ORDER BY id"
            )
        },
        &[],
        deliveries,
    )
    .await?;
    let read = |(id, success, log, sealed, created_at, answered)| {
        let attempt = Attempt {
            success: success != 0,
            answered,
            log: if sealed == 0 {
                StoredLog::Text(log)
            } else {
                StoredLog::Sealed(log)
            },
            created_at,
        };
        (id, attempt)
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Up to `most` logs that are not encrypted, of attempts with greater ids than `after`.
pub(crate) async fn open_logs(connection: &mut Connection, after: i64, most: i64) -> Result<Vec<OpenLog>> {
    let rows: Vec<(i64, String, String)> = Statement::new(
        "SELECT a.id, t.uuid, a.log FROM webhook_attempts a JOIN triggered_webhooks t ON t.id = a.triggered_webhook_id \
         WHERE a.sealed = 0 AND a.id > $1 ORDER BY a.id LIMIT $2",
    )
    .bind(after)
    .bind(most)
    .all(connection)
    .await?;
    let read = |(attempt, uuid, text)| OpenLog { attempt, uuid, text };
    Ok(rows.into_iter().map(read).collect())
}

/// Puts encrypted logs in the place of those that are not.
pub(crate) async fn put_sealed_logs(connection: &mut Connection, logs: &[SealedLog]) -> Result<()> {
    for log in logs {
        Statement::new("UPDATE webhook_attempts SET log = $2, sealed = 1 WHERE id = $1 AND sealed = 0")
            .bind(log.attempt)
            .bind(&log.sealed)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// The status that the receiver answered with at the last attempt of each of these deliveries; those without an answer
/// are left out.
pub(crate) async fn last_answers(
    connection: &mut Connection,
    deliveries: &[i64],
) -> Result<HashMap<i64, i64>> {
    let rows: Vec<(i64, Option<i64>)> = select_in(
        connection,
        |list| {
            format!(
                "SELECT t.id, a.answered FROM triggered_webhooks t JOIN webhook_attempts a ON a.id = \
                 (SELECT MAX(x.id) FROM webhook_attempts x WHERE x.triggered_webhook_id = t.id) WHERE t.id IN {list}"
            )
        },
        &[],
        deliveries,
    )
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, answered)| Some((id, answered?)))
        .collect())
}

/// Deletes a delivery with its attempts. One that is under way ends, and nothing of it is written down.
pub(crate) async fn delete(connection: &mut Connection, id: i64) -> Result<()> {
    Statement::new("DELETE FROM triggered_webhooks WHERE id = $1")
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

/// Deletes up to `most` deliveries, with their attempts, that ended before a time; says how many.
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

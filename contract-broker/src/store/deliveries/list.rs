//! Deliveries as displayed to clients.

use super::{
    super::{Connection, Listed, Result, Slice, Statement, row},
    Status, read_parameters,
};
use crate::webhook::Values;

/// A delivery as displayed to clients.
#[derive(Debug, Clone)]
pub(crate) struct Delivery {
    pub(crate) id: i64,
    pub(crate) uuid: String,
    pub(crate) webhook_uuid: String,
    pub(crate) event_name: String,
    pub(crate) trigger_type: String,
    pub(crate) status: Status,
    pub(crate) attempts: i64,
    pub(crate) failures: i64,
    pub(crate) due_at: Option<i64>,
    /// The values of its parameters.
    pub(crate) values: Values,
    pub(crate) created_at: i64,
}

row! {
    struct DeliveryRow {
        id: i64,
        uuid: String,
        webhook_uuid: String,
        event_name: String,
        trigger_type: String,
        status: String,
        attempts: i64,
        failures: i64,
        due_at: Option<i64>,
        parameters: String,
        created_at: i64,
    }
}

impl DeliveryRow {
    /// # Errors
    /// The status or the parameters cannot be parsed.
    fn read(self) -> Result<Delivery> {
        Ok(Delivery {
            status: Status::read(self.id, &self.status)?,
            values: read_parameters(self.id, &self.parameters)?,
            id: self.id,
            uuid: self.uuid,
            webhook_uuid: self.webhook_uuid,
            event_name: self.event_name,
            trigger_type: self.trigger_type,
            attempts: self.attempts,
            failures: self.failures,
            due_at: self.due_at,
            created_at: self.created_at,
        })
    }
}

/// Selects deliveries.
#[derive(Debug, Clone)]
pub(crate) enum DeliveriesOf {
    /// The one with this uuid.
    Uuid(String),
    /// The latest of each webhook and event for a pair, by names.
    LatestOfPair { provider: String, consumer: String },
    /// All triggered by the contract of a consumer version.
    Contract {
        provider: String,
        consumer: String,
        version: String,
    },
    /// All triggered by a verification result.
    Result(i64),
    /// The newest of one webhook.
    Webhook(String),
    /// The newest with this status.
    Status(Status),
}

/// The size of a list without paging.
pub(crate) const NEWEST: Slice = Slice::first(500);

/// Returns deliveries, newest first.
pub(crate) async fn list(
    connection: &mut Connection,
    of: &DeliveriesOf,
    slice: Slice,
) -> Result<Listed<Delivery>> {
    const COLUMNS: &str = "SELECT id, uuid, webhook_uuid, event_name, trigger_type, status, attempts, failures, due_at, \
                           parameters, created_at";
    let rows: Vec<DeliveryRow> = chosen(COLUMNS, of)
        .sql(" ORDER BY id DESC LIMIT ")
        .value(slice.limit)
        .sql(" OFFSET ")
        .value(slice.offset)
        .all(connection)
        .await?;
    let total = match slice.total(&rows) {
        Some(total) => total,
        None => chosen("SELECT COUNT(*)", of).one(connection).await?,
    };
    let rows = rows.into_iter().map(DeliveryRow::read).collect::<Result<_>>()?;
    Ok(Listed { rows, total })
}

/// Returns `select` for the selected deliveries.
fn chosen<'a>(select: &str, of: &'a DeliveriesOf) -> Statement<'a> {
    let from =
        |condition: &str| Statement::new(format!("{select} FROM triggered_webhooks WHERE {condition}"));
    match of {
        DeliveriesOf::Uuid(uuid) => from("uuid = $1").bind(uuid),
        DeliveriesOf::LatestOfPair { provider, consumer } => from(
            "id IN (SELECT MAX(t.id) FROM triggered_webhooks t JOIN pacticipants p ON p.id = t.provider_id \
             JOIN pacticipants c ON c.id = t.consumer_id WHERE p.name = $1 AND c.name = $2 \
             GROUP BY t.webhook_uuid, t.event_name)",
        )
        .bind(provider)
        .bind(consumer),
        DeliveriesOf::Contract {
            provider,
            consumer,
            version,
        } => from(
            "provider_id = (SELECT id FROM pacticipants WHERE name = $1) AND verification_id IS NULL \
             AND consumer_version_id = (SELECT v.id FROM versions v JOIN pacticipants c ON c.id = v.pacticipant_id \
             WHERE c.name = $2 AND v.number = $3)",
        )
        .bind(provider)
        .bind(consumer)
        .bind(version),
        DeliveriesOf::Result(id) => from("verification_id = $1").bind(*id),
        DeliveriesOf::Webhook(uuid) => from("webhook_uuid = $1").bind(uuid),
        DeliveriesOf::Status(status) => from("status = $1").bind(status.as_str()),
    }
}

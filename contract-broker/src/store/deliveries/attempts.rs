//! Attempts of deliveries, and their logs.

use std::collections::HashMap;

use super::super::{Connection, Result, Statement, in_parts, row};

/// One attempt of a delivery.
#[derive(Clone)]
pub(crate) struct Attempt {
    pub(crate) success: bool,
    /// The status of the receiver's response; `None` if there was none.
    pub(crate) answered: Option<i64>,
    pub(crate) log: StoredLog,
    pub(crate) created_at: i64,
}

/// The stored log of an attempt.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum StoredLog {
    /// Encrypted for the uuid of its delivery.
    Sealed(String),
    /// Text from a broker version that did not encrypt logs.
    Text(String),
}

row! {
    /// A log that is not encrypted yet.
    #[derive(Clone)]
    pub(crate) struct OpenLog {
        pub(crate) attempt: i64,
        /// The uuid of its delivery.
        pub(crate) uuid: String,
        pub(crate) text: String,
    }

    struct AttemptRow {
        success: bool,
        log: String,
        sealed: bool,
        created_at: i64,
        answered: Option<i64>,
    }

    struct LastAnswer {
        delivery: i64,
        status: i64,
    }
}

impl From<AttemptRow> for Attempt {
    fn from(row: AttemptRow) -> Self {
        Self {
            success: row.success,
            answered: row.answered,
            log: if row.sealed {
                StoredLog::Sealed(row.log)
            } else {
                StoredLog::Text(row.log)
            },
            created_at: row.created_at,
        }
    }
}

/// An encrypted log.
#[derive(Clone)]
pub(crate) struct EncryptedLog {
    pub(crate) attempt: i64,
    pub(crate) sealed: String,
}

/// Returns the attempts of a delivery, oldest first.
pub(crate) async fn attempts(connection: &mut Connection, delivery: i64) -> Result<Vec<Attempt>> {
    let rows: Vec<AttemptRow> = Statement::new(
        "SELECT success, log, sealed, created_at, answered FROM webhook_attempts WHERE triggered_webhook_id = $1 \
         ORDER BY id",
    )
    .bind(delivery)
    .all(connection)
    .await?;
    Ok(rows.into_iter().map(Attempt::from).collect())
}

/// Returns up to `most` unencrypted logs of attempts with ids greater than `after`.
pub(crate) async fn open_logs(connection: &mut Connection, after: i64, most: i64) -> Result<Vec<OpenLog>> {
    Statement::new(
        "SELECT a.id, t.uuid, a.log FROM webhook_attempts a JOIN triggered_webhooks t ON t.id = a.triggered_webhook_id \
         WHERE a.sealed = 0 AND a.id > $1 ORDER BY a.id LIMIT $2",
    )
    .bind(after)
    .bind(most)
    .all(connection)
    .await
}

/// Replaces unencrypted logs by encrypted ones.
pub(crate) async fn put_encrypted_logs(connection: &mut Connection, logs: &[EncryptedLog]) -> Result<()> {
    for log in logs {
        Statement::new("UPDATE webhook_attempts SET log = $2, sealed = 1 WHERE id = $1 AND sealed = 0")
            .bind(log.attempt)
            .bind(&log.sealed)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Returns the status of the receiver's response in the last attempt of each of these deliveries; those without a
/// response are omitted.
pub(crate) async fn last_answers(
    connection: &mut Connection,
    deliveries: &[i64],
) -> Result<HashMap<i64, i64>> {
    let answers: Vec<LastAnswer> = in_parts(connection, deliveries, |part| {
        Statement::with_ids(
            "SELECT t.id, a.answered FROM triggered_webhooks t JOIN webhook_attempts a ON a.id = \
             (SELECT MAX(x.id) FROM webhook_attempts x WHERE x.triggered_webhook_id = t.id) \
             WHERE t.id IN {ids} AND a.answered IS NOT NULL",
            part,
        )
    })
    .await?;
    Ok(answers
        .into_iter()
        .map(|answer| (answer.delivery, answer.status))
        .collect())
}

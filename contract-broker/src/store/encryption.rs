//! What is encrypted in the database, and a known text that verifies the key.

use super::{Connection, Result, Statement, row};
use crate::domain::time::now;

/// Everything that depends on the encryption key.
#[derive(Debug, Default)]
pub(crate) struct Encrypted {
    /// A known text, encrypted with the key of this database; `None` if no broker has set a key yet.
    pub(crate) check: Option<String>,
    pub(crate) webhooks: Vec<EncryptedWebhook>,
    pub(crate) secrets: Vec<EncryptedSecret>,
}

row! {
    /// The encrypted log of an attempt, which is bound to the uuid of its delivery.
    pub(crate) struct SealedLog {
        pub(crate) attempt: i64,
        pub(crate) uuid: String,
        pub(crate) log: String,
    }

    /// A secret and its encrypted value, which is bound to its uuid.
    #[derive(Debug)]
    pub(crate) struct EncryptedSecret {
        pub(crate) uuid: String,
        pub(crate) name: String,
        pub(crate) sealed: String,
    }

    /// A webhook and its encrypted request, which is bound to its uuid.
    #[derive(Debug)]
    pub(crate) struct EncryptedWebhook {
        pub(crate) uuid: String,
        pub(crate) description: Option<String>,
        pub(crate) request: String,
    }
}

/// Reads everything that depends on the key.
pub(crate) async fn read(connection: &mut Connection) -> Result<Encrypted> {
    let check = Statement::new("SELECT sealed FROM encryption_check WHERE id = 1")
        .optional(&mut *connection)
        .await?;
    let webhooks = Statement::new("SELECT uuid, description, request FROM webhooks ORDER BY id")
        .all(&mut *connection)
        .await?;
    let secrets = Statement::new("SELECT uuid, name, sealed FROM secrets ORDER BY id")
        .all(connection)
        .await?;
    Ok(Encrypted {
        check,
        webhooks,
        secrets,
    })
}

/// Stores the known text, unless another node has stored it concurrently.
pub(crate) async fn add_check(connection: &mut Connection, sealed: &str) -> Result<()> {
    Statement::new(
        "INSERT INTO encryption_check (id, sealed, created_at) VALUES (1, $1, $2) ON CONFLICT DO NOTHING",
    )
    .bind(sealed)
    .bind(now())
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes the known text, so that another key can be used.
pub(crate) async fn remove_check(connection: &mut Connection) -> Result<()> {
    Statement::new("DELETE FROM encryption_check WHERE id = 1")
        .execute(connection)
        .await?;
    Ok(())
}

/// Disables webhooks.
pub(crate) async fn disable(connection: &mut Connection, uuids: &[String]) -> Result<()> {
    for uuid in uuids {
        Statement::new("UPDATE webhooks SET enabled = 0, updated_at = $2 WHERE uuid = $1")
            .bind(uuid)
            .bind(now())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// An encrypted text that was encrypted anew.
#[derive(Debug, Clone)]
pub(crate) enum Rotated {
    /// The request of the webhook with this uuid.
    Request { uuid: String, from: String, to: String },
    /// The value of the secret with this uuid.
    Secret { uuid: String, from: String, to: String },
    /// The log of the attempt with this id.
    Log { attempt: i64, from: String, to: String },
    /// The known text.
    Check { from: String, to: String },
}

/// Returns up to `most` encrypted logs of attempts with ids greater than `after`.
pub(crate) async fn sealed_logs(
    connection: &mut Connection,
    after: i64,
    most: i64,
) -> Result<Vec<SealedLog>> {
    Statement::new(
        "SELECT a.id, t.uuid, a.log FROM webhook_attempts a JOIN triggered_webhooks t ON t.id = a.triggered_webhook_id \
         WHERE a.sealed = 1 AND a.id > $1 ORDER BY a.id LIMIT $2",
    )
    .bind(after)
    .bind(most)
    .all(connection)
    .await
}

/// Replaces encrypted texts, unless they were changed meanwhile.
pub(crate) async fn rotate(connection: &mut Connection, rotated: &[Rotated]) -> Result<()> {
    for one in rotated {
        let statement = match one {
            Rotated::Request { uuid, from, to } => {
                Statement::new("UPDATE webhooks SET request = $3 WHERE uuid = $1 AND request = $2")
                    .bind(uuid)
                    .bind(from)
                    .bind(to)
            }
            Rotated::Secret { uuid, from, to } => {
                Statement::new("UPDATE secrets SET sealed = $3 WHERE uuid = $1 AND sealed = $2")
                    .bind(uuid)
                    .bind(from)
                    .bind(to)
            }
            Rotated::Log { attempt, from, to } => {
                Statement::new("UPDATE webhook_attempts SET log = $3 WHERE id = $1 AND log = $2")
                    .bind(attempt)
                    .bind(from)
                    .bind(to)
            }
            Rotated::Check { from, to } => {
                Statement::new("UPDATE encryption_check SET sealed = $2 WHERE sealed = $1")
                    .bind(from)
                    .bind(to)
            }
        };
        statement.execute(&mut *connection).await?;
    }
    Ok(())
}

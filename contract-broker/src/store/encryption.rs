//! What is encrypted in the database, and a known text that verifies the key.

use super::{Connection, Result, Statement, row};
use crate::domain::time::now;

/// Everything that depends on the encryption key.
#[derive(Debug, Default)]
pub(crate) struct Encrypted {
    /// A known text, encrypted with the key of this database; `None` if no broker has set a key yet.
    pub(crate) check: Option<String>,
    pub(crate) webhooks: Vec<EncryptedWebhook>,
}

row! {
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
        .all(connection)
        .await?;
    Ok(Encrypted { check, webhooks })
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

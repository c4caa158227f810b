//! Deletes pacticipants and integrations.

use super::{
    Connection, Result, Statement, ids_in, lock, versions::BATCH, versions::lock_versions, versions::versions,
};

/// Deletes a pacticipant and its remaining data.
pub(crate) async fn pacticipant(connection: &mut Connection, id: i64) -> Result<()> {
    Statement::new("DELETE FROM pacticipants WHERE id = $1")
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

/// Returns all pacticipants, oldest first.
pub(crate) async fn all_pacticipants(connection: &mut Connection) -> Result<Vec<i64>> {
    Statement::new("SELECT id FROM pacticipants ORDER BY id")
        .all(connection)
        .await
}

/// Deletes every webhook.
pub(crate) async fn webhooks(connection: &mut Connection) -> Result<()> {
    Statement::new("DELETE FROM webhooks").execute(connection).await?;
    Ok(())
}

/// Deletes up to [`BATCH`] deliveries, including pending ones; returns true if there may be more.
pub(crate) async fn some_deliveries(connection: &mut Connection) -> Result<bool> {
    let deleted = Statement::new(
        "DELETE FROM triggered_webhooks WHERE id IN (SELECT id FROM triggered_webhooks ORDER BY id LIMIT $1)",
    )
    .bind(BATCH)
    .execute(connection)
    .await?;
    Ok(deleted > 0)
}

/// Deletes an integration without contracts, with its webhooks and their deliveries. Returns false if there is a
/// contract, which may have been published concurrently.
pub(crate) async fn integration(connection: &mut Connection, consumer: i64, provider: i64) -> Result<bool> {
    // Waits for transactions that publish for the pair, and blocks new ones until the end of the transaction; in the
    // lock order of publishing.
    lock(connection, "pacticipants", &[consumer]).await?;
    lock(connection, "pacticipants", &[provider]).await?;
    let published: Option<i64> = Statement::new(
        "SELECT 1 FROM current_publications WHERE provider_id = $1 AND consumer_id = $2 LIMIT 1",
    )
    .bind(provider)
    .bind(consumer)
    .optional(&mut *connection)
    .await?;
    if published.is_some() {
        return Ok(false);
    }
    for sql in [
        "DELETE FROM triggered_webhooks WHERE consumer_id = $1 AND provider_id = $2 AND due_at IS NULL",
        "DELETE FROM contents WHERE consumer_id = $1 AND provider_id = $2",
        "DELETE FROM webhooks WHERE consumer_id = $1 AND provider_id = $2",
        "DELETE FROM integrations WHERE consumer_id = $1 AND provider_id = $2",
    ] {
        Statement::new(sql)
            .bind(consumer)
            .bind(provider)
            .execute(&mut *connection)
            .await?;
    }
    Ok(true)
}

/// A version without contracts, results and descriptions that was never in an environment.
const UNUSED: &str = "NOT EXISTS (SELECT 1 FROM publications k WHERE k.consumer_version_id = v.id) \
                      AND NOT EXISTS (SELECT 1 FROM verifications r WHERE r.provider_version_id = v.id) \
                      AND NOT EXISTS (SELECT 1 FROM deployments d WHERE d.version_id = v.id) \
                      AND NOT EXISTS (SELECT 1 FROM provider_contracts c WHERE c.provider_version_id = v.id)";

/// Deletes up to [`BATCH`] versions of a pacticipant without contracts and results that were never in an environment;
/// returns true if there may be more.
pub(crate) async fn some_unused_versions(connection: &mut Connection, pacticipant: i64) -> Result<bool> {
    let ids: Vec<i64> = Statement::new(format!(
        "SELECT v.id FROM versions v WHERE v.pacticipant_id = $1 AND {UNUSED} ORDER BY v.id LIMIT $2"
    ))
    .bind(pacticipant)
    .bind(BATCH)
    .all(&mut *connection)
    .await?;
    if ids.is_empty() {
        return Ok(false);
    }
    lock_versions(connection, &ids).await?;
    let sql = format!("SELECT v.id FROM versions v WHERE v.id IN {{ids}} AND {UNUSED}");
    let unused = ids_in(connection, &sql, &ids).await?;
    versions(connection, &unused).await?;
    Ok(true)
}

/// Deletes a pacticipant without any data: no integration, version, label, webhook, display name or repository.
pub(crate) async fn unused_pacticipant(connection: &mut Connection, id: i64) -> Result<()> {
    lock(connection, "pacticipants", &[id]).await?;
    Statement::new(
        "DELETE FROM pacticipants WHERE id = $1 AND display_name IS NULL AND repository_url IS NULL \
         AND repository_name IS NULL AND repository_namespace IS NULL \
         AND NOT EXISTS (SELECT 1 FROM integrations i WHERE i.consumer_id = $1) \
         AND NOT EXISTS (SELECT 1 FROM integrations i WHERE i.provider_id = $1) \
         AND NOT EXISTS (SELECT 1 FROM versions v WHERE v.pacticipant_id = $1) \
         AND NOT EXISTS (SELECT 1 FROM labels l WHERE l.pacticipant_id = $1) \
         AND NOT EXISTS (SELECT 1 FROM webhooks w WHERE w.consumer_id = $1) \
         AND NOT EXISTS (SELECT 1 FROM webhooks w WHERE w.provider_id = $1)",
    )
    .bind(id)
    .execute(connection)
    .await?;
    Ok(())
}

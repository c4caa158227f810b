//! Deletes contents that are no longer published.

use super::{super::in_parts, Connection, Dialect, Result, Statement, execute_in, ids_in};

/// Returns those of the contents that have no publication. Waits for transactions that are publishing one of them, and
/// blocks new ones until the end of the transaction. They are locked in the order of publishing: by provider name.
pub(super) async fn lock_unpublished(connection: &mut Connection, contents: &[i64]) -> Result<Vec<i64>> {
    let locking = match connection.dialect() {
        Dialect::Postgres => " FOR UPDATE OF c",
        Dialect::Sqlite => "",
    };
    in_parts(connection, contents, |part| Statement::with_ids(&format!("SELECT c.id FROM contents c JOIN pacticipants p ON p.id = c.provider_id WHERE c.id IN {{ids}} \
                 AND NOT EXISTS (SELECT 1 FROM publications k WHERE k.content_id = c.id) \
                 ORDER BY p.name, c.id{locking}"), part))
    .await
}

/// Deletes those of the locked contents that still have no publication, with their results and the deliveries of these.
pub(super) async fn delete_unpublished(connection: &mut Connection, contents: &[i64]) -> Result<()> {
    let unpublished = ids_in(
        connection,
        "SELECT c.id FROM contents c WHERE c.id IN {ids} \
         AND NOT EXISTS (SELECT 1 FROM publications k WHERE k.content_id = c.id)",
        contents,
    )
    .await?;
    for sql in [
        "DELETE FROM triggered_webhooks WHERE due_at IS NULL \
         AND verification_id IN (SELECT r.id FROM verifications r WHERE r.content_id IN {ids})",
        "DELETE FROM contents WHERE id IN {ids}",
    ] {
        execute_in(connection, sql, &unpublished).await?;
    }
    Ok(())
}

//! Deletes versions, and contracts of versions that are kept.

use super::{
    super::provider_contracts, Connection, Dialect, Result, Statement, contents, execute_in, ids_in,
    lines::Lines, lock,
};

/// Number of versions deleted per transaction, so that others need not wait long.
pub(crate) const BATCH: i64 = 100;

/// The first key of PostgreSQL advisory locks for deletions; the second identifies the pacticipant.
const LOCK: i64 = 1_668_246_117;

/// Blocks other uses of versions until the end of the transaction. Publishing begins by updating its version, so
/// nothing is published under these meanwhile. Deletions of one pacticipant run one after the other: each recomputes
/// heads among versions that another may be deleting.
pub(crate) async fn lock_versions(connection: &mut Connection, ids: &[i64]) -> Result<()> {
    if connection.dialect() == Dialect::Postgres {
        let sql = format!(
            "SELECT pg_advisory_xact_lock({LOCK}, hashint8(p.id)) FROM \
             (SELECT DISTINCT pacticipant_id AS id FROM versions WHERE id IN {{ids}} ORDER BY 1) p"
        );
        execute_in(connection, &sql, ids).await?;
    }
    lock(connection, "versions", ids).await
}

/// Deletes versions with everything that belongs to them. Pending deliveries are still made.
pub(crate) async fn versions(connection: &mut Connection, ids: &[i64]) -> Result<u64> {
    lock_versions(connection, ids).await?;
    let lines = Lines::of_versions(connection, ids).await?;
    lines.lock(connection).await?;
    for sql in [
        "DELETE FROM branch_versions WHERE version_id IN {ids}",
        "DELETE FROM tags WHERE version_id IN {ids}",
    ] {
        execute_in(connection, sql, ids).await?;
    }
    lines.put_heads_right(connection).await?;
    let published = published(connection, ids).await?;
    for sql in [
        "DELETE FROM triggered_webhooks WHERE due_at IS NULL AND consumer_version_id IN {ids}",
        "DELETE FROM triggered_webhooks WHERE due_at IS NULL \
         AND verification_id IN (SELECT r.id FROM verifications r WHERE r.provider_version_id IN {ids})",
        "DELETE FROM current_publications WHERE consumer_version_id IN {ids}",
        "DELETE FROM publications WHERE consumer_version_id IN {ids}",
    ] {
        execute_in(connection, sql, ids).await?;
    }
    let unpublished = contents::lock_unpublished(connection, &published).await?;
    lines.put_contracts_right(connection).await?;
    let descriptions = provider_contracts::of_versions(connection, ids).await?;
    let deleted = execute_in(connection, "DELETE FROM versions WHERE id IN {ids}", ids).await?;
    lines.delete_empty_branches(connection).await?;
    contents::delete_unpublished(connection, &unpublished).await?;
    provider_contracts::delete_unpublished(connection, &descriptions).await?;
    Ok(deleted)
}

/// Returns the contents that versions published.
async fn published(connection: &mut Connection, versions: &[i64]) -> Result<Vec<i64>> {
    ids_in(
        connection,
        "SELECT content_id FROM publications WHERE consumer_version_id IN {ids}",
        versions,
    )
    .await
}

/// Deletes up to [`BATCH`] versions of a pacticipant, oldest first; returns true if there may be more.
pub(crate) async fn some_versions(connection: &mut Connection, pacticipant: i64) -> Result<bool> {
    let ids: Vec<i64> =
        Statement::new("SELECT id FROM versions WHERE pacticipant_id = $1 ORDER BY id LIMIT $2")
            .bind(pacticipant)
            .bind(BATCH)
            .all(&mut *connection)
            .await?;
    if ids.is_empty() {
        return Ok(false);
    }
    versions(connection, &ids).await?;
    Ok(true)
}

/// Deletes contracts: the publications of at most [`BATCH`] consumer versions with a provider.
pub(crate) async fn contracts(connection: &mut Connection, provider: i64, versions: &[i64]) -> Result<u64> {
    lock_versions(connection, versions).await?;
    let lines = Lines::of_versions(connection, versions).await?;
    lines.lock(connection).await?;
    let published = published(connection, versions).await?;
    let of_pair = |sql| {
        Statement::new(sql)
            .value(provider)
            .sql(" AND consumer_version_id IN ")
            .numbers(versions)
    };
    of_pair("DELETE FROM triggered_webhooks WHERE due_at IS NULL AND provider_id = ")
        .execute(connection)
        .await?;
    let deleted = of_pair("DELETE FROM publications WHERE provider_id = ")
        .execute(connection)
        .await?;
    of_pair("DELETE FROM current_publications WHERE provider_id = ")
        .execute(connection)
        .await?;
    let unpublished = contents::lock_unpublished(connection, &published).await?;
    lines.put_contracts_right(connection).await?;
    contents::delete_unpublished(connection, &unpublished).await?;
    Ok(deleted)
}

/// Returns up to [`BATCH`] consumer versions with a contract of the pair.
pub(crate) async fn some_versions_of_pair(
    connection: &mut Connection,
    consumer: i64,
    provider: i64,
) -> Result<Vec<i64>> {
    Statement::new(
        "SELECT consumer_version_id FROM current_publications WHERE provider_id = $1 AND consumer_id = $2 \
         ORDER BY consumer_version_id LIMIT $3",
    )
    .bind(provider)
    .bind(consumer)
    .bind(BATCH)
    .all(connection)
    .await
}

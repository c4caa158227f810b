//! Work that is done now and then, by one node at a time.

use super::{Connection, Result};
use crate::domain::time::now;

/// A node's hold on a piece of work.
#[derive(Debug, Clone)]
pub(crate) struct Lease {
    pub(crate) job: &'static str,
    /// Names this hold and no other.
    pub(crate) token: String,
    /// How many microseconds one step can take; after that another node may take over.
    pub(crate) patience: i64,
}

/// When the work is due: now, where it was never done.
pub(crate) async fn due_at(connection: &mut Connection, job: &'static str) -> Result<i64> {
    let row: Option<(i64,)> = sqlx::query_as("SELECT due_at FROM periodic_jobs WHERE name = $1")
        .bind(job)
        .fetch_optional(connection)
        .await?;
    Ok(row.map_or(0, |row| row.0))
}

/// Takes the work if it is due; of several nodes one gets it.
pub(crate) async fn claim(connection: &mut Connection, lease: &Lease) -> Result<bool> {
    let now = now();
    let inserted = sqlx::query(
        "INSERT INTO periodic_jobs (name, claimed_by, due_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    )
    .bind(lease.job)
    .bind(lease.token.clone())
    .bind(now + lease.patience)
    .execute(&mut *connection)
    .await?;
    if inserted.rows_affected() > 0 {
        return Ok(true);
    }
    let taken =
        sqlx::query("UPDATE periodic_jobs SET claimed_by = $2, due_at = $3 WHERE name = $1 AND due_at <= $4")
            .bind(lease.job)
            .bind(lease.token.clone())
            .bind(now + lease.patience)
            .bind(now)
            .execute(connection)
            .await?;
    Ok(taken.rows_affected() > 0)
}

/// Holds on for one more step; false when another node took over.
pub(crate) async fn renew(connection: &mut Connection, lease: &Lease) -> Result<bool> {
    set_due(connection, lease, now() + lease.patience).await
}

/// Lets go: the work is done, and due again at `next`.
pub(crate) async fn finish(connection: &mut Connection, lease: &Lease, next: i64) -> Result<bool> {
    set_due(connection, lease, next).await
}

async fn set_due(connection: &mut Connection, lease: &Lease, due_at: i64) -> Result<bool> {
    let changed = sqlx::query("UPDATE periodic_jobs SET due_at = $3 WHERE name = $1 AND claimed_by = $2")
        .bind(lease.job)
        .bind(lease.token.clone())
        .bind(due_at)
        .execute(connection)
        .await?;
    Ok(changed.rows_affected() > 0)
}

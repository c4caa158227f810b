//! Requests that were done, and what was answered, so that they are not done again.

use super::{Connection, Result, Statement, row};
use crate::domain::{
    Refusal,
    once::{Claim, KEPT},
    time::now,
};

row! {
    /// A request that was done.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct DoneRequest {
        pub(crate) fingerprint: String,
        /// In microseconds since 1970, UTC.
        pub(crate) done_at: i64,
        /// What was answered, encrypted; none as long as nothing was, or if it is too long.
        pub(crate) answer: Option<String>,
    }
}

/// The request that was done with this key, if it is not forgotten yet.
pub(crate) async fn find(connection: &mut Connection, owner: &str, key: &str) -> Result<Option<DoneRequest>> {
    Statement::new(
        "SELECT fingerprint, done_at, answer FROM keyed_requests WHERE owner = $1 AND key = $2 AND expires_at > $3",
    )
    .bind(owner)
    .bind(key)
    .bind(now())
    .optional(connection)
    .await
}

/// Writes down that a request is done, in the transaction that does it. The same request may do so several times.
///
/// # Errors
/// Refused if another request with this key was faster.
pub(crate) async fn claim(connection: &mut Connection, claim: &Claim) -> Result<()> {
    let now = now();
    Statement::new("DELETE FROM keyed_requests WHERE owner = $1 AND key = $2 AND expires_at <= $3")
        .bind(&claim.owner)
        .bind(&claim.key)
        .bind(now)
        .execute(&mut *connection)
        .await?;
    let added = Statement::new(
        "INSERT INTO keyed_requests (owner, key, fingerprint, attempt, done_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
    )
    .bind(&claim.owner)
    .bind(&claim.key)
    .bind(&claim.fingerprint)
    .bind(&claim.attempt)
    .bind(now)
    .bind(now.saturating_add(KEPT))
    .execute(&mut *connection)
    .await?;
    if added > 0 {
        return Ok(());
    }
    let attempt: Option<String> =
        Statement::new("SELECT attempt FROM keyed_requests WHERE owner = $1 AND key = $2")
            .bind(&claim.owner)
            .bind(&claim.key)
            .optional(connection)
            .await?;
    if attempt.as_ref() == Some(&claim.attempt) {
        Ok(())
    } else {
        Err(Refusal::UnderWay(RUNNING).into())
    }
}

/// What somebody is told whose request is being done already.
pub(crate) const RUNNING: &str =
    "a request with this Idempotency-Key is being done: send it again in a second to get its answer";

/// Keeps what was answered to the request that this claim is of.
pub(crate) async fn keep(connection: &mut Connection, claim: &Claim, answer: &str) -> Result<()> {
    Statement::new("UPDATE keyed_requests SET answer = $4 WHERE owner = $1 AND key = $2 AND attempt = $3")
        .bind(&claim.owner)
        .bind(&claim.key)
        .bind(&claim.attempt)
        .bind(answer)
        .execute(connection)
        .await?;
    Ok(())
}

/// Forgets at most `limit` requests that expired; gives their number.
pub(crate) async fn forget(connection: &mut Connection, limit: i64) -> Result<u64> {
    Statement::new(
        "DELETE FROM keyed_requests WHERE (owner, key) IN \
         (SELECT owner, key FROM keyed_requests WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
    )
    .bind(now())
    .bind(limit)
    .execute(connection)
    .await
}

//! Seals over the audit log: chained digests, and what is deleted of the log when it is old.

use super::{
    Connection, Result, Statement,
    audit::{COLUMNS, Stored},
    row,
};
use crate::domain::audit::{Chain, Class};

row! {
    /// A digest over all events of a chain up to one.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Seal {
        pub(crate) last_id: i64,
        pub(crate) events: i64,
        pub(crate) digest: String,
        pub(crate) sealed_at: i64,
        /// Whether its events, and all before them, were deleted.
        pub(crate) pruned: bool,
    }
}

/// The condition of a chain's events, with its parameter at the first place.
const fn of(chain: Chain) -> &'static str {
    match chain {
        Chain::All => "class IS NULL AND $1 = 'all'",
        Chain::Of(_) => "class = $1",
    }
}

/// Some of the events of a chain after one, up to another one.
pub(crate) async fn events(
    connection: &mut Connection,
    chain: Chain,
    after: i64,
    up_to: i64,
    limit: i64,
) -> Result<Vec<Stored>> {
    let condition = of(chain);
    Statement::new(format!(
        "SELECT {COLUMNS} FROM audit_events WHERE {condition} AND id > $2 AND id <= $3 ORDER BY id LIMIT $4"
    ))
    .bind(chain.as_str())
    .bind(after)
    .bind(up_to)
    .bind(limit)
    .all(connection)
    .await
}

/// An event that is in none of the chains.
pub(crate) async fn outside_of_chains(connection: &mut Connection) -> Result<Option<i64>> {
    let classes = [Class::Security, Class::Data].map(|class| Chain::Of(class).as_str().to_owned());
    Statement::new("SELECT id FROM audit_events WHERE class IS NOT NULL AND class NOT IN ")
        .texts(&classes)
        .sql(" ORDER BY id LIMIT 1")
        .optional(connection)
        .await
}

/// The id before the first event that is younger than `before`: those up to it can be sealed. `None` where there are none.
pub(crate) async fn settled(connection: &mut Connection, before: i64) -> Result<Option<i64>> {
    let young: Option<Option<i64>> = Statement::new("SELECT MIN(id) FROM audit_events WHERE at >= $1")
        .bind(before)
        .optional(&mut *connection)
        .await?;
    if let Some(young) = young.flatten() {
        return Ok(Some(young - 1));
    }
    let newest: Option<Option<i64>> = Statement::new("SELECT MAX(id) FROM audit_events")
        .optional(connection)
        .await?;
    Ok(newest.flatten())
}

/// When the oldest event without a seal was, in any chain.
pub(crate) async fn unsealed_since(connection: &mut Connection) -> Result<Option<i64>> {
    let mut oldest: Option<i64> = None;
    for chain in Chain::EACH {
        let condition = of(chain);
        let since: Option<i64> = Statement::new(format!(
            "SELECT at FROM audit_events WHERE {condition} AND id > \
             (SELECT COALESCE(MAX(last_id), 0) FROM audit_seals WHERE chain = $1) ORDER BY id LIMIT 1"
        ))
        .bind(chain.as_str())
        .optional(&mut *connection)
        .await?;
        oldest = oldest.into_iter().chain(since).min();
    }
    Ok(oldest)
}

const SEAL: &str = "SELECT last_id, events, digest, sealed_at, pruned FROM audit_seals";

/// The last seal of a chain.
pub(crate) async fn last(connection: &mut Connection, chain: Chain) -> Result<Option<Seal>> {
    Statement::new(format!("{SEAL} WHERE chain = $1 ORDER BY last_id DESC LIMIT 1"))
        .bind(chain.as_str())
        .optional(connection)
        .await
}

/// Seals of a chain after that event, oldest first.
pub(crate) async fn list(
    connection: &mut Connection,
    chain: Chain,
    after: i64,
    limit: i64,
) -> Result<Vec<Seal>> {
    Statement::new(format!(
        "{SEAL} WHERE chain = $1 AND last_id > $2 ORDER BY last_id LIMIT $3"
    ))
    .bind(chain.as_str())
    .bind(after)
    .bind(limit)
    .all(connection)
    .await
}

/// Adds a seal to a chain.
pub(crate) async fn add(connection: &mut Connection, chain: Chain, seal: &Seal) -> Result<()> {
    Statement::new(
        "INSERT INTO audit_seals (chain, last_id, events, digest, sealed_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(chain.as_str())
    .bind(seal.last_id)
    .bind(seal.events)
    .bind(&seal.digest)
    .bind(seal.sealed_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// The newest seal of a chain that was made before that time: every event under it is older.
pub(crate) async fn newest_before(
    connection: &mut Connection,
    chain: Chain,
    time: i64,
) -> Result<Option<Seal>> {
    Statement::new(format!(
        "{SEAL} WHERE chain = $1 AND sealed_at < $2 ORDER BY last_id DESC LIMIT 1"
    ))
    .bind(chain.as_str())
    .bind(time)
    .optional(connection)
    .await
}

/// Makes a seal the first of its chain: what it says of the events before it stays, they themselves may go.
pub(crate) async fn make_first(connection: &mut Connection, chain: Chain, last_id: i64) -> Result<()> {
    Statement::new("UPDATE audit_seals SET pruned = 1 WHERE chain = $1 AND last_id = $2")
        .bind(chain.as_str())
        .bind(last_id)
        .execute(&mut *connection)
        .await?;
    Statement::new("DELETE FROM audit_seals WHERE chain = $1 AND last_id < $2")
        .bind(chain.as_str())
        .bind(last_id)
        .execute(connection)
        .await?;
    Ok(())
}

/// Deletes at most so many of the oldest events of a chain, up to one; gives their number.
pub(crate) async fn delete(connection: &mut Connection, chain: Chain, up_to: i64, limit: i64) -> Result<u64> {
    let condition = of(chain);
    Statement::new(format!(
        "DELETE FROM audit_events WHERE id IN \
         (SELECT id FROM audit_events WHERE {condition} AND id <= $2 ORDER BY id LIMIT $3)"
    ))
    .bind(chain.as_str())
    .bind(up_to)
    .bind(limit)
    .execute(connection)
    .await
}

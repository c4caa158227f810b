//! Probes, at the start, what the store relies on in a server that speaks PostgreSQL's protocol. Not every such server is
//! PostgreSQL: one whose locks or ids mean something else would lose or mix up data without an error.

use super::{Connection, Error, Result, Statement};

/// The first key of the locks of the probe; the second is different for each probe.
const LOCK: i64 = 1_886_547_810;

/// Probes the server with two connections to it. The second is opened for this alone.
///
/// # Errors
/// What is missing, by name, and what to do; database errors.
pub(super) async fn run(first: &mut Connection, second: &mut Connection) -> Result<()> {
    locks_exclude(first, second).await?;
    hashes(first).await?;
    ids_are_ordered(first).await
}

fn missing(what: &str, problem: impl std::fmt::Display) -> Error {
    Error::unavailable(
        "checking what the database can do",
        format!("{what}: {problem}; use PostgreSQL, or see \"What the broker relies on\" in the book"),
    )
}

/// Migrations and deletions run one after the other because of advisory locks: one that is held must be refused to others.
async fn locks_exclude(first: &mut Connection, second: &mut Connection) -> Result<()> {
    let what = "advisory locks (pg_advisory_xact_lock)";
    // Several nodes may start, and probe, at once.
    let key = uuid::Uuid::new_v4().as_u128() % 1_000_000_000;
    let held = first
        .script(&format!(
            "BEGIN; SELECT pg_advisory_xact_lock(CAST({LOCK}{key} AS BIGINT)); SELECT pg_advisory_xact_lock({LOCK}, {key})"
        ))
        .await;
    let taken = match held {
        Ok(()) => {
            let sql = format!("SELECT CASE WHEN pg_try_advisory_xact_lock({LOCK}, {key}) THEN 1 ELSE 0 END");
            Statement::new(sql).one::<bool>(second).await
        }
        Err(error) => Err(error),
    };
    first.script("ROLLBACK").await?;
    match taken {
        Ok(false) => Ok(()),
        Ok(true) => Err(missing(
            what,
            "a lock that one connection holds is given to another",
        )),
        Err(error) => Err(missing(what, error)),
    }
}

/// Locks of deletions are named by a hash that the server computes.
async fn hashes(connection: &mut Connection) -> Result<()> {
    Statement::new("SELECT hashint8(1)")
        .one::<i64>(connection)
        .await
        .map(drop)
        .map_err(|error| missing("the function hashint8", error))
}

/// "The newest" is what has the greatest id: ids must be given in the order in which they are asked for, by all connections.
async fn ids_are_ordered(connection: &mut Connection) -> Result<()> {
    let what = "ids in the order of creation (identity columns)";
    let unordered: Vec<String> = Statement::new(
        "SELECT CAST(sequencename AS TEXT) FROM pg_sequences WHERE schemaname = current_schema() \
         AND (cache_size <> 1 OR increment_by <> 1 OR cycle) ORDER BY 1",
    )
    .all(connection)
    .await
    .map_err(|error| missing(what, error))?;
    if unordered.is_empty() {
        return Ok(());
    }
    Err(missing(
        what,
        format!(
            "the sequences {} give ids to connections in blocks, or not upwards: ALTER SEQUENCE … INCREMENT 1 CACHE 1 NO CYCLE",
            unordered.join(", ")
        ),
    ))
}

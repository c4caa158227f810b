//! Migrates the tables, once even if several nodes start.

use std::time::Duration;

use super::{Connection, Dialect, Error, Result, Statement, Trouble};
use crate::domain::time::now;

/// One migration step, in both dialects.
pub(crate) struct Migration {
    pub(crate) number: i64,
    pub(crate) name: &'static str,
    /// The number of the step that the oldest broker knows that still reads and writes the tables as they are after this
    /// step. Its own number if that is none of the older ones.
    pub(crate) oldest_reader: i64,
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

macro_rules! migrations {
    ($($number:literal $name:literal readable_from $reader:literal),+ $(,)?) => {
        &[$(Migration {
            number: $number,
            name: $name,
            oldest_reader: $reader,
            sqlite: include_str!(concat!("migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("migrations/postgres/", $name, ".sql")),
        }),+]
    };
}

/// The steps of a broker's database, oldest first. Steps are never changed or removed. Each says which step the oldest broker
/// knows that still reads and writes the tables behind it: an older one if the step only adds what that broker neither reads
/// nor writes, else its own.
const MIGRATIONS: &[Migration] = migrations![
    1 "0001_contracts" readable_from 1,
    2 "0002_webhooks" readable_from 2,
    3 "0003_periodic_jobs" readable_from 3,
    4 "0004_dead_letters" readable_from 4,
    5 "0005_webhooks_after_events" readable_from 5,
    6 "0006_leaner_publishing" readable_from 6,
    7 "0007_sealed_logs" readable_from 7,
    8 "0008_webhooks_by_pair" readable_from 8,
    9 "0009_encryption_check" readable_from 9,
    10 "0010_deliveries_by_webhook" readable_from 10,
    11 "0011_traces" readable_from 11,
    12 "0012_provider_contracts" readable_from 12,
    13 "0013_accounts" readable_from 13,
    // A broker of step 13 writes the roles of an account anew without saying which of them rules gave: they would stay.
    14 "0014_sessions" readable_from 14,
    15 "0015_idempotency" readable_from 14,
    // A broker of step 15 seals all events in one chain, whatever their class: the seals would not fit.
    16 "0016_audit_classes" readable_from 16,
    17 "0017_aliases" readable_from 16,
    18 "0018_provider_sessions" readable_from 16,
];

/// The steps of the control store, oldest first.
const CONTROL_MIGRATIONS: &[Migration] = migrations![1 "control_0001_tenants" readable_from 1];

/// The steps of one kind of database, and the tables by which its kind is told.
pub(crate) struct Plan {
    /// All steps, oldest first.
    pub(crate) steps: &'static [Migration],
    /// The table with the steps that were applied.
    table: &'static str,
    /// The table that says which brokers can read each step.
    readers: &'static str,
    /// The table of steps of the other kind of database, which must not be there.
    other: &'static str,
    /// What to tell somebody who opens the other kind.
    mistaken: &'static str,
}

/// The database of a broker, or of one tenant.
pub(crate) const BROKER: &Plan = &Plan {
    steps: MIGRATIONS,
    table: "schema_migrations",
    readers: "schema_readers",
    other: "control_migrations",
    mistaken: "it is the control store of a broker with tenants: set tenants.host, name a tenant with --tenant, or choose \
               another database with database.url",
};

/// The control store of a broker with tenants.
pub(crate) const CONTROL: &Plan = &Plan {
    steps: CONTROL_MIGRATIONS,
    table: "control_migrations",
    readers: "control_readers",
    other: "schema_migrations",
    mistaken: "it holds the contracts of a broker without tenants: choose another database with database.url; \
               `contract-broker tenants create NAME --from EXPORT` takes what that broker exported into a tenant",
};

impl Plan {
    /// Returns the number of the last step.
    pub(super) const fn newest(&self) -> i64 {
        match self.steps.last() {
            Some(migration) => migration.number,
            None => 0,
        }
    }
}

/// The lock for nodes that start at once on one PostgreSQL database.
const LOCK: i64 = 7_303_014_815;

/// How long a step waits for a lock on a table in use: whoever comes after it waits as long.
const LOCK_TIMEOUT: &str = "5s";
/// How often the steps are tried, and how long a broker that others do not let wait pauses, so that they get on.
const TRIES: u32 = 24;
const PAUSE: Duration = Duration::from_secs(1);

/// Runs the missing steps in one transaction, again and again if others hold the tables.
pub(super) async fn run(plan: &'static Plan, dialect: Dialect, connection: &mut Connection) -> Result<()> {
    let mut tries = 0;
    loop {
        let Err(error) = apply(plan, dialect, connection).await else {
            return Ok(());
        };
        let _ = connection.script("ROLLBACK").await;
        tries += 1;
        if error.trouble() != Some(Trouble::Busy) || tries == TRIES {
            return Err(error);
        }
        tracing::warn!(%error, "the tables are in use; the migration is tried again");
        tokio::time::sleep(PAUSE).await;
    }
}

/// The newest step that was applied; 0 for a database without tables.
///
/// # Errors
/// Database errors.
pub(super) async fn applied(plan: &Plan, connection: &mut Connection) -> Result<i64> {
    if !is_there(connection, plan.table).await? {
        return Ok(0);
    }
    Statement::new(format!("SELECT COALESCE(MAX(number), 0) FROM {}", plan.table))
        .one(connection)
        .await
}

/// Whether there is a table of this name.
async fn is_there(connection: &mut Connection, table: &str) -> Result<bool> {
    let sql = match connection.dialect() {
        Dialect::Sqlite => "SELECT COUNT(*) FROM sqlite_master WHERE name = $1",
        Dialect::Postgres => "SELECT COUNT(to_regclass($1))",
    };
    let count: i64 = Statement::new(sql).bind(table).one(connection).await?;
    Ok(count > 0)
}

/// Refuses the other kind of database.
///
/// # Errors
/// It is of the other kind: what to do; database errors.
async fn tell_kinds_apart(plan: &Plan, connection: &mut Connection) -> Result<()> {
    if is_there(connection, plan.other).await? {
        return Err(Error::unavailable("checking the database", plan.mistaken));
    }
    Ok(())
}

/// Checks that no step is missing, and that this broker can read those that it does not know.
///
/// # Errors
/// Which, and what to do; database errors.
pub(super) async fn check(plan: &Plan, connection: &mut Connection) -> Result<()> {
    tell_kinds_apart(plan, connection).await?;
    let (there, known) = (applied(plan, connection).await?, plan.newest());
    if there > known {
        return check_newer(plan, connection, there).await;
    }
    match there {
        0 => Err(missing_tables()),
        _ if there < known => Err(Error::unavailable(
            "checking the database",
            format!("its schema is at step {there}, this broker needs {known}: {REMEDY}"),
        )),
        _ => Ok(()),
    }
}

/// What to do about steps that are missing.
const REMEDY: &str = "run `contract-broker migrate` with the same settings, or set database.migrate to auto";

fn missing_tables() -> Error {
    Error::unavailable("checking the database", format!("it has no tables: {REMEDY}"))
}

/// Checks that there are tables, of whatever version.
///
/// # Errors
/// There are none, or those of the other kind of database: what to do; database errors.
pub(super) async fn check_presence(plan: &Plan, connection: &mut Connection) -> Result<()> {
    tell_kinds_apart(plan, connection).await?;
    match applied(plan, connection).await? {
        0 => Err(missing_tables()),
        _ => Ok(()),
    }
}

/// Checks that a broker of this step can read tables that a newer broker migrated.
///
/// # Errors
/// It cannot; database errors.
async fn check_newer(plan: &Plan, connection: &mut Connection, there: i64) -> Result<()> {
    let known = plan.newest();
    let needed = oldest_reader(plan, connection).await?.unwrap_or(there);
    if needed > known {
        return Err(Error::unavailable(
            "checking the database",
            format!(
                "its schema is at step {there}, which a broker of step {needed} or newer can read, and this one knows {known}; \
                 start the newer broker that wrote it, or restore a copy from before"
            ),
        ));
    }
    tracing::warn!(
        schema = there,
        known,
        "a newer broker migrated the database; this one can read it"
    );
    Ok(())
}

/// Returns the oldest step whose broker can read the steps that this broker does not know. A step of which nothing is known
/// needs its own.
async fn oldest_reader(plan: &Plan, connection: &mut Connection) -> Result<Option<i64>> {
    let Plan { table, readers, .. } = plan;
    let needed: Vec<i64> = Statement::new(format!(
        "SELECT COALESCE(r.oldest_reader, m.number) FROM {table} m LEFT JOIN {readers} r ON r.number = m.number \
         WHERE m.number > $1"
    ))
    .bind(plan.newest())
    .all(connection)
    .await?;
    Ok(needed.into_iter().max())
}

/// Writes down which brokers can read the tables, for brokers that are older than this one. What an older one wrote down of a
/// step is corrected: this one knows more.
async fn note_readers(plan: &Plan, connection: &mut Connection) -> Result<()> {
    let readers = plan.readers;
    for migration in plan.steps {
        Statement::new(format!(
            "INSERT INTO {readers} (number, oldest_reader) VALUES ($1, $2) ON CONFLICT (number) DO UPDATE \
             SET oldest_reader = excluded.oldest_reader WHERE {readers}.oldest_reader <> excluded.oldest_reader"
        ))
        .bind(migration.number)
        .bind(migration.oldest_reader)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

async fn apply(plan: &Plan, dialect: Dialect, connection: &mut Connection) -> Result<()> {
    match dialect {
        Dialect::Sqlite => {
            connection.script("BEGIN IMMEDIATE").await?;
        }
        Dialect::Postgres => {
            // Another node may be migrating, which is awaited without limit. Other locks are awaited with a limit.
            connection.script("BEGIN; SET LOCAL lock_timeout = 0").await?;
            Statement::new("SELECT pg_advisory_xact_lock($1)")
                .bind(LOCK)
                .execute(&mut *connection)
                .await?;
            connection
                .script(&format!("SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
                .await?;
        }
    }
    tell_kinds_apart(plan, connection).await?;
    let Plan { table, readers, .. } = plan;
    let create = format!(
        "CREATE TABLE IF NOT EXISTS {table} (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, \
         applied_at BIGINT NOT NULL); CREATE TABLE IF NOT EXISTS {readers} (number BIGINT NOT NULL PRIMARY KEY, \
         oldest_reader BIGINT NOT NULL)"
    );
    connection.script(&create).await?;
    let done: Vec<i64> = Statement::new(format!("SELECT number FROM {table} ORDER BY number"))
        .all(&mut *connection)
        .await?;
    let newest = done.last().copied().unwrap_or_default();
    if newest > plan.newest() {
        check_newer(plan, connection, newest).await?;
        return connection.script("COMMIT").await;
    }
    for migration in plan.steps.iter().filter(|migration| migration.number > newest) {
        let sql = match dialect {
            Dialect::Sqlite => migration.sqlite,
            Dialect::Postgres => migration.postgres,
        };
        tracing::info!(step = migration.name, "migrating the database");
        connection.script(sql).await.map_err(|error| {
            let way_out = match newest {
                0 => "; if it holds tables of another program, name an empty database with database.url",
                _ => "",
            };
            let message = format!("{}: {error}{way_out}", migration.name);
            // Tables that others use are waited for again.
            let trouble = error.trouble().unwrap_or(Trouble::Other);
            Error::Database {
                doing: "migrating the database",
                message,
                trouble,
            }
        })?;
        Statement::new(format!(
            "INSERT INTO {table} (number, name, applied_at) VALUES ($1, $2, $3)"
        ))
        .bind(migration.number)
        .bind(migration.name)
        .bind(now())
        .execute(&mut *connection)
        .await?;
    }
    note_readers(plan, connection).await?;
    connection.script("COMMIT").await?;
    Ok(())
}

/// Writes a step that does not exist and deletes it: a write without an effect.
pub(super) async fn come_and_go(connection: &mut Connection, plan: &Plan) -> Result<()> {
    let table = plan.table;
    Statement::new(format!(
        "INSERT INTO {table} (number, name, applied_at) VALUES (-1, '', 0)"
    ))
    .execute(connection)
    .await?;
    Statement::new(format!("DELETE FROM {table} WHERE number = -1"))
        .execute(connection)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Returns tables with their columns, and indexes with what they index; necessary differences between dialects are
    /// normalised.
    fn shape(sql: &str) -> BTreeMap<String, Vec<String>> {
        let text: String = sql
            .lines()
            .filter(|line| !line.trim_start().starts_with("--"))
            .collect::<Vec<_>>()
            .join("\n");
        text.split(';')
            .map(str::trim)
            .filter(|statement| !statement.is_empty())
            .map(|statement| {
                let statement = statement
                    .replace(" COLLATE \"C\"", "")
                    .replace(
                        "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
                        "INTEGER PRIMARY KEY AUTOINCREMENT",
                    )
                    .replace("BYTEA", "BLOB")
                    .replace(") WITHOUT ROWID", ")");
                let (head, body) = statement.split_once('(').unwrap_or((&statement, ""));
                let mut parts: Vec<String> = body
                    .lines()
                    .map(|line| line.trim().trim_end_matches(',').to_owned())
                    .collect();
                parts.retain(|part| !part.is_empty());
                (head.trim().to_owned(), parts)
            })
            .collect()
    }

    #[test]
    fn every_migration_has_a_twin_in_the_other_dialect() {
        for plan in [BROKER, CONTROL] {
            for (index, migration) in plan.steps.iter().enumerate() {
                let name = migration.name;
                assert_eq!(
                    migration.number,
                    i64::try_from(index).unwrap() + 1,
                    "{name} is out of order"
                );
                assert!(
                    (1..=migration.number).contains(&migration.oldest_reader),
                    "{name}"
                );
                assert!(
                    index == 0 || plan.steps[index - 1].oldest_reader <= migration.oldest_reader,
                    "{name}: who can read it can read the step before"
                );
                assert_eq!(shape(migration.sqlite), shape(migration.postgres), "{name}");
            }
        }
    }
}

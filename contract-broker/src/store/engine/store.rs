//! The open database.

use std::{sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use tokio::sync::Mutex;

use super::{
    Address, Connection, Dialect, Error, Result, Statement,
    health::Health,
    migrate::{self, BROKER, CONTROL, Plan},
    pool::{self, Opener, Reader, Readers},
    probe,
    writer::Writer,
};
use crate::{
    config::Migrate,
    metrics::{DatabaseMetrics, Pool, Role},
};

/// How long the database may take to answer the question whether it is there.
const CHECK: Duration = Duration::from_secs(1);

/// The open and migrated database. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Store {
    readers: Readers,
    writer: Arc<Writer>,
    health: Arc<Health>,
    /// The connection that checks use: the pool is left to requests. None until the first check, and after one that failed.
    probe: Arc<Mutex<Option<Connection>>>,
    plan: &'static Plan,
}

impl Store {
    /// The current schema version.
    pub(crate) const SCHEMA: i64 = BROKER.newest();

    /// Opens `url` (`sqlite:PATH` or `postgres://…`), creating a missing SQLite file, and migrates its tables.
    pub(crate) async fn open(url: &str, max_connections: u32) -> Result<Self> {
        Self::open_and(url, max_connections, Migrate::Auto).await
    }

    /// As [`Self::open`]; the settings say whether tables are migrated.
    pub(crate) async fn open_and(url: &str, max_connections: u32, migrate: Migrate) -> Result<Self> {
        Self::open_counted(url, max_connections, migrate, DatabaseMetrics::new()).await
    }

    /// As [`Self::open_and`]; what the store does is counted there.
    pub(crate) async fn open_counted(
        url: &str,
        max_connections: u32,
        migrate: Migrate,
        metrics: DatabaseMetrics,
    ) -> Result<Self> {
        Self::open_planned(BROKER, url, max_connections, migrate, metrics).await
    }

    /// Opens the control store of a broker with tenants: another database, with tables of its own.
    pub(crate) async fn open_control(url: &str, max_connections: u32, migrate: Migrate) -> Result<Self> {
        Self::open_planned(CONTROL, url, max_connections, migrate, DatabaseMetrics::new()).await
    }

    async fn open_planned(
        plan: &'static Plan,
        url: &str,
        max_connections: u32,
        migrate: Migrate,
        metrics: DatabaseMetrics,
    ) -> Result<Self> {
        let opener = Opener::new(Address::read(url)?, metrics);
        let address = opener.address();
        Self::open_by(opener, plan, max_connections, migrate)
            .await
            .map_err(|error| address.explain(error))
    }

    async fn open_by(
        opener: Opener,
        plan: &'static Plan,
        max_connections: u32,
        migrate: Migrate,
    ) -> Result<Self> {
        let dialect = opener.address().dialect();
        let mut first = opener.open_to_migrate().await?;
        match migrate {
            Migrate::Auto => migrate::run(plan, dialect, &mut first).await?,
            Migrate::Check => migrate::check(plan, &mut first).await?,
            Migrate::Off => migrate::check_presence(plan, &mut first).await?,
        }
        if dialect == Dialect::Postgres {
            probe::run(&mut first, &mut opener.open().await?).await?;
        }
        drop(first);
        let readers = pool::build(opener.clone(), max_connections)?;
        let writer = match dialect {
            Dialect::Sqlite => {
                let writing = opener.open_writer().await?;
                Writer::queue(opener, writing)?
            }
            Dialect::Postgres => Writer::pool(readers.clone()),
        };
        Ok(Self {
            readers,
            writer: Arc::new(writer),
            health: Arc::default(),
            probe: Arc::default(),
            plan,
        })
    }

    /// The newest step of the schema that was applied to a database; 0 if it has no tables.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn schema_of(url: &str) -> Result<i64> {
        let opener = Opener::new(Address::read(url)?, DatabaseMetrics::new());
        migrate::applied(BROKER, &mut opener.open_to_migrate().await?).await
    }

    /// The names of the steps of the schema behind this one.
    pub(crate) fn steps_after(step: i64) -> impl Iterator<Item = &'static str> {
        BROKER
            .steps
            .iter()
            .filter(move |migration| migration.number > step)
            .map(|migration| migration.name)
    }

    /// Opens new connections with the password and the certificates of this address from now on.
    ///
    /// # Errors
    /// No connection can be opened with them: everything stays as it was.
    pub(crate) async fn renew(&self, url: &str) -> Result<()> {
        self.readers.manager().renew(Address::read(url)?).await
    }

    /// What the store counts.
    pub(crate) fn metrics(&self) -> &DatabaseMetrics {
        self.readers.manager().metrics()
    }

    /// Where the connections of the pool are now.
    pub(crate) fn pool(&self) -> Pool {
        let status = self.readers.status();
        Pool {
            idle: status.available,
            used: status.size.saturating_sub(status.available),
            max: status.max_size,
        }
    }

    /// The version of the database: of the SQLite inside, or of the PostgreSQL server.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn version(&self) -> Result<String> {
        let mut connection = self.read().await?;
        let sql = match connection.dialect() {
            Dialect::Sqlite => "SELECT sqlite_version()",
            Dialect::Postgres => "SHOW server_version",
        };
        Statement::new(sql).one(&mut connection).await
    }

    /// Returns a connection for reading.
    pub(crate) async fn read(&self) -> Result<Reader> {
        Reader::begin(pool::taken(&self.readers, Role::Read).await?)
    }

    /// Returns a connection of its own that sees one state of the database until it is dropped, without a time limit for
    /// its statements.
    ///
    /// # Errors
    /// Database errors.
    pub(crate) async fn snapshot(&self) -> Result<Connection> {
        let mut connection = self.readers.manager().open_to_migrate().await?;
        let begin = match connection.dialect() {
            Dialect::Sqlite => "BEGIN",
            Dialect::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        connection.script(begin).await?;
        Ok(connection)
    }

    /// Copies a SQLite database into an empty or missing file, while others read and write it. The copy is not on disk
    /// until it is synced.
    ///
    /// # Errors
    /// Database errors.
    pub(crate) async fn copy_to(&self, file: &str) -> Result<()> {
        let mut connection = self.readers.manager().open_to_migrate().await?;
        Statement::new("VACUUM INTO $1")
            .bind(file)
            .execute(&mut connection)
            .await?;
        Ok(())
    }

    /// Looks for damage in a SQLite file; gives what was found.
    ///
    /// # Errors
    /// Database errors.
    pub(crate) async fn damage(&self) -> Result<Vec<String>> {
        let mut connection = self.readers.manager().open_to_migrate().await?;
        let mut found: Vec<String> = Statement::new("SELECT integrity_check FROM pragma_integrity_check")
            .all(&mut connection)
            .await?;
        found.retain(|line| line != "ok");
        let orphans: Vec<String> = Statement::new("SELECT DISTINCT \"table\" FROM pragma_foreign_key_check")
            .all(&mut connection)
            .await?;
        found.extend(
            orphans
                .into_iter()
                .map(|table| format!("{table} refers to rows that do not exist")),
        );
        Ok(found)
    }

    /// Runs `work` in a transaction and commits it. When this returns, the changes are on disk.
    pub(crate) async fn write<I, T>(
        &self,
        input: I,
        work: for<'c> fn(&'c mut Connection, &'c I) -> BoxFuture<'c, Result<T>>,
    ) -> Result<T>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
    {
        let written = self.writer.run(input, work).await;
        self.health.note(written.as_ref().err());
        written
    }

    /// Checks whether the database responds and accepts writes: after one failed because of a full disk, or because the
    /// database is read-only, another one is tried.
    ///
    /// # Errors
    /// Database errors.
    pub(crate) async fn check(&self) -> Result<()> {
        let checked = tokio::time::timeout(CHECK, async {
            self.probe().await?;
            if self.health.refuses_writes() {
                self.write_something().await?;
            }
            Ok(())
        });
        checked.await.unwrap_or_else(|_| {
            let doing = "checking the database";
            Err(Error::away(doing, format_args!("no answer within {CHECK:?}")))
        })
    }

    /// Asks something. A connection whose answer did not come, or was an error, is not used again.
    async fn probe(&self) -> Result<()> {
        let mut kept = self.probe.lock().await;
        let mut connection = match kept.take() {
            Some(connection) => connection,
            None => self.readers.manager().open().await?,
        };
        Statement::new("SELECT 1").one::<i64>(&mut connection).await?;
        *kept = Some(connection);
        Ok(())
    }

    #[cfg(test)]
    pub(super) fn health(&self) -> &Health {
        &self.health
    }

    /// Runs a write without an effect.
    async fn write_something(&self) -> Result<()> {
        self.write(self.plan, |connection, plan| {
            Box::pin(migrate::come_and_go(connection, plan))
        })
        .await
    }

    /// Closes the connections that nobody used for so long. Each holds the schema and its statements in memory.
    pub(crate) fn close_idle(&self, idle: Duration) {
        self.readers.retain(|_, metrics| metrics.last_used() < idle);
        self.writer.close_idle(idle);
    }

    /// Waits for accepted writes, then closes every connection.
    pub(crate) async fn close(&self) {
        self.writer.close().await;
        self.readers.close();
        self.probe.lock().await.take();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_idle_store_has_no_connection_and_writes_again() {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", directory.path().join("broker").display());
        let store = Store::open(&url, 2).await.unwrap();
        let create = async |name: &str| {
            let created = store.write(name.to_owned(), |connection, name| {
                Box::pin(async move {
                    Statement::new(
                        "INSERT INTO pacticipants (name, created_at, updated_at) VALUES ($1, 1, 1)",
                    )
                    .bind(name)
                    .execute(connection)
                    .await
                })
            });
            created.await.unwrap()
        };
        // The log is there as long as anything has the file open.
        let log = directory.path().join("broker-wal");
        create("web").await;
        store.close_idle(Duration::from_mins(1));
        create("api").await;
        assert!(log.exists());
        for name in ["orders", "mail"] {
            store.close_idle(Duration::ZERO);
            let closed = async {
                while log.exists() {
                    tokio::task::yield_now().await;
                }
            };
            tokio::time::timeout(Duration::from_secs(10), closed)
                .await
                .unwrap();
            assert_eq!(create(name).await, 1);
        }
        let mut reader = store.read().await.unwrap();
        let count = Statement::new("SELECT COUNT(*) FROM pacticipants");
        assert_eq!(count.one::<i64>(&mut reader).await.unwrap(), 4);
    }

    #[tokio::test]
    async fn what_a_reader_of_sqlite_sees_does_not_change_while_it_reads() {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", directory.path().join("broker").display());
        let store = Store::open(&url, 2).await.unwrap();
        let count = async |reader: &mut Connection| {
            let count = Statement::new("SELECT COUNT(*) FROM pacticipants");
            count.one::<i64>(reader).await.unwrap()
        };
        let mut reader = store.read().await.unwrap();
        assert_eq!(count(&mut reader).await, 0);
        let name = "web".to_owned();
        let created = store.write(name, |connection, name| {
            Box::pin(async move {
                Statement::new("INSERT INTO pacticipants (name, created_at, updated_at) VALUES ($1, 1, 1)")
                    .bind(name)
                    .execute(connection)
                    .await
            })
        });
        assert_eq!(created.await.unwrap(), 1);
        assert_eq!(count(&mut reader).await, 0);
        drop(reader);
        // The same connection, and another one.
        let (mut one, mut two) = (store.read().await.unwrap(), store.read().await.unwrap());
        assert_eq!((count(&mut one).await, count(&mut two).await), (1, 1));
    }
}

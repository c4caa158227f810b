//! Opening the database.

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
    time::{Duration, Instant},
};

use deadpool::{
    Runtime,
    managed::{Manager, Metrics, Object, Pool, PoolError, QueueMode, RecycleError, RecycleResult},
};
use futures_util::future::BoxFuture;

use super::{
    Connection, Error, Result,
    connection::{Address, Dialect},
    health::Health,
    migrate, outbox,
    statement::Statement,
    watch::{State, Watcher},
    write::Writer,
};

/// How long a caller waits for a connection.
const PATIENCE: Duration = Duration::from_secs(30);
/// After how long without use a connection over a network is tried before it is used.
const IDLE: Duration = Duration::from_secs(5);
/// How long a connection over a network is used at most, so that none stays behind with a server that was replaced.
const LONGEST: Duration = Duration::from_mins(30);

/// The database, open and migrated. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Store {
    readers: Readers,
    writer: Arc<Writer>,
    watcher: Arc<Watcher>,
    health: Arc<Health>,
}

/// The connections that read, and on PostgreSQL write.
pub(super) type Readers = Pool<Opener>;

/// A connection to read with. On SQLite what it reads is of one state of the database, until it is dropped.
pub(crate) struct Reader(Object<Opener>);

impl Deref for Reader {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.0
    }
}

impl DerefMut for Reader {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.0
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.0.end_reading();
    }
}

/// Opens connections, and says which may be used again.
#[derive(Clone)]
pub(crate) struct Opener {
    address: Arc<Address>,
}

impl Opener {
    /// The connection that writes, on SQLite.
    pub(super) async fn open_writer(&self) -> Result<Connection> {
        let mut connection = self.open().await?;
        if let Address::Sqlite(path) = &*self.address {
            connection.prepare_to_write(path)?;
        }
        Ok(connection)
    }

    /// One connection outside the pool, ready for use.
    pub(super) async fn open(&self) -> Result<Connection> {
        let mut connection = Connection::open(&self.address).await?;
        connection.script(settings(self.address.dialect())).await?;
        Ok(connection)
    }

    /// The connection that migrates: its statements may take as long as the tables need.
    async fn open_to_migrate(&self) -> Result<Connection> {
        let mut connection = self.open().await?;
        if self.address.dialect() == Dialect::Postgres {
            connection
                .script("SET statement_timeout = 0; SET enable_seqscan = on")
                .await?;
        }
        Ok(connection)
    }
}

impl Manager for Opener {
    type Type = Connection;
    type Error = Error;

    async fn create(&self) -> Result<Connection> {
        self.open().await
    }

    async fn recycle(&self, connection: &mut Connection, metrics: &Metrics) -> RecycleResult<Error> {
        if !connection.is_free() {
            return Err(RecycleError::message("it was left in a transaction"));
        }
        if self.address.dialect() == Dialect::Postgres {
            let now = Instant::now();
            if now.duration_since(metrics.created) > LONGEST {
                return Err(RecycleError::message("it is old"));
            }
            if metrics.last_used() > IDLE {
                connection.script("").await?;
            }
        }
        Ok(())
    }
}

impl From<PoolError<Error>> for Error {
    fn from(error: PoolError<Error>) -> Self {
        match error {
            PoolError::Backend(error) => error,
            PoolError::Timeout(_) => Self::away(
                "waiting for a database connection",
                "all are in use; database.max_connections says how many there are",
            ),
            other => Self::unavailable("waiting for a database connection", other),
        }
    }
}

impl Store {
    /// The step that the tables are at.
    pub(crate) const SCHEMA: i64 = migrate::newest_step();

    /// Opens `url` (`sqlite:PATH` or `postgres://…`), creating the SQLite file where it is missing, and brings its
    /// tables up to date.
    pub(crate) async fn open(url: &str, max_connections: u32) -> Result<Self> {
        let address = Address::read(url)?;
        let dialect = address.dialect();
        let opener = Opener {
            address: Arc::new(address),
        };
        let mut first = opener.open_to_migrate().await?;
        migrate::run(dialect, &mut first).await?;
        drop(first);
        let readers = Pool::builder(opener.clone())
            .max_size(max_connections.max(1) as usize)
            .wait_timeout(Some(PATIENCE))
            .create_timeout(Some(PATIENCE))
            .runtime(Runtime::Tokio1)
            // Those used last have their pages and statements at hand.
            .queue_mode(QueueMode::Lifo)
            .build()
            .map_err(|error| Error::unavailable("opening the database", error))?;
        let (writer, watcher) = match dialect {
            Dialect::Sqlite => {
                let watched = opener.open().await?;
                let writing = opener.open_writer().await?;
                (Writer::queue(opener, writing)?, Watcher::sqlite(watched))
            }
            Dialect::Postgres => (Writer::pool(readers.clone()), Watcher::postgres(opener)),
        };
        Ok(Self {
            readers,
            writer: Arc::new(writer),
            watcher: Arc::new(watcher),
            health: Arc::default(),
        })
    }

    /// A connection to read with.
    pub(crate) async fn read(&self) -> Result<Reader> {
        let mut connection = self.readers.get().await?;
        connection.begin_reading()?;
        Ok(Reader(connection))
    }

    /// Runs `work` in a transaction and commits it. When this returns, what was written is on disk.
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

    /// The state that the database is in.
    pub(crate) async fn state(&self) -> Result<State> {
        self.watcher.state().await
    }

    /// Whether the state of the database is another one after each write. Where it is not, a state says nothing: some
    /// databases that speak PostgreSQL's protocol always name the same snapshot.
    ///
    /// # Errors
    /// The database's: it does not know its state, or nothing can be written.
    pub(crate) async fn tells_changes(&self) -> Result<bool> {
        let mut states = vec![self.state().await?];
        for _ in 0..2 {
            self.write_something().await?;
            states.push(self.state().await?);
        }
        Ok(states[0] != states[1] && states[1] != states[2])
    }

    /// Whether the database answers, and has room: where a write failed because its disk was full, another one is tried.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn check(&self) -> Result<()> {
        let mut connection = self.read().await?;
        Statement::new("SELECT 1").all::<(i64,)>(&mut connection).await?;
        drop(connection);
        if self.health.was_full() {
            self.write_something().await?;
        }
        Ok(())
    }

    #[cfg(test)]
    pub(super) fn health(&self) -> &Health {
        &self.health
    }

    /// A write that leaves nothing behind.
    async fn write_something(&self) -> Result<i64> {
        self.write((), |connection, ()| Box::pin(outbox::place(connection)))
            .await
    }

    /// Waits for writes that were accepted, then closes every connection.
    pub(crate) async fn close(&self) {
        self.writer.close().await;
        self.readers.close();
    }
}

/// Settings that each connection needs. With `synchronous=FULL` the log is on disk before a commit returns.
fn settings(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => {
            "PRAGMA busy_timeout=10000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; \
             PRAGMA cache_size=-4000; PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=50331648"
        }
        // The statements are look-ups by index whose plan does not depend on the values: planned once for each connection,
        // perhaps before anything is known about the tables. Only where there is no index for it a table is read whole.
        Dialect::Postgres => {
            "SET TIME ZONE 'UTC'; SET statement_timeout = '30s'; SET lock_timeout = '20s'; \
             SET plan_cache_mode = force_generic_plan; SET jit = off; SET enable_seqscan = off"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_a_reader_of_sqlite_sees_does_not_change_while_it_reads() {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", directory.path().join("broker").display());
        let store = Store::open(&url, 2).await.unwrap();
        let count = async |reader: &mut Connection| {
            let count = Statement::new("SELECT COUNT(*) FROM pacticipants");
            count.one::<(i64,)>(reader).await.unwrap().0
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

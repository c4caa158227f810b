//! The pool of connections.

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
    time::{Duration, Instant},
};

use deadpool::{
    Runtime,
    managed::{Manager, Metrics, Object, Pool, PoolError, QueueMode, RecycleError, RecycleResult},
};

use super::{Address, Connection, Dialect, Error, Result};

/// How long a caller waits for a connection.
const PATIENCE: Duration = Duration::from_secs(30);
/// After how long without use a connection over a network is tried before it is used.
const IDLE: Duration = Duration::from_secs(5);
/// How long a connection over a network is used at most, so that none stays behind with a server that was replaced.
const LONGEST: Duration = Duration::from_mins(30);

/// The connections that read, and on PostgreSQL write.
pub(super) type Readers = Pool<Opener>;

/// A connection to read with. On SQLite what it reads is of one state of the database, until it is dropped.
pub(crate) struct Reader(Object<Opener>);

/// A pool of at most `max_connections` connections.
///
/// # Errors
/// There is no runtime.
pub(super) fn build(opener: Opener, max_connections: u32) -> Result<Readers> {
    Pool::builder(opener)
        .max_size(max_connections.max(1) as usize)
        .wait_timeout(Some(PATIENCE))
        .create_timeout(Some(PATIENCE))
        .runtime(Runtime::Tokio1)
        // Those used last have their pages and statements at hand.
        .queue_mode(QueueMode::Lifo)
        .build()
        .map_err(|error| Error::unavailable("opening the database", error))
}

impl Reader {
    /// # Errors
    /// The database's.
    pub(super) fn begin(mut connection: Object<Opener>) -> Result<Self> {
        connection.begin_reading()?;
        Ok(Self(connection))
    }
}

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
    pub(super) fn new(address: Address) -> Self {
        let address = Arc::new(address);
        Self { address }
    }

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
    pub(super) async fn open_to_migrate(&self) -> Result<Connection> {
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

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
use crate::{
    current::Current,
    metrics::{DatabaseMetrics, Role},
};

/// How long a caller waits for a connection.
const PATIENCE: Duration = Duration::from_secs(30);
/// An idle time after which a network connection is tested before use.
const IDLE: Duration = Duration::from_secs(5);
/// The maximum lifetime of a network connection, so that none stays with a replaced server.
const LONGEST: Duration = Duration::from_mins(30);

/// The connections for reading and, on PostgreSQL, writing.
pub(super) type Readers = Pool<Opener>;

/// A connection for reading. On SQLite it reads one snapshot of the database until it is dropped.
pub(crate) struct Reader(Object<Opener>);

/// Creates a pool of at most `max_connections` connections.
///
/// # Errors
/// There is no runtime.
pub(super) fn build(opener: Opener, max_connections: u32) -> Result<Readers> {
    Pool::builder(opener)
        .max_size(max_connections.max(1) as usize)
        .wait_timeout(Some(PATIENCE))
        .create_timeout(Some(PATIENCE))
        .runtime(Runtime::Tokio1)
        // Recently used connections have warm page and statement caches.
        .queue_mode(QueueMode::Lifo)
        .build()
        .map_err(|error| Error::unavailable("opening the database", error))
}

/// A connection of the pool, for this role; the wait for it is counted.
///
/// # Errors
/// The database's, or all connections are in use for too long.
pub(super) async fn taken(pool: &Readers, role: Role) -> Result<Object<Opener>> {
    let start = Instant::now();
    let taken = pool.get().await;
    let metrics = pool.manager().metrics();
    metrics.waited(role, start.elapsed());
    taken.map_err(|error| {
        let error = Error::from(error);
        if let Some(trouble) = error.trouble() {
            metrics.failed(trouble.kind());
        }
        error
    })
}

impl Reader {
    /// # Errors
    /// Database errors.
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

/// Opens connections, and decides which may be reused.
#[derive(Clone)]
pub(crate) struct Opener {
    address: Current<Address>,
    metrics: DatabaseMetrics,
}

impl Opener {
    pub(super) fn new(address: Address, metrics: DatabaseMetrics) -> Self {
        Self {
            address: Current::new(address),
            metrics,
        }
    }

    /// Returns the address of new connections.
    pub(super) fn address(&self) -> Arc<Address> {
        self.address.get()
    }

    pub(super) fn metrics(&self) -> &DatabaseMetrics {
        &self.metrics
    }

    /// Opens the SQLite connection for writing.
    pub(super) async fn open_writer(&self) -> Result<Connection> {
        let mut connection = self.open().await?;
        if let Address::Sqlite(path) = &*self.address.get() {
            connection.prepare_to_write(path)?;
        }
        Ok(connection)
    }

    /// Opens one connection outside of the pool.
    pub(super) async fn open(&self) -> Result<Connection> {
        self.open_at(&self.address.get()).await
    }

    async fn open_at(&self, address: &Address) -> Result<Connection> {
        let mut connection = Connection::open(address).await?.counted_by(self.metrics.clone());
        connection.script(settings(address.dialect())).await?;
        Ok(connection)
    }

    /// Opens new connections at this address from now on, if one can be opened there.
    ///
    /// # Errors
    /// None can: everything stays as it was.
    pub(super) async fn renew(&self, address: Address) -> Result<()> {
        drop(self.open_at(&address).await?);
        self.address.set(address);
        Ok(())
    }

    /// Opens the connection for migrations: its statements have no time limit.
    pub(super) async fn open_to_migrate(&self) -> Result<Connection> {
        let mut connection = self.open().await?;
        if self.address.get().dialect() == Dialect::Postgres {
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
        if self.address.get().dialect() == Dialect::Postgres {
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
            PoolError::Timeout(_) => Self::busy(
                "waiting for a database connection",
                "all are in use; database.max_connections says how many there are",
            ),
            other => Self::unavailable("waiting for a database connection", other),
        }
    }
}

/// Returns the settings of each connection. With `synchronous=FULL` the log is on disk before a commit returns.
fn settings(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => {
            "PRAGMA busy_timeout=10000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; \
             PRAGMA cache_size=-4000; PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=50331648"
        }
        // Statements are index lookups whose plan does not depend on the values: they are planned once per connection,
        // possibly before there are statistics. A table is scanned only if it has no suitable index.
        Dialect::Postgres => {
            "SET TIME ZONE 'UTC'; SET statement_timeout = '30s'; SET lock_timeout = '20s'; \
             SET plan_cache_mode = force_generic_plan; SET jit = off; SET enable_seqscan = off"
        }
    }
}

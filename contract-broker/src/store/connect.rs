//! Opening the database.

use std::{sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use sqlx::{
    AnyPool, Connection as _,
    any::{AnyPoolOptions, install_default_drivers},
};

use super::{
    Connection, Error, Reader, Result, migrate,
    watch::{State, Watched, Watcher},
    write::Writer,
};

/// Which database is behind the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// The database, open and migrated. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Store {
    readers: AnyPool,
    writer: Arc<Writer>,
    watcher: Arc<Watcher>,
}

impl Store {
    /// Opens `url` (`sqlite:PATH` or `postgres://…`), creating the SQLite file where it is missing, and brings its
    /// tables up to date.
    pub(crate) async fn open(url: &str, max_connections: u32) -> Result<Self> {
        install_default_drivers();
        let (dialect, url) = address(url)?;
        let mut first = connect(dialect, &url).await?;
        migrate::run(dialect, &mut first).await?;
        let options = AnyPoolOptions::new()
            .max_connections(max_connections.max(1))
            .acquire_timeout(Duration::from_secs(30))
            .test_before_acquire(false)
            .before_acquire(move |connection, about| {
                Box::pin(async move {
                    // Over a network a connection that was not used for a while may be gone.
                    let fresh = dialect == Dialect::Sqlite || about.idle_for < Duration::from_secs(5);
                    Ok(fresh || connection.ping().await.is_ok())
                })
            })
            .after_connect(move |connection, _| Box::pin(async move { prepare(dialect, connection).await }));
        let readers = options
            .connect(&url)
            .await
            .map_err(|error| Error::unavailable("opening the database", error))?;
        let (writer, watched) = match dialect {
            Dialect::Sqlite => {
                let watched = Watched::Sqlite(connect(dialect, &url).await?);
                (Writer::queue(url, first), watched)
            }
            Dialect::Postgres => {
                let _ = first.close().await;
                (Writer::pool(readers.clone()), Watched::Postgres(readers.clone()))
            }
        };
        Ok(Self {
            readers,
            writer: Arc::new(writer),
            watcher: Arc::new(Watcher::new(watched)),
        })
    }

    /// A connection to read with.
    pub(crate) async fn read(&self) -> Result<Reader> {
        Ok(self.readers.acquire().await?)
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
        self.writer.run(input, work).await
    }

    /// The state that the database is in.
    pub(crate) async fn state(&self) -> Result<State> {
        self.watcher.state().await
    }

    /// Whether the database answers.
    pub(crate) async fn answers(&self) -> bool {
        match self.read().await {
            Ok(mut connection) => sqlx::query("SELECT 1").execute(&mut *connection).await.is_ok(),
            Err(_) => false,
        }
    }

    /// Waits for writes that were accepted, then closes every connection.
    pub(crate) async fn close(&self) {
        self.writer.close().await;
        self.readers.close().await;
    }
}

/// Reads the address: `sqlite:PATH`, `sqlite://PATH` and `postgres://…` (or `postgresql://…`).
fn address(url: &str) -> Result<(Dialect, String)> {
    if let Some(path) = url.strip_prefix("sqlite:") {
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.is_empty() || path.starts_with(":memory:") {
            return Err(Error::unavailable(
                "reading the database address",
                format!("{url:?} names no file; give a path such as sqlite:contract-broker.sqlite3"),
            ));
        }
        let join = if path.contains('?') { '&' } else { '?' };
        return Ok((Dialect::Sqlite, format!("sqlite://{path}{join}mode=rwc")));
    }
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Ok((Dialect::Postgres, url.to_owned()));
    }
    Err(Error::unavailable(
        "reading the database address",
        "expected sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME".to_owned(),
    ))
}

/// One connection outside the pool, ready for use.
pub(super) async fn connect(dialect: Dialect, url: &str) -> Result<Connection> {
    let mut connection = Connection::connect(url)
        .await
        .map_err(|error| Error::unavailable("opening the database", error))?;
    prepare(dialect, &mut connection).await?;
    Ok(connection)
}

/// Settings that each connection needs. With `synchronous=FULL` the log is on disk before a commit returns.
async fn prepare(dialect: Dialect, connection: &mut Connection) -> Result<(), sqlx::Error> {
    let settings = match dialect {
        Dialect::Sqlite => {
            "PRAGMA busy_timeout=10000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; \
             PRAGMA cache_size=-4000; PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=16777216"
        }
        // The statements are look-ups by index whose plan does not depend on the values: planned once for each connection.
        Dialect::Postgres => {
            "SET TIME ZONE 'UTC'; SET statement_timeout = '30s'; SET lock_timeout = '20s'; \
             SET plan_cache_mode = force_generic_plan; SET jit = off"
        }
    };
    sqlx::raw_sql(settings).execute(connection).await?;
    Ok(())
}

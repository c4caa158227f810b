//! Watching the database for changes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::{
    FutureExt as _,
    future::{BoxFuture, Shared},
};

use super::{Connection, Error, Result, connect::Readers, statement::Statement};

/// The state of a database: as long as it is the same, everything read is the same, whichever process writes.
pub(crate) type State = Arc<str>;

/// Tells the state of the database.
pub(super) enum Watcher {
    /// SQLite counts the commits of others (<https://www.sqlite.org/pragma.html#pragma_data_version>), as one
    /// connection sees them that writes nothing itself.
    Sqlite(Mutex<Connection>),
    /// PostgreSQL names the transactions that can be seen.
    Postgres(Arc<Snapshots>),
}

impl Watcher {
    pub(super) fn sqlite(connection: Connection) -> Self {
        Self::Sqlite(Mutex::new(connection))
    }

    pub(super) fn postgres(pool: Readers) -> Self {
        Self::Postgres(Arc::new(Snapshots {
            pool,
            turn: tokio::sync::Mutex::new(()),
            next: Mutex::new(None),
        }))
    }

    pub(super) async fn state(&self) -> Result<State> {
        match self {
            Self::Sqlite(connection) => {
                let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
                // SQLite answers in place.
                let version = Statement::new("PRAGMA data_version")
                    .one::<(i64,)>(&mut connection)
                    .now_or_never();
                let late = || Error::unavailable("asking for the state of the database", "it did not answer");
                Ok(version.ok_or_else(late)??.0.to_string().into())
            }
            Self::Postgres(snapshots) => snapshots.state().await,
        }
    }
}

/// Asks PostgreSQL once for all who wait: those who come while it is being asked wait for the next time, so that what they
/// are told is never older than their question.
pub(super) struct Snapshots {
    pool: Readers,
    turn: tokio::sync::Mutex<()>,
    /// The question that is not asked yet. Whoever waits for it may be the one who asks.
    next: Mutex<Option<Shared<BoxFuture<'static, Result<State>>>>>,
}

impl Snapshots {
    async fn state(self: &Arc<Self>) -> Result<State> {
        let question = self
            .next()
            .get_or_insert_with(|| self.clone().ask().boxed().shared())
            .clone();
        question.await
    }

    async fn ask(self: Arc<Self>) -> Result<State> {
        let _turn = self.turn.lock().await;
        let connection = self.pool.get().await;
        *self.next() = None;
        let (snapshot,): (String,) = Statement::new("SELECT CAST(pg_current_snapshot() AS TEXT)")
            .one(&mut *connection?)
            .await?;
        Ok(snapshot.into())
    }

    fn next(&self) -> MutexGuard<'_, Option<Shared<BoxFuture<'static, Result<State>>>>> {
        self.next.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

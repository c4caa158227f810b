//! Watching the database for changes.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt as _;
use tokio::sync::{mpsc, oneshot};

use super::{Connection, Error, Result, connect::Readers, statement::Statement};

/// The state of a database: as long as it is the same, everything read is the same, whichever process writes.
pub(crate) type State = Arc<str>;

/// Tells the state of the database.
pub(super) enum Watcher {
    /// SQLite counts the commits of others (<https://www.sqlite.org/pragma.html#pragma_data_version>), as one
    /// connection sees them that writes nothing itself.
    Sqlite(Mutex<Connection>),
    /// PostgreSQL names the transactions that can be seen. Those who ask while it is being asked wait for the next
    /// time, which serves them all: what they are told is never older than their question.
    Postgres(mpsc::UnboundedSender<oneshot::Sender<Result<State>>>),
}

impl Watcher {
    pub(super) fn sqlite(connection: Connection) -> Self {
        Self::Sqlite(Mutex::new(connection))
    }

    pub(super) fn postgres(pool: Readers) -> Self {
        let (asks, asked) = mpsc::unbounded_channel();
        tokio::spawn(watch(pool, asked));
        Self::Postgres(asks)
    }

    pub(super) async fn state(&self) -> Result<State> {
        let gone = || {
            Error::unavailable(
                "asking for the state of the database",
                "the broker is shutting down",
            )
        };
        match self {
            Self::Sqlite(connection) => {
                let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
                // SQLite answers in place.
                let version = Statement::new("PRAGMA data_version")
                    .one::<(i64,)>(&mut connection)
                    .now_or_never();
                Ok(version.ok_or_else(gone)??.0.to_string().into())
            }
            Self::Postgres(asks) => {
                let (tell, told) = oneshot::channel();
                asks.send(tell).map_err(|_| gone())?;
                told.await.map_err(|_| gone())?
            }
        }
    }
}

/// Ends when nobody can ask any more.
async fn watch(pool: Readers, mut asked: mpsc::UnboundedReceiver<oneshot::Sender<Result<State>>>) {
    let mut waiting = Vec::new();
    while asked.recv_many(&mut waiting, 1024).await > 0 {
        let state = snapshot(&pool).await;
        for tell in waiting.drain(..) {
            let _ = tell.send(state.clone());
        }
    }
}

async fn snapshot(pool: &Readers) -> Result<State> {
    let (snapshot,): (String,) = Statement::new("SELECT CAST(pg_current_snapshot() AS TEXT)")
        .one(&mut *pool.get().await?)
        .await?;
    Ok(snapshot.into())
}

//! Watching the database for changes.

use std::sync::Arc;

use sqlx::AnyPool;
use tokio::sync::{mpsc, oneshot};

use super::{Connection, Error, Result};

/// The state of a database: as long as it is the same, everything read is the same, whichever process writes.
pub(crate) type State = Arc<str>;

/// What is asked for the state.
pub(super) enum Watched {
    /// SQLite counts the commits of others (<https://www.sqlite.org/pragma.html#pragma_data_version>), as one
    /// connection sees them that writes nothing itself.
    Sqlite(Connection),
    /// PostgreSQL names the transactions that can be seen.
    Postgres(AnyPool),
}

impl Watched {
    async fn state(&mut self) -> Result<State> {
        Ok(match self {
            Self::Sqlite(connection) => {
                let (version,): (i64,) = sqlx::query_as("PRAGMA data_version")
                    .fetch_one(connection)
                    .await?;
                version.to_string().into()
            }
            Self::Postgres(pool) => {
                let (snapshot,): (String,) = sqlx::query_as("SELECT CAST(pg_current_snapshot() AS TEXT)")
                    .fetch_one(&*pool)
                    .await?;
                snapshot.into()
            }
        })
    }
}

/// Tells the state of the database. Those who ask while the database is being asked wait for the next time, which
/// serves them all: what they are told is never older than their question.
pub(super) struct Watcher {
    asks: mpsc::UnboundedSender<oneshot::Sender<Result<State>>>,
}

impl Watcher {
    pub(super) fn new(watched: Watched) -> Self {
        let (asks, asked) = mpsc::unbounded_channel();
        tokio::spawn(watch(watched, asked));
        Self { asks }
    }

    pub(super) async fn state(&self) -> Result<State> {
        let gone = || {
            Error::unavailable(
                "asking for the state of the database",
                "the broker is shutting down",
            )
        };
        let (tell, told) = oneshot::channel();
        self.asks.send(tell).map_err(|_| gone())?;
        told.await.map_err(|_| gone())?
    }
}

/// Ends when nobody can ask any more.
async fn watch(mut watched: Watched, mut asked: mpsc::UnboundedReceiver<oneshot::Sender<Result<State>>>) {
    let mut waiting = Vec::new();
    while asked.recv_many(&mut waiting, 1024).await > 0 {
        let state = watched.state().await;
        for tell in waiting.drain(..) {
            let _ = tell.send(state.clone());
        }
    }
}

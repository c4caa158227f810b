//! Watching the database for changes.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use futures_util::{
    FutureExt as _,
    future::{BoxFuture, Shared},
};

use uuid::Uuid;

use super::{Connection, Error, Result, Statement, pool::Opener, row};

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

    pub(super) fn postgres(opener: Opener) -> Self {
        Self::Postgres(Arc::new(Snapshots {
            opener,
            asking: tokio::sync::Mutex::new(None),
            next: Mutex::new(None),
        }))
    }

    pub(super) async fn state(&self) -> Result<State> {
        match self {
            Self::Sqlite(connection) => {
                let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
                // SQLite answers in place.
                let version = Statement::new("PRAGMA data_version")
                    .one::<i64>(&mut connection)
                    .now_or_never();
                let late = || Error::unavailable("asking for the state of the database", "it did not answer");
                Ok(version.ok_or_else(late)??.to_string().into())
            }
            Self::Postgres(snapshots) => snapshots.state().await,
        }
    }
}

/// Asks PostgreSQL once for all who wait: those who come while it is being asked wait for the next time, so that what they
/// are told is never older than their question.
///
/// After a crash the server may name another state by the same snapshot: what was only begun before is forgotten, and its
/// numbers are given again. A crash ends every connection, so a state also names the one connection that asked: after a
/// crash, a restart or a failover it is another one. The server's start time tells restarts behind a pool of connections.
pub(super) struct Snapshots {
    opener: Opener,
    /// The connection that asks, taken in turn; `None` until it is needed, and when it broke.
    asking: tokio::sync::Mutex<Option<Asking>>,
    /// The question that is not asked yet. Whoever waits for it may be the one who asks.
    next: Mutex<Option<Shared<BoxFuture<'static, Result<State>>>>>,
}

/// The connection that asks for the state.
struct Asking {
    connection: Connection,
    /// Names this connection and no other.
    incarnation: Uuid,
    opened: Instant,
}

row! {
    /// What PostgreSQL says about its state.
    struct Seen {
        /// The transactions that can be seen.
        snapshot: String,
        /// When the server was started.
        started: String,
    }
}

/// How long one connection asks, so that it does not stay with a server that was replaced.
const LONGEST: Duration = Duration::from_mins(30);

impl Snapshots {
    async fn state(self: &Arc<Self>) -> Result<State> {
        let question = self
            .next()
            .get_or_insert_with(|| self.clone().ask().boxed().shared())
            .clone();
        question.await
    }

    async fn ask(self: Arc<Self>) -> Result<State> {
        let mut asking = self.asking.lock().await;
        let ready = self.open(&mut asking).await;
        *self.next() = None;
        let Asking {
            connection,
            incarnation,
            ..
        } = ready?;
        let asked = Statement::new(
            "SELECT CAST(pg_current_snapshot() AS TEXT), CAST(pg_postmaster_start_time() AS TEXT)",
        )
        .one::<Seen>(connection)
        .await;
        let state =
            asked.map(|Seen { snapshot, started }| format!("{snapshot} {incarnation} {started}").into());
        if state.is_err() {
            *asking = None;
        }
        state
    }

    /// The connection that asks, opened where there is none.
    async fn open<'a>(&self, asking: &'a mut Option<Asking>) -> Result<&'a mut Asking> {
        let usable = asking
            .take()
            .filter(|asking| asking.connection.is_free() && asking.opened.elapsed() < LONGEST);
        let usable = match usable {
            Some(usable) => usable,
            None => Asking {
                connection: self.opener.open().await?,
                incarnation: Uuid::new_v4(),
                opened: Instant::now(),
            },
        };
        Ok(asking.insert(usable))
    }

    fn next(&self) -> MutexGuard<'_, Option<Shared<BoxFuture<'static, Result<State>>>>> {
        self.next.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    /// The server that the environment names, with a name for the connections; `None` (said once) where it names none.
    fn server(name: &str) -> Option<String> {
        let Ok(url) = std::env::var("CONTRACT_TEST_POSTGRES_URL") else {
            println!("skipped: CONTRACT_TEST_POSTGRES_URL names no PostgreSQL server");
            return None;
        };
        let join = if url.contains('?') { '&' } else { '?' };
        Some(format!(
            "{url}{join}application_name={name}&options=-csearch_path%3D{name}"
        ))
    }

    async fn script(url: &str, sql: &str) {
        let address = crate::store::engine::Address::read(url).unwrap();
        let mut connection = Connection::open(&address).await.unwrap();
        connection.script(sql).await.unwrap();
    }

    #[tokio::test]
    async fn a_state_is_another_one_once_the_connection_that_asked_was_lost() {
        let name = format!("watch_{}", std::process::id());
        let (Some(url), Some(beside)) = (server(&name), server("beside")) else {
            return;
        };
        script(
            &beside,
            &format!("DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}"),
        )
        .await;
        let store = Store::open(&url, 2).await.unwrap();
        // Others use the server too: a snapshot that nobody changed meanwhile shows it.
        let quiet = async |lose: bool| {
            for _ in 0..200 {
                let before = store.state().await.unwrap();
                if lose {
                    let end =
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = ";
                    script(&beside, &format!("{end}'{name}'")).await;
                    // The first question finds out that the connection is gone.
                    let _ = store.state().await;
                }
                let after = store.state().await.unwrap();
                let snapshot = |state: &State| state.split(' ').next().map(str::to_owned);
                if snapshot(&before) == snapshot(&after) {
                    return (before, after);
                }
            }
            panic!("the server is never quiet");
        };
        let (before, after) = quiet(false).await;
        assert_eq!(before, after);
        let (before, after) = quiet(true).await;
        assert_ne!(before, after);
        store.close().await;
        script(&beside, &format!("DROP SCHEMA {name} CASCADE")).await;
    }
}

//! A database of its own for each test.

use std::sync::atomic::{AtomicUsize, Ordering};

use rusqlite::{fallible_iterator::FallibleIterator as _, types::ValueRef};
use tokio_postgres::{NoTls, SimpleQueryMessage};

/// An empty database that goes away with the test.
pub(crate) enum Database {
    Sqlite(tempfile::TempDir),
    Postgres { server: String, schema: String },
}

impl Database {
    pub(crate) fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    /// A schema of its own on the server that the environment names; `None` (said once) where it names none.
    pub(crate) fn postgres() -> Option<Self> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let Ok(server) = std::env::var("CONTRACT_TEST_POSTGRES_URL") else {
            if COUNT.fetch_add(1, Ordering::Relaxed) == 0 {
                println!("skipped: CONTRACT_TEST_POSTGRES_URL names no PostgreSQL server");
            }
            return None;
        };
        let schema = format!(
            "test_{}_{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        Some(Self::Postgres { server, schema })
    }

    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(directory) => {
                format!("sqlite:{}", directory.path().join("broker.sqlite3").display())
            }
            Self::Postgres { server, schema } => {
                let join = if server.contains('?') { '&' } else { '?' };
                format!("{server}{join}options=-csearch_path%3D{schema}")
            }
        }
    }

    pub(crate) async fn create(&self) {
        if let Self::Postgres { schema, .. } = self {
            self.execute(format!(
                "DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}"
            ))
            .await;
        }
    }

    pub(crate) async fn remove(self) {
        if let Self::Postgres { schema, .. } = &self {
            self.execute(format!("DROP SCHEMA IF EXISTS {schema} CASCADE"))
                .await;
        }
    }

    /// A connection beside the broker.
    pub(crate) async fn connect(&self) -> Beside {
        match self {
            Self::Sqlite(directory) => {
                let connection = rusqlite::Connection::open(directory.path().join("broker.sqlite3")).unwrap();
                connection
                    .execute_batch("PRAGMA busy_timeout=10000; PRAGMA foreign_keys=ON")
                    .unwrap();
                Beside::Sqlite(connection)
            }
            Self::Postgres { .. } => Beside::Postgres(postgres(&self.url()).await),
        }
    }

    /// The names of all tables.
    pub(crate) async fn tables(&self) -> Vec<String> {
        let sql = match self {
            Self::Sqlite(_) => {
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
            }
            Self::Postgres { .. } => {
                "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1"
            }
        };
        let rows = self.connect().await.rows(sql).await;
        rows.into_iter().flatten().collect()
    }

    /// The numbers that a query gives, one a row.
    pub(crate) async fn numbers(&self, sql: String) -> Vec<i64> {
        let rows = self.connect().await.rows(&sql).await;
        rows.iter().map(|row| row[0].parse().unwrap()).collect()
    }

    /// Runs SQL beside the broker.
    pub(crate) async fn execute(&self, sql: String) {
        self.connect().await.rows(&sql).await;
    }
}

/// A client of a PostgreSQL server.
async fn postgres(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// A connection that is not the broker's.
pub(crate) enum Beside {
    Sqlite(rusqlite::Connection),
    Postgres(tokio_postgres::Client),
}

impl Beside {
    /// Waits until somebody waits for a row that the open transaction of this connection holds. On SQLite all who write
    /// wait as soon as it is open.
    pub(crate) async fn waited_for(&self) {
        let waiting =
            "SELECT 1 FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid)) LIMIT 1";
        while matches!(self, Self::Postgres(_)) && self.rows(waiting).await.is_empty() {
            tokio::task::yield_now().await;
        }
    }

    /// Runs one or more statements; gives the rows of the last that has any, every value as text.
    pub(crate) async fn rows(&self, sql: &str) -> Vec<Vec<String>> {
        match self {
            Self::Sqlite(connection) => {
                let mut batch = rusqlite::Batch::new(connection, sql);
                let mut given = Vec::new();
                while let Some(mut statement) = batch.next().unwrap_or_else(|error| panic!("{error}: {sql}"))
                {
                    let columns = statement.column_count();
                    let mut rows = statement.raw_query();
                    let mut read = Vec::new();
                    while let Some(row) = rows.next().unwrap_or_else(|error| panic!("{error}: {sql}")) {
                        read.push(
                            (0..columns)
                                .map(|place| text(row.get_ref(place).unwrap()))
                                .collect(),
                        );
                    }
                    if columns > 0 {
                        given = read;
                    }
                }
                given
            }
            Self::Postgres(client) => {
                let answer = client.simple_query(sql).await;
                let answer = answer.unwrap_or_else(|error| panic!("{error:?}: {sql}"));
                let rows = answer.iter().filter_map(|message| match message {
                    SimpleQueryMessage::Row(row) => Some(
                        (0..row.len())
                            .map(|place| row.get(place).unwrap_or_default().to_owned())
                            .collect(),
                    ),
                    _ => None,
                });
                rows.collect()
            }
        }
    }
}

fn text(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => String::new(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) | ValueRef::Blob(text) => String::from_utf8_lossy(text).into_owned(),
    }
}

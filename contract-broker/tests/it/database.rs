//! A database of its own for each test.

use std::sync::atomic::{AtomicUsize, Ordering};

use sqlx::Connection as _;

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
    pub(crate) async fn connect(&self) -> sqlx::AnyConnection {
        sqlx::any::install_default_drivers();
        let url = match self {
            Self::Sqlite(_) => self.url().replacen("sqlite:", "sqlite://", 1),
            Self::Postgres { .. } => self.url(),
        };
        sqlx::AnyConnection::connect(&url).await.unwrap()
    }

    /// The names of all tables.
    pub(crate) async fn tables(&self) -> Vec<String> {
        let sql = match self {
            Self::Sqlite(_) => {
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
            }
            Self::Postgres { .. } => {
                "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1"
            }
        };
        let mut connection = self.connect().await;
        let rows: Vec<(String,)> = sqlx::query_as(sql).fetch_all(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        rows.into_iter().map(|row| row.0).collect()
    }

    /// The numbers that a query gives, one a row.
    pub(crate) async fn numbers(&self, sql: String) -> Vec<i64> {
        let mut connection = self.connect().await;
        let rows: Vec<(i64,)> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .fetch_all(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
        rows.into_iter().map(|row| row.0).collect()
    }

    /// Runs SQL beside the broker.
    pub(crate) async fn execute(&self, sql: String) {
        let mut connection = self.connect().await;
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
            .execute(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
    }
}

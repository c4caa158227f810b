//! An empty database for one scenario.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio_postgres::NoTls;

pub(crate) enum Database {
    Sqlite(tempfile::TempDir),
    /// A schema of its own on this server.
    Postgres {
        server: String,
        schema: String,
    },
}

impl Database {
    /// The PostgreSQL server that the environment names.
    pub(crate) fn server() -> Option<String> {
        std::env::var("CONTRACT_TEST_POSTGRES_URL").ok()
    }

    /// On this server, else a file.
    pub(crate) async fn create(server: Option<String>) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let Some(server) = server else {
            return Self::Sqlite(tempfile::tempdir().unwrap());
        };
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let schema = format!("clients_{}_{count}", std::process::id());
        execute(
            &server,
            format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}"),
        )
        .await;
        Self::Postgres { server, schema }
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

    pub(crate) async fn remove(self) {
        if let Self::Postgres { server, schema } = self {
            execute(&server, format!("DROP SCHEMA IF EXISTS {schema} CASCADE")).await;
        }
    }
}

async fn execute(server: &str, sql: String) {
    let (client, connection) = tokio_postgres::connect(server, NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(&sql).await.unwrap();
}

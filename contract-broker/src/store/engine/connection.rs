//! Connections to SQLite and PostgreSQL behind one interface.
//!
//! SQLite runs in the calling thread: a statement needs no thread switch, and a future that awaits nothing else never
//! yields. PostgreSQL is reached over a socket that the calling task itself reads and writes; statements without
//! awaited results are sent with the next one.

use std::time::{Duration, Instant};

use super::{
    Address, Columns, Dialect, Error, Question, Result, Statement, postgres::Postgres, sqlite::Sqlite,
};

/// Slower statements are logged.
const SLOW: Duration = Duration::from_secs(1);

/// A database connection, possibly in a transaction.
pub(crate) enum Connection {
    Sqlite(Sqlite),
    Postgres(Box<Postgres>),
}

impl Connection {
    /// Opens a connection.
    ///
    /// # Errors
    /// The database does not exist, or denies access.
    pub(crate) async fn open(address: &Address) -> Result<Self> {
        match address {
            Address::Sqlite(path) => Sqlite::open(path)
                .map(Self::Sqlite)
                .map_err(|error| Error::away("opening the database", error)),
            Address::Postgres(server) => Postgres::open(server)
                .await
                .map(|connection| Self::Postgres(Box::new(connection)))
                .map_err(|error| Error::away("opening the database", error)),
        }
    }

    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Runs statements without values one after the other.
    pub(crate) async fn script(&mut self, sql: &str) -> Result<()> {
        match self {
            Self::Sqlite(connection) => connection.script(sql),
            Self::Postgres(connection) => connection.script(sql).await,
        }
    }

    /// Runs questions in order. SQLite runs them one after the other, PostgreSQL gets all at once.
    pub(super) async fn ask(&mut self, questions: &mut [Question<'_>]) -> Result<()> {
        match self {
            Self::Sqlite(connection) => {
                for Question { statement, rows } in questions {
                    let start = Instant::now();
                    connection.each(statement, |row| rows.read(row))?;
                    log(statement, start, rows.count());
                }
            }
            Self::Postgres(connection) => {
                let start = Instant::now();
                let statements: Vec<&Statement<'_>> = questions.iter().map(|one| &one.statement).collect();
                let answers = connection.rows(&statements).await?;
                for (Question { statement, rows }, answer) in questions.iter_mut().zip(&answers) {
                    log(statement, start, answer.len());
                    answer
                        .iter()
                        .try_for_each(|row| rows.read(Columns::postgres(row)))?;
                }
            }
        }
        Ok(())
    }

    /// Runs a statement without rows; returns the number of changed rows.
    pub(super) async fn execute(&mut self, statement: &Statement<'_>) -> Result<u64> {
        let start = Instant::now();
        let changed = match self {
            Self::Sqlite(connection) => connection.execute(statement)?,
            Self::Postgres(connection) => connection.execute(statement).await?,
        };
        log(statement, start, 0);
        Ok(changed)
    }

    /// Runs a statement of a transaction without awaiting its outcome: PostgreSQL gets it with the next statement, or
    /// with the commit, which fails if it fails.
    pub(super) async fn later(&mut self, statement: Statement<'_>) -> Result<()> {
        match self {
            Self::Sqlite(_) => self.execute(&statement).await.map(|_| ()),
            Self::Postgres(connection) => {
                log(&statement, Instant::now(), 0);
                connection.later(statement).await
            }
        }
    }

    /// Begins a transaction. PostgreSQL is told with the first statement, SQLite's writer begins its own.
    pub(super) fn begin(&mut self) {
        if let Self::Postgres(connection) = self {
            connection.begin();
        }
    }

    /// Commits the transaction.
    pub(super) async fn commit(&mut self) -> Result<()> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(connection) => connection.commit().await,
        }
    }

    /// Rolls the transaction back.
    pub(super) async fn rollback(&mut self) -> Result<()> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(connection) => connection.rollback().await,
        }
    }

    /// On SQLite, makes the following statements read from one snapshot, which also avoids taking the read lock for
    /// each of them. On PostgreSQL, where this would cost a round trip, each statement sees the latest state.
    pub(super) fn begin_reading(&mut self) -> Result<()> {
        match self {
            Self::Sqlite(connection) => connection.begin_reading(),
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Ends the snapshot of [`Self::begin_reading`].
    pub(super) fn end_reading(&mut self) {
        if let Self::Sqlite(connection) = self {
            connection.end_reading();
        }
    }

    /// Prepares a SQLite connection for writing.
    pub(super) fn prepare_to_write(&mut self, path: &str) -> Result<()> {
        match self {
            Self::Sqlite(connection) => connection.prepare_to_write(path),
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Returns whether nothing is left open, so that another caller may use it.
    pub(super) fn is_free(&self) -> bool {
        match self {
            Self::Sqlite(connection) => connection.is_free(),
            Self::Postgres(connection) => connection.is_free(),
        }
    }
}

fn log(statement: &Statement<'_>, start: Instant, rows: usize) {
    let took = start.elapsed();
    if took > SLOW {
        tracing::warn!(target: "contract_broker::sql", sql = %statement.shown(), rows, ?took, "a slow statement");
    } else {
        tracing::debug!(target: "contract_broker::sql", sql = statement.text(), rows, ?took, "a statement");
    }
}

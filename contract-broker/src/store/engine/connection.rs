//! Connections to SQLite and PostgreSQL behind one interface.
//!
//! SQLite runs in the calling thread: a statement needs no thread switch, and a future that awaits nothing else never
//! yields. PostgreSQL is reached over a socket that the calling task itself reads and writes; statements without
//! awaited results are sent with the next one.

use std::time::{Duration, Instant};

use tracing::Instrument as _;

use super::{
    Address, Columns, Dialect, Error, Question, Result, Statement, postgres::Postgres, sqlite::Sqlite,
};
use crate::{
    metrics::DatabaseMetrics,
    trace::{self, StatementSpan},
};

/// Slower statements are logged.
const SLOW: Duration = Duration::from_secs(1);

/// A database connection, possibly in a transaction.
pub(crate) struct Connection {
    link: Link,
    metrics: DatabaseMetrics,
}

/// The underlying connection.
enum Link {
    Sqlite(Sqlite),
    Postgres(Box<Postgres>),
}

impl Connection {
    /// Opens a connection.
    ///
    /// # Errors
    /// The database does not exist, or denies access.
    pub(crate) async fn open(address: &Address) -> Result<Self> {
        let link = match address {
            Address::Sqlite(path) => Sqlite::open(path)
                .map(Link::Sqlite)
                .map_err(|error| Error::away("opening the database", error))?,
            Address::Postgres(server) => Postgres::open(server)
                .await
                .map(|connection| Link::Postgres(Box::new(connection)))
                .map_err(|error| Error::away("opening the database", error))?,
        };
        Ok(Self {
            link,
            metrics: DatabaseMetrics::new(),
        })
    }

    /// Returns the same connection, whose statements are counted in `metrics`.
    pub(super) fn counted_by(self, metrics: DatabaseMetrics) -> Self {
        Self { metrics, ..self }
    }

    pub(crate) fn dialect(&self) -> Dialect {
        match &self.link {
            Link::Sqlite(_) => Dialect::Sqlite,
            Link::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Runs statements without values one after the other.
    pub(crate) async fn script(&mut self, sql: &str) -> Result<()> {
        match &mut self.link {
            Link::Sqlite(connection) => connection.script(sql),
            Link::Postgres(connection) => connection.script(sql).await,
        }
    }

    /// Runs questions in order. SQLite runs them one after the other, PostgreSQL gets all at once.
    pub(super) async fn ask(&mut self, questions: &mut [Question<'_>]) -> Result<()> {
        let answered = self.ask_uncounted(questions).await;
        self.count_failure(answered)
    }

    async fn ask_uncounted(&mut self, questions: &mut [Question<'_>]) -> Result<()> {
        match &mut self.link {
            Link::Sqlite(connection) => {
                for Question { statement, rows } in questions {
                    let start = Instant::now();
                    let span = span(Dialect::Sqlite, statement);
                    let asked = span
                        .inner
                        .in_scope(|| connection.each(statement, |row| rows.read(row)));
                    span.gave(rows.count());
                    asked?;
                    log(&self.metrics, statement, start, rows.count());
                }
            }
            Link::Postgres(connection) => {
                let Some(first) = questions.first() else {
                    return Ok(());
                };
                let start = Instant::now();
                let span = span(Dialect::Postgres, &first.statement);
                let statements: Vec<&Statement<'_>> = questions.iter().map(|one| &one.statement).collect();
                let answers = connection
                    .rows(&statements)
                    .instrument(span.inner.clone())
                    .await?;
                span.gave(answers.iter().map(Vec::len).sum());
                for (Question { statement, rows }, answer) in questions.iter_mut().zip(&answers) {
                    log(&self.metrics, statement, start, answer.len());
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
        let changed = match &mut self.link {
            Link::Sqlite(connection) => {
                let span = span(Dialect::Sqlite, statement);
                span.inner.in_scope(|| connection.execute(statement))
            }
            Link::Postgres(connection) => {
                let span = span(Dialect::Postgres, statement);
                connection.execute(statement).instrument(span.inner).await
            }
        };
        let changed = self.count_failure(changed)?;
        log(&self.metrics, statement, start, 0);
        Ok(changed)
    }

    /// Runs a statement of a transaction without awaiting its outcome: PostgreSQL gets it with the next statement, or
    /// with the commit, which fails if it fails.
    pub(super) async fn later(&mut self, statement: Statement<'_>) -> Result<()> {
        let sent = match &mut self.link {
            Link::Sqlite(_) => return self.execute(&statement).await.map(|_| ()),
            Link::Postgres(connection) => {
                tracing::debug!(target: "contract_broker::sql", sql = statement.text(), rows = 0, "a statement for later");
                connection.later(statement).await
            }
        };
        self.count_failure(sent)
    }

    fn count_failure<T>(&self, result: Result<T>) -> Result<T> {
        if let Some(trouble) = result.as_ref().err().and_then(Error::trouble) {
            self.metrics.failed(trouble.kind());
        }
        result
    }

    /// Begins a transaction. PostgreSQL receives it with the first statement; SQLite's writer begins its own.
    pub(super) fn begin(&mut self) {
        if let Link::Postgres(connection) = &mut self.link {
            connection.begin();
        }
    }

    /// Commits the transaction.
    pub(super) async fn commit(&mut self) -> Result<()> {
        let committed = match &mut self.link {
            Link::Sqlite(_) => Ok(()),
            Link::Postgres(connection) => connection.commit().await,
        };
        self.count_failure(committed)
    }

    /// Rolls the transaction back.
    pub(super) async fn rollback(&mut self) -> Result<()> {
        match &mut self.link {
            Link::Sqlite(_) => Ok(()),
            Link::Postgres(connection) => connection.rollback().await,
        }
    }

    /// On SQLite, makes the following statements read from one snapshot, which also avoids taking the read lock for
    /// each of them. On PostgreSQL, where this would cost a round trip, each statement sees the latest state.
    pub(super) fn begin_reading(&mut self) -> Result<()> {
        match &mut self.link {
            Link::Sqlite(connection) => connection.begin_reading(),
            Link::Postgres(_) => Ok(()),
        }
    }

    /// Ends the snapshot of [`Self::begin_reading`].
    pub(super) fn end_reading(&mut self) {
        if let Link::Sqlite(connection) = &mut self.link {
            connection.end_reading();
        }
    }

    /// Prepares a SQLite connection for writing.
    pub(super) fn prepare_to_write(&mut self, path: &str) -> Result<()> {
        match &mut self.link {
            Link::Sqlite(connection) => connection.prepare_to_write(path),
            Link::Postgres(_) => Ok(()),
        }
    }

    /// Returns whether nothing is left open, so that another caller may use it.
    pub(super) fn is_free(&self) -> bool {
        match &self.link {
            Link::Sqlite(connection) => connection.is_free(),
            Link::Postgres(connection) => connection.is_free(),
        }
    }
}

fn span(dialect: Dialect, statement: &Statement<'_>) -> StatementSpan {
    trace::statement(dialect.system(), statement.text())
}

fn log(metrics: &DatabaseMetrics, statement: &Statement<'_>, start: Instant, rows: usize) {
    let took = start.elapsed();
    metrics.ran(statement.text(), took);
    if took > SLOW {
        tracing::warn!(target: "contract_broker::sql", sql = %statement.shown(), rows, ?took, "a slow statement");
    } else {
        tracing::debug!(target: "contract_broker::sql", sql = statement.text(), rows, ?took, "a statement");
    }
}

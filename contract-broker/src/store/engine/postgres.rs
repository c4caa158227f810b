//! A connection to PostgreSQL.

use std::{
    collections::HashMap,
    future::{Future, poll_fn},
    pin::{Pin, pin},
    task::Poll,
};

use futures_util::{
    TryStreamExt as _,
    future::{join, join_all},
};
use tokio_postgres::{
    AsyncMessage, Client,
    error::{DbError, Severity},
};

use super::{
    Result, Statement, Value,
    server::{Server, ServerConnection},
};

/// Maximum number of prepared statements; then the cache is cleared. The broker itself has fewer.
const PREPARED: usize = 1024;
/// Maximum number of statements queued for the next one.
const WAITING: usize = 16;

/// Reads and writes the socket; polled only while a caller waits.
type Driver = Pin<Box<dyn Future<Output = Result<(), tokio_postgres::Error>> + Send>>;

pub(crate) struct Postgres {
    client: Client,
    /// `None` if the connection is closed.
    driver: Option<Driver>,
    prepared: HashMap<String, tokio_postgres::Statement>,
    waiting: Waiting,
    /// A transaction is open, or about to be opened.
    in_transaction: bool,
}

/// Statements to send with the next one.
#[derive(Default)]
struct Waiting {
    begin: bool,
    statements: Vec<(tokio_postgres::Statement, Vec<Value<'static>>)>,
}

impl Waiting {
    /// Sends everything at once, in order; returns the first error.
    async fn send(self, client: &Client) -> Result<(), tokio_postgres::Error> {
        let begin = async {
            if self.begin {
                client.batch_execute("BEGIN").await?;
            }
            Ok(())
        };
        let statements = join_all(
            self.statements
                .iter()
                .map(|(statement, values)| client.execute_raw(statement, values.iter())),
        );
        let (begun, done) = join(begin, statements).await;
        begun?;
        done.into_iter().try_for_each(|done| done.map(|_| ()))
    }
}

/// Reads and writes the socket until the connection is closed.
async fn driven(mut connection: ServerConnection) -> Result<(), tokio_postgres::Error> {
    while let Some(message) = poll_fn(|context| connection.poll_message(context)).await {
        if let AsyncMessage::Notice(notice) = message? {
            note(&notice);
        }
    }
    Ok(())
}

/// Logs what the server says beside its answers. Only its warnings are for operators: notices are about tables that are
/// there already.
fn note(notice: &DbError) {
    let message = notice.message();
    if notice.parsed_severity() == Some(Severity::Warning) {
        tracing::warn!(message, "the database server warns");
    } else {
        tracing::debug!(message, "a notice of the database server");
    }
}

impl Postgres {
    pub(super) async fn open(server: &Server) -> Result<Self, String> {
        // Boxed: otherwise every caller that may open a connection would contain the space for a handshake.
        let (client, connection) = Box::pin(server.connect()).await?;
        Ok(Self {
            client,
            driver: Some(Box::pin(driven(connection))),
            prepared: HashMap::new(),
            waiting: Waiting::default(),
            in_transaction: false,
        })
    }

    pub(super) async fn script(&mut self, sql: &str) -> Result<()> {
        Ok(drive(&mut self.driver, self.client.batch_execute(sql)).await?)
    }

    /// Returns the rows of statements sent together.
    pub(super) async fn rows(
        &mut self,
        statements: &[&Statement<'_>],
    ) -> Result<Vec<Vec<tokio_postgres::Row>>> {
        let mut prepared = Vec::with_capacity(statements.len());
        for statement in statements {
            prepared.push(self.prepared(statement).await?);
        }
        let client = &self.client;
        let answers = join_all(
            prepared
                .iter()
                .zip(statements)
                .map(async |(prepared, statement)| {
                    let rows = client.query_raw(prepared, statement.values()).await?;
                    rows.try_collect().await
                }),
        );
        let work = join(std::mem::take(&mut self.waiting).send(client), answers);
        let (before, answers) = drive(&mut self.driver, work).await;
        before?;
        Ok(answers
            .into_iter()
            .collect::<Result<_, tokio_postgres::Error>>()?)
    }

    pub(super) async fn execute(&mut self, statement: &Statement<'_>) -> Result<u64> {
        let prepared = self.prepared(statement).await?;
        let client = &self.client;
        let work = join(
            std::mem::take(&mut self.waiting).send(client),
            client.execute_raw(&prepared, statement.values()),
        );
        let (before, changed) = drive(&mut self.driver, work).await;
        before?;
        Ok(changed?)
    }

    pub(super) async fn later(&mut self, statement: Statement<'_>) -> Result<()> {
        let prepared = self.prepared(&statement).await?;
        let values = statement.into_values().into_iter().map(Value::into_owned);
        self.waiting.statements.push((prepared, values.collect()));
        if self.waiting.statements.len() >= WAITING {
            self.flush().await?;
        }
        Ok(())
    }

    pub(super) fn begin(&mut self) {
        self.in_transaction = true;
        self.waiting.begin = true;
    }

    pub(super) async fn commit(&mut self) -> Result<()> {
        // Without statements there is nothing to end.
        if !self.waiting.begin || !self.waiting.statements.is_empty() {
            let client = &self.client;
            let work = join(
                std::mem::take(&mut self.waiting).send(client),
                client.batch_execute("COMMIT"),
            );
            let (before, committed) = drive(&mut self.driver, work).await;
            // Committing a failed transaction rolls it back.
            before.and(committed)?;
        }
        self.waiting = Waiting::default();
        self.in_transaction = false;
        Ok(())
    }

    pub(super) async fn rollback(&mut self) -> Result<()> {
        if !std::mem::take(&mut self.waiting).begin {
            drive(&mut self.driver, self.client.batch_execute("ROLLBACK")).await?;
        }
        self.in_transaction = false;
        Ok(())
    }

    pub(super) fn is_free(&self) -> bool {
        self.driver.is_some() && !self.in_transaction
    }

    async fn flush(&mut self) -> Result<()> {
        let waiting = std::mem::take(&mut self.waiting);
        Ok(drive(&mut self.driver, waiting.send(&self.client)).await?)
    }

    async fn prepared(&mut self, statement: &Statement<'_>) -> Result<tokio_postgres::Statement> {
        statement.check()?;
        if let Some(known) = self.prepared.get(statement.text()) {
            return Ok(known.clone());
        }
        if self.prepared.len() >= PREPARED {
            self.prepared.clear();
        }
        let kinds: Vec<_> = statement.values().iter().map(Value::kind).collect();
        let work = self.client.prepare_typed(statement.text(), &kinds);
        let prepared = drive(&mut self.driver, work).await?;
        self.prepared
            .insert(statement.text().to_owned(), prepared.clone());
        Ok(prepared)
    }
}

/// Runs work that waits for the connection, and drives the connection meanwhile, in one task.
async fn drive<T>(driver: &mut Option<Driver>, work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    poll_fn(|context| {
        if let Poll::Ready(done) = work.as_mut().poll(context) {
            return Poll::Ready(done);
        }
        if let Some(open) = driver
            && open.as_mut().poll(context).is_ready()
        {
            // The work is informed that there will be no response.
            *driver = None;
        }
        work.as_mut().poll(context)
    })
    .await
}

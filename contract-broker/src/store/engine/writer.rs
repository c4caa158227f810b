//! Writes. On SQLite one thread owns the only writing connection: it runs the waiting writes in one transaction and
//! commits once for all (a commit waits for the disk, so this makes many small writes fast). On PostgreSQL each write
//! is its own transaction.

use std::{
    panic::AssertUnwindSafe,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use deadpool::managed::Object;
use futures_util::{FutureExt, future::BoxFuture};
use tokio::sync::{mpsc, oneshot};
use tracing::Span;

use super::{
    Connection, Error, Result, Statement, Trouble,
    opened_file::OpenedFile,
    pool::{self, Opener, Readers},
};
use crate::metrics::{DatabaseMetrics, Role};

/// Maximum number of writes per commit.
const BATCH: usize = 128;
/// Maximum number of queued writes before callers have to wait.
const WAITING: usize = 1024;
/// Maximum number of attempts if PostgreSQL reports a conflict.
const TRIES: u32 = 8;

type Work<I, T> = for<'c> fn(&'c mut Connection, &'c I) -> BoxFuture<'c, Result<T>>;

/// What the thread that writes is told.
pub(super) enum Order {
    Write(Box<dyn Job>),
    /// To close its connection until the next write.
    CloseConnection,
}

pub(super) enum Writer {
    Queue {
        orders: Mutex<Option<mpsc::Sender<Order>>>,
        metrics: DatabaseMetrics,
        /// When the last write was queued, if the connection was not closed since.
        used: Mutex<Option<Instant>>,
        /// Signalled when the last write is done.
        ended: Mutex<Option<oneshot::Receiver<()>>>,
    },
    Pool(Readers),
}

impl Writer {
    /// # Errors
    /// The database's, or the thread cannot be started.
    pub(super) fn queue(opener: Opener, mut connection: Connection) -> Result<Self> {
        let file = OpenedFile::of(&mut connection)?;
        let (sender, receiver) = mpsc::channel(WAITING);
        let (end, ended) = oneshot::channel();
        let metrics = opener.metrics().clone();
        std::thread::Builder::new()
            .name("broker-writer".to_owned())
            .spawn(move || {
                write_all(&opener, &file, connection, receiver);
                let _ = end.send(());
            })
            .map_err(|error| Error::unavailable("starting the thread that writes", error))?;
        Ok(Self::Queue {
            orders: Mutex::new(Some(sender)),
            metrics,
            used: Mutex::new(Some(Instant::now())),
            ended: Mutex::new(Some(ended)),
        })
    }

    pub(super) fn pool(pool: Readers) -> Self {
        Self::Pool(pool)
    }

    pub(super) async fn run<I, T>(&self, input: I, work: Work<I, T>) -> Result<T>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
    {
        match self {
            Self::Queue {
                orders,
                metrics,
                used,
                ..
            } => {
                let sender = locked(orders).clone();
                *locked(used) = Some(Instant::now());
                let (answer, answered) = oneshot::channel();
                let job = Queued {
                    input,
                    work,
                    done: None,
                    answer: Some(answer),
                    waiting: Some(Waiting {
                        since: Instant::now(),
                        metrics: metrics.clone(),
                    }),
                    span: Span::current(),
                };
                let closed = || Error::unavailable("writing", "the broker is shutting down");
                sender
                    .ok_or_else(closed)?
                    .send(Order::Write(Box::new(job)))
                    .await
                    .map_err(|_| closed())?;
                answered.await.map_err(|_| closed())?
            }
            Self::Pool(pool) => in_own_transaction(pool, &input, work).await,
        }
    }

    /// Closes the SQLite connection for writing, and its thread that copies the log, if nothing was written for so long. The
    /// next write opens it again.
    pub(super) fn close_idle(&self, idle: Duration) {
        let Self::Queue { orders, used, .. } = self else {
            return;
        };
        let is_idle = locked(used).take_if(|at| at.elapsed() >= idle).is_some();
        if is_idle && let Some(sender) = &*locked(orders) {
            // A full queue is not idle.
            let _ = sender.try_send(Order::CloseConnection);
        }
    }

    /// Rejects new writes and waits for accepted ones.
    pub(super) async fn close(&self) {
        if let Self::Queue { orders, ended, .. } = self {
            locked(orders).take();
            let ended = locked(ended).take();
            if let Some(ended) = ended {
                let _ = ended.await;
            }
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A queued write: its result is kept until the commit, then sent.
pub(super) trait Job: Send {
    /// Runs the write; returns false if it failed and must be rolled back.
    fn run(&mut self, connection: &mut Connection) -> bool;
    /// Sends the result to the caller, or the failure of the commit.
    fn finish(self: Box<Self>, commit: Result<()>);
}

struct Queued<I, T> {
    input: I,
    work: Work<I, T>,
    done: Option<Result<T>>,
    answer: Option<oneshot::Sender<Result<T>>>,
    /// `None` once it was run.
    waiting: Option<Waiting>,
    /// The span that the write is part of.
    span: Span,
}

/// Since when a write waits, and the metrics that count the wait.
struct Waiting {
    since: Instant,
    metrics: DatabaseMetrics,
}

impl<I: Send + Sync, T: Send> Job for Queued<I, T> {
    fn run(&mut self, connection: &mut Connection) -> bool {
        if let Some(Waiting { since, metrics }) = self.waiting.take() {
            metrics.waited(Role::Write, since.elapsed());
        }
        let _entered = self.span.enter();
        // SQLite runs in place: a write that awaits nothing else never yields.
        let result = guarded(connection, &self.input, self.work)
            .now_or_never()
            .unwrap_or_else(|| {
                Err(Error::unavailable(
                    "writing",
                    "the write waits for something else than the database",
                ))
            });
        let fine = result.is_ok();
        self.done = Some(result);
        fine
    }

    fn finish(mut self: Box<Self>, commit: Result<()>) {
        let result = match (self.done.take(), commit) {
            (Some(Err(error)), _) | (_, Err(error)) => Err(error),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (None, Ok(())) => Err(Error::unavailable("writing", "the write was not run")),
        };
        if let Some(answer) = self.answer.take() {
            let _ = answer.send(result);
        }
    }
}

/// Runs the work so that a panic cannot stop the writer.
async fn guarded<I: Send + Sync, T: Send>(
    connection: &mut Connection,
    input: &I,
    work: Work<I, T>,
) -> Result<T> {
    AssertUnwindSafe(async { work(connection, input).await })
        .catch_unwind()
        .await
        .unwrap_or_else(|_| {
            Err(Error::unavailable(
                "writing",
                "an internal error; the log has the details",
            ))
        })
}

/// Writes until all senders are dropped.
fn write_all(opener: &Opener, file: &OpenedFile, connection: Connection, mut orders: mpsc::Receiver<Order>) {
    let mut kept = Some(connection);
    let mut batch: Vec<Box<dyn Job>> = Vec::with_capacity(BATCH);
    while let Some(first) = orders.blocking_recv() {
        let mut closes = false;
        let mut next = Some(first);
        while let Some(order) = next {
            match order {
                Order::Write(job) => batch.push(job),
                Order::CloseConnection => closes = true,
            }
            next = (batch.len() < BATCH && !closes)
                .then(|| orders.try_recv().ok())
                .flatten();
        }
        if !batch.is_empty() {
            write_batch(opener, file, &mut kept, &mut batch);
        }
        if closes && let Some(connection) = kept.take() {
            end(connection);
        }
    }
    if let Some(connection) = kept {
        end(connection);
    }
}

/// Writes what waits and commits it. A connection that fails is not kept.
fn write_batch(
    opener: &Opener,
    file: &OpenedFile,
    kept: &mut Option<Connection>,
    batch: &mut Vec<Box<dyn Job>>,
) {
    let checked = file.check().and_then(|()| opened(opener, kept));
    let commit = checked.and_then(|connection| in_one_transaction(connection, batch));
    if commit.is_ok() {
        opener.metrics().committed(batch.len());
    } else {
        tracing::error!(error = ?commit, writes = batch.len(), "a commit failed");
        kept.take_if(|connection| {
            let _ = script(connection, "ROLLBACK");
            script(connection, "SELECT 1").is_err()
        });
    }
    for job in batch.drain(..) {
        job.finish(commit.clone());
    }
}

/// The connection for writing, which is opened if there is none.
fn opened<'k>(opener: &Opener, kept: &'k mut Option<Connection>) -> Result<&'k mut Connection> {
    let connection = match kept.take() {
        Some(connection) => connection,
        // SQLite never waits.
        None => opener.open_writer().now_or_never().unwrap_or_else(|| {
            Err(Error::unavailable(
                "opening the database",
                "opening it waits for something else",
            ))
        })?,
    };
    Ok(kept.insert(connection))
}

/// Closes the connection after what SQLite does then about statistics.
fn end(mut connection: Connection) {
    let _ = script(&mut connection, "PRAGMA optimize");
}

/// Runs SQL on SQLite, which never waits.
fn script(connection: &mut Connection, sql: &str) -> Result<()> {
    connection.script(sql).now_or_never().unwrap_or(Ok(()))
}

/// Runs a frequent statement, which stays prepared.
fn run(connection: &mut Connection, sql: &'static str) -> Result<()> {
    let done = Statement::new(sql).execute(connection).now_or_never();
    done.unwrap_or(Ok(0)).map(|_| ())
}

fn in_one_transaction(connection: &mut Connection, batch: &mut [Box<dyn Job>]) -> Result<()> {
    run(connection, "BEGIN IMMEDIATE")?;
    if let [only] = batch {
        let end = if only.run(connection) {
            "COMMIT"
        } else {
            "ROLLBACK"
        };
        return run(connection, end);
    }
    for job in batch.iter_mut() {
        run(connection, "SAVEPOINT one")?;
        if !job.run(connection) {
            run(connection, "ROLLBACK TO one")?;
        }
        run(connection, "RELEASE one")?;
    }
    run(connection, "COMMIT")
}

async fn in_own_transaction<I, T>(pool: &Readers, input: &I, work: Work<I, T>) -> Result<T>
where
    I: Send + Sync + 'static,
    T: Send + 'static,
{
    let mut tries = 0;
    loop {
        let mut connection = pool::taken(pool, Role::Write).await?;
        connection.begin();
        let result = match guarded(&mut connection, input, work).await {
            Ok(value) => connection.commit().await.map(|()| value),
            Err(error) => {
                let _ = connection.rollback().await;
                Err(error)
            }
        };
        if result.as_ref().err().and_then(Error::trouble) == Some(Trouble::ReadOnly) {
            // A connection to a server that became a standby stays there: the next write gets another one.
            drop(Object::take(connection));
        } else {
            drop(connection);
        }
        tries += 1;
        match result {
            Err(error) if error.trouble() == Some(Trouble::MetAnother) && tries < TRIES => {
                let wait = u64::from(rand::random::<u8>() % 16) * u64::from(tries) + 1;
                tokio::time::sleep(Duration::from_millis(wait)).await;
            }
            result => return result,
        }
    }
}

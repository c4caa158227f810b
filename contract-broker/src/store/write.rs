//! Writing. On SQLite one task owns the one connection that writes: it runs the writes that wait in one transaction
//! and commits once for all (a commit waits for the disk, so this is what makes many small writes fast). On
//! PostgreSQL each write is a transaction of its own.

use std::{
    panic::AssertUnwindSafe,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use futures_util::{FutureExt, future::BoxFuture};
use sqlx::{AnyPool, Connection as _};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};

use super::{
    Connection, Error, Result,
    connect::{Dialect, connect},
};

/// The most writes that share one commit.
const BATCH: usize = 128;
/// How many writes may wait before a caller has to wait for room.
const WAITING: usize = 1024;
/// How often a write is tried when PostgreSQL says that it met another one.
const TRIES: u32 = 8;

type Work<I, T> = for<'c> fn(&'c mut Connection, &'c I) -> BoxFuture<'c, Result<T>>;

pub(super) enum Writer {
    Queue {
        jobs: Mutex<Option<mpsc::Sender<Box<dyn Job>>>>,
        task: Mutex<Option<JoinHandle<()>>>,
    },
    Pool(AnyPool),
}

impl Writer {
    pub(super) fn queue(url: String, connection: Connection) -> Self {
        let (sender, receiver) = mpsc::channel(WAITING);
        let task = tokio::spawn(write_all(url, connection, receiver));
        Self::Queue {
            jobs: Mutex::new(Some(sender)),
            task: Mutex::new(Some(task)),
        }
    }

    pub(super) fn pool(pool: AnyPool) -> Self {
        Self::Pool(pool)
    }

    pub(super) async fn run<I, T>(&self, input: I, work: Work<I, T>) -> Result<T>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
    {
        match self {
            Self::Queue { jobs, .. } => {
                let sender = jobs.lock().unwrap_or_else(PoisonError::into_inner).clone();
                let (answer, answered) = oneshot::channel();
                let job = Queued {
                    input,
                    work,
                    done: None,
                    answer: Some(answer),
                };
                let closed = || Error::unavailable("writing", "the broker is shutting down");
                sender
                    .ok_or_else(closed)?
                    .send(Box::new(job))
                    .await
                    .map_err(|_| closed())?;
                answered.await.map_err(|_| closed())?
            }
            Self::Pool(pool) => in_own_transaction(pool, &input, work).await,
        }
    }

    /// Refuses new writes and waits for those that were accepted.
    pub(super) async fn close(&self) {
        if let Self::Queue { jobs, task } = self {
            jobs.lock().unwrap_or_else(PoisonError::into_inner).take();
            let task = task.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(task) = task {
                let _ = task.await;
            }
        }
    }
}

/// A write that waits: its result is kept until the commit, then sent.
pub(super) trait Job: Send {
    /// Runs the write; false when it failed and must be undone.
    fn run<'c>(&'c mut self, connection: &'c mut Connection) -> BoxFuture<'c, bool>;
    /// Answers the caller: with the result, or with the failure of the commit.
    fn finish(self: Box<Self>, commit: Result<()>);
}

struct Queued<I, T> {
    input: I,
    work: Work<I, T>,
    done: Option<Result<T>>,
    answer: Option<oneshot::Sender<Result<T>>>,
}

impl<I: Send + Sync, T: Send> Job for Queued<I, T> {
    fn run<'c>(&'c mut self, connection: &'c mut Connection) -> BoxFuture<'c, bool> {
        async move {
            let result = guarded(connection, &self.input, self.work).await;
            let fine = result.is_ok();
            self.done = Some(result);
            fine
        }
        .boxed()
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

/// Runs the work so that a bug in it cannot take the writer with it.
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

/// The task that owns SQLite's writing connection. Ends when every sender is gone.
async fn write_all(url: String, mut connection: Connection, mut jobs: mpsc::Receiver<Box<dyn Job>>) {
    let mut batch: Vec<Box<dyn Job>> = Vec::with_capacity(BATCH);
    while let Some(first) = jobs.recv().await {
        batch.push(first);
        while batch.len() < BATCH
            && let Ok(job) = jobs.try_recv()
        {
            batch.push(job);
        }
        let commit = in_one_transaction(&mut connection, &mut batch).await;
        if commit.is_err() {
            tracing::error!(error = ?commit, writes = batch.len(), "a commit failed");
            let _ = sqlx::raw_sql("ROLLBACK").execute(&mut connection).await;
            if connection.ping().await.is_err()
                && let Ok(fresh) = connect(Dialect::Sqlite, &url).await
            {
                connection = fresh;
            }
        }
        for job in batch.drain(..) {
            job.finish(commit.clone());
        }
    }
    let _ = sqlx::raw_sql("PRAGMA optimize").execute(&mut connection).await;
    let _ = connection.close().await;
}

async fn in_one_transaction(connection: &mut Connection, batch: &mut [Box<dyn Job>]) -> Result<()> {
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *connection).await?;
    if let [only] = batch {
        let end = if only.run(&mut *connection).await {
            "COMMIT"
        } else {
            "ROLLBACK"
        };
        sqlx::query(end).execute(&mut *connection).await?;
        return Ok(());
    }
    for job in batch.iter_mut() {
        sqlx::query("SAVEPOINT one").execute(&mut *connection).await?;
        if !job.run(&mut *connection).await {
            sqlx::query("ROLLBACK TO one").execute(&mut *connection).await?;
        }
        sqlx::query("RELEASE one").execute(&mut *connection).await?;
    }
    sqlx::query("COMMIT").execute(&mut *connection).await?;
    Ok(())
}

async fn in_own_transaction<I, T>(pool: &AnyPool, input: &I, work: Work<I, T>) -> Result<T>
where
    I: Send + Sync + 'static,
    T: Send + 'static,
{
    let mut tries = 0;
    loop {
        let mut transaction = pool.begin().await?;
        let result = match guarded(&mut transaction, input, work).await {
            Ok(value) => transaction.commit().await.map(|()| value).map_err(Error::from),
            Err(error) => {
                let _ = transaction.rollback().await;
                Err(error)
            }
        };
        tries += 1;
        match result {
            Err(Error::Database { again: true, .. }) if tries < TRIES => {
                let wait = u64::from(rand::random::<u8>() % 16) * u64::from(tries) + 1;
                tokio::time::sleep(Duration::from_millis(wait)).await;
            }
            result => return result,
        }
    }
}

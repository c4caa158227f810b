//! Counting what is stored, for metrics, by one node at a time.

use std::{pin::pin, time::Duration};

use super::micros;
use crate::{
    config::Config,
    domain::time::now,
    metrics::{Job, JobMetrics, QueueCounts, StoredMetrics},
    store::{
        Result, Store, deliveries, metrics,
        periodic::{self, Lease},
    },
};

/// How often the queue of webhooks is counted.
const ROUND: Duration = Duration::from_secs(15);
/// Everything else is counted once in so many rounds.
const ROUNDS: u32 = 4;
/// The name under which nodes agree on who does it.
const JOB: &str = "counts";
/// How long a node may be silent before another takes over.
const PATIENCE: Duration = Duration::from_secs(45);

/// Counts what is stored.
#[derive(Clone)]
pub(crate) struct Counts {
    store: Store,
    stored: StoredMetrics,
    jobs: JobMetrics,
    /// Whether anybody reads the counts.
    is_wanted: bool,
    /// Whether other nodes may use the database.
    is_shared: bool,
}

impl Counts {
    pub(crate) fn new(store: Store, config: &Config, jobs: JobMetrics, stored: StoredMetrics) -> Self {
        Self {
            store,
            stored,
            jobs,
            is_wanted: config.metrics_bind.is_some(),
            is_shared: !config.is_sqlite(),
        }
    }

    pub(crate) fn stored(&self) -> &StoredMetrics {
        &self.stored
    }

    pub(crate) fn jobs(&self) -> &JobMetrics {
        &self.jobs
    }

    /// Counts now and then, if no other node does, until `shutdown` completes; then another node may at once.
    pub(crate) async fn run(self, shutdown: impl Future<Output = ()>) {
        if !self.is_wanted {
            return;
        }
        let mut shutdown = pin!(shutdown);
        let lease = Lease {
            job: JOB,
            token: uuid::Uuid::new_v4().to_string(),
            patience: micros(PATIENCE),
        };
        let mut round = 0;
        loop {
            round = match self.round(&lease, round).await {
                Ok(next) => next,
                Err(error) => {
                    tracing::error!(%error, "what is stored could not be counted");
                    self.hide();
                    0
                }
            };
            tokio::select! {
                biased;
                () = &mut shutdown => break,
                () = tokio::time::sleep(ROUND) => {}
            }
        }
        if self.is_shared {
            self.hide();
            // Another node takes over later if this cannot be written.
            let _ = self
                .store
                .write(lease, |connection, lease| {
                    Box::pin(periodic::finish(connection, lease, now()))
                })
                .await;
        }
    }

    /// Counts, if this node is to. `round` is how often it did without a break, and so is what is returned.
    async fn round(&self, lease: &Lease, round: u32) -> Result<u32> {
        if !self.holds(lease, round > 0).await? {
            self.hide();
            return Ok(0);
        }
        self.jobs.holds(Job::Counts, true);
        let mut connection = self.store.read().await?;
        let now = now();
        let queue = deliveries::standing(&mut connection, now).await?;
        self.stored.set_queue(QueueCounts {
            due: queue.due,
            waiting: queue.waiting,
            dead: queue.dead,
            oldest_due_seconds: queue.first_due.map_or(0, |first| (now - first) / 1_000_000),
            outbox_events: queue.events,
        });
        if round.is_multiple_of(ROUNDS) {
            self.stored
                .set_counts(metrics::stored(&mut connection, now).await?);
        }
        Ok(round.wrapping_add(1))
    }

    /// Whether this node is the one that counts. One that was not looks before it writes, so that it writes nothing while
    /// another one counts.
    async fn holds(&self, lease: &Lease, held: bool) -> Result<bool> {
        if !self.is_shared {
            return Ok(true);
        }
        if held {
            let renew = self.store.write(lease.clone(), |connection, lease| {
                Box::pin(periodic::renew(connection, lease))
            });
            return renew.await;
        }
        if periodic::due_at(&mut *self.store.read().await?, JOB).await? > now() {
            return Ok(false);
        }
        self.store
            .write(lease.clone(), |connection, lease| {
                Box::pin(periodic::claim(connection, lease))
            })
            .await
    }

    fn hide(&self) {
        self.jobs.holds(Job::Counts, false);
        self.stored.clear();
    }
}

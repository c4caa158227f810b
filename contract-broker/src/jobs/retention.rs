//! Deleting versions that nothing keeps, a few at a time, by one node at a time.

use std::{collections::BTreeMap, pin::pin, time::Duration};

use tracing::Instrument as _;

use super::micros;
use crate::{
    config::Config,
    domain::{
        retention::{Reason, Rules},
        time::now,
    },
    metrics::{self, Job, JobMetrics},
    store::{
        Result, Store, deletion, deliveries,
        periodic::{self, Lease},
        retention::{self, Batch, Judged},
    },
    trace,
};

/// How many versions are judged at once.
const LOOK: i64 = 500;
/// The name under which nodes agree on who does it.
const JOB: &str = "retention";
/// How long a node may be silent before another takes over.
const PATIENCE: Duration = Duration::from_mins(2);
/// How long a node waits between looks whether it is due, at most.
const NAP: Duration = Duration::from_mins(1);

/// The rules, and what they are applied to.
#[derive(Clone)]
pub(crate) struct Retention {
    store: Store,
    pub(crate) rules: Rules,
    interval: Duration,
    pub(crate) enabled: bool,
    metrics: JobMetrics,
}

/// What a look at every version came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    pub(crate) versions: u64,
    pub(crate) going: u64,
    /// How many stale branches go.
    pub(crate) branches: u64,
    /// How many stay for each reason; a version may have several.
    pub(crate) staying: BTreeMap<Reason, u64>,
}

/// What was deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Deleted {
    pub(crate) versions: u64,
    pub(crate) branches: u64,
    pub(crate) deliveries: u64,
}

impl Retention {
    pub(crate) fn new(store: Store, config: &Config, metrics: JobMetrics) -> Self {
        Self {
            store,
            rules: Rules {
                days: config.retention_keep_days,
                newest: config.retention_keep_newest,
                main_branch: config.retention_keep_main_branch,
                branch_days: config.retention_keep_branch_days,
            },
            interval: config.retention_interval,
            enabled: config.retention_enabled,
            metrics,
        }
    }

    /// Judges every version, in the order of creation, and deletes none.
    pub(crate) async fn plan(&self, mut each: impl FnMut(Judged) + Send) -> Result<Summary> {
        let branches = match self.rules.stale_before(now()) {
            Some(time) => retention::stale_branches(&mut *self.store.read().await?, time).await?,
            None => 0,
        };
        let mut summary = Summary {
            branches,
            ..Summary::default()
        };
        let mut after = 0;
        loop {
            // SQLite answers in place: others have their turn between two looks.
            tokio::task::yield_now().await;
            let judged = retention::judge(&mut *self.store.read().await?, &self.rules, after, LOOK).await?;
            let Some(last) = judged.last() else {
                return Ok(summary);
            };
            after = last.id;
            for one in judged {
                summary.versions += 1;
                summary.going += u64::from(one.goes());
                for reason in &one.reasons {
                    *summary.staying.entry(*reason).or_default() += 1;
                }
                each(one);
            }
        }
    }

    /// Deletes every version that may go, whether it is time for it or not.
    pub(crate) async fn clean(&self) -> Result<Deleted> {
        self.clean_under(None).await
    }

    async fn clean_under(&self, lease: Option<&Lease>) -> Result<Deleted> {
        let mut deleted = Deleted::default();
        while let Some(time) = self.rules.stale_before(now()) {
            let count = self
                .store
                .write(time, |connection, time| {
                    Box::pin(retention::delete_stale_branches(
                        connection,
                        *time,
                        deletion::BATCH,
                    ))
                })
                .await?;
            deleted.branches += count;
            if count == 0 {
                break;
            }
        }
        let mut after = 0;
        loop {
            let judged = retention::judge(&mut *self.store.read().await?, &self.rules, after, LOOK).await?;
            let Some(last) = judged.last() else { break };
            after = last.id;
            let going: Vec<i64> = judged.iter().filter(|one| one.goes()).map(|one| one.id).collect();
            for versions in going.chunks(usize::try_from(deletion::BATCH).unwrap_or(1)) {
                let batch = Batch {
                    rules: self.rules,
                    versions: versions.to_vec(),
                    lease: lease.cloned(),
                };
                let done = self
                    .store
                    .write(batch, |connection, batch| {
                        Box::pin(retention::delete(connection, batch))
                    })
                    .await?;
                let Some(count) = done else { return Ok(deleted) };
                deleted.versions += count;
            }
        }
        let before = self.rules.young_since(now());
        loop {
            let count = self
                .store
                .write(before, |connection, before| {
                    Box::pin(deliveries::delete_ended(connection, *before, deletion::BATCH))
                })
                .await?;
            deleted.deliveries += count;
            if count == 0 {
                return Ok(deleted);
            }
        }
    }

    /// Deletes when it is due, if no other node does, until `shutdown` completes.
    pub(crate) async fn run(self, shutdown: impl Future<Output = ()>) {
        if !self.enabled {
            return;
        }
        let mut shutdown = pin!(shutdown);
        loop {
            let wait = tokio::select! {
                biased;
                () = &mut shutdown => return,
                wait = self.if_due() => wait.unwrap_or_else(|error| {
                    tracing::error!(%error, "old versions could not be deleted");
                    NAP
                }),
            };
            tokio::select! {
                biased;
                () = &mut shutdown => return,
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Deletes if it is enabled and due; says how long to wait before the next look.
    pub(crate) async fn if_due(&self) -> Result<Duration> {
        if !self.enabled {
            return Ok(self.nap());
        }
        let due_at = periodic::due_at(&mut *self.store.read().await?, JOB).await?;
        if due_at > now() {
            let left = u64::try_from(due_at - now()).unwrap_or_default();
            return Ok(Duration::from_micros(left).min(self.nap()));
        }
        let lease = Lease {
            job: JOB,
            token: uuid::Uuid::new_v4().to_string(),
            patience: micros(PATIENCE),
        };
        let mine = self
            .store
            .write(lease.clone(), |connection, lease| {
                Box::pin(periodic::claim(connection, lease))
            })
            .await?;
        if mine {
            self.metrics.holds(Job::Retention, true);
            let cleaned = self.clean_under(Some(&lease)).instrument(trace::job(JOB)).await;
            self.metrics.holds(Job::Retention, false);
            let deleted = cleaned?;
            self.metrics.retention_ran(now());
            for (kind, count) in [
                (metrics::Deleted::Versions, deleted.versions),
                (metrics::Deleted::Branches, deleted.branches),
                (metrics::Deleted::Deliveries, deleted.deliveries),
            ] {
                self.metrics.deleted(kind, count);
            }
            if deleted != Deleted::default() {
                let Deleted {
                    versions,
                    branches,
                    deliveries,
                } = deleted;
                tracing::info!(versions, branches, deliveries, "deleted what no rule keeps");
            }
            let next = now() + micros(self.interval);
            self.store
                .write((lease, next), |connection, (lease, next)| {
                    Box::pin(periodic::finish(connection, lease, *next))
                })
                .await?;
        }
        Ok(self.nap())
    }

    fn nap(&self) -> Duration {
        self.interval.clamp(Duration::from_millis(1), NAP)
    }
}

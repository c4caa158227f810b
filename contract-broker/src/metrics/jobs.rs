//! What background jobs count.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use prometheus_client::{
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};

use super::label::{By, Label as _, Unlabelled, label};

label! {
    /// Work that one node does for all.
    "job": Job { Retention = "retention", Counts = "counts" }

    /// What retention deletes.
    "kind": Deleted { Versions = "versions", Branches = "branches", Deliveries = "deliveries" }
}

/// What background jobs count. Clones are the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct JobMetrics {
    leases: By<Job, Gauge>,
    /// What this one holds. Tenants count together.
    held: Arc<Mutex<HashSet<Job>>>,
    deleted: By<Deleted, Counter>,
    last_run: Family<Unlabelled, Gauge>,
}

impl JobMetrics {
    /// The same instruments for one of many tenants: each lease that it holds counts.
    pub(crate) fn for_one_of_many(&self) -> Self {
        Self {
            held: Arc::default(),
            ..self.clone()
        }
    }

    /// Whether this node does the work now.
    pub(crate) fn holds(&self, job: Job, holds: bool) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if holds && held.insert(job) {
            self.leases.of(job).inc();
        } else if !holds && held.remove(&job) {
            self.leases.of(job).dec();
        }
    }

    /// Holds nothing any more.
    pub(crate) fn release(&self) {
        for job in Job::ALL {
            self.holds(*job, false);
        }
    }

    /// Retention deleted so many.
    pub(crate) fn deleted(&self, kind: Deleted, count: u64) {
        self.deleted.of(kind).inc_by(count);
    }

    /// Retention looked at everything; `time` is in microseconds since 1970.
    pub(crate) fn retention_ran(&self, time: i64) {
        self.last_run.get_or_create(&Unlabelled).set(time / 1_000_000);
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register(
            "contract_broker_job_lease",
            "1 on the node that does the work, 0 on the others",
            self.leases.clone(),
        );
        registry.register(
            "contract_broker_retention_deleted",
            "What retention deleted",
            self.deleted.clone(),
        );
        registry.register(
            "contract_broker_retention_last_run_timestamp_seconds",
            "When retention last ended on this node; missing if it did not run",
            self.last_run.clone(),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_lease_of_a_tenant_counts_once_until_it_is_given_back() {
        let all = JobMetrics::default();
        let (one, two) = (all.for_one_of_many(), all.for_one_of_many());
        for _ in 0..2 {
            one.holds(Job::Counts, true);
            two.holds(Job::Counts, true);
        }
        assert_eq!(all.leases.of(Job::Counts).get(), 2);
        one.release();
        two.holds(Job::Counts, false);
        assert_eq!(all.leases.of(Job::Counts).get(), 0);
    }
}

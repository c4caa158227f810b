//! What background jobs count.

use prometheus_client::{
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};

use super::label::{By, Unlabelled, label};

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
    deleted: By<Deleted, Counter>,
    last_run: Family<Unlabelled, Gauge>,
}

impl JobMetrics {
    /// Whether this node does the work now.
    pub(crate) fn holds(&self, job: Job, holds: bool) {
        self.leases.of(job).set(i64::from(holds));
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

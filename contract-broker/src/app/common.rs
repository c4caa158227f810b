//! What the tenants of one process share.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use super::Heavy;
use crate::{
    domain::tenant::TenantLimits,
    jobs::LOOK,
    metrics::{JobMetrics, StoredMetrics, UsageMetrics},
};

/// What an [`App`](super::App) may have in common with others of the same process: places for long computations, and
/// instruments, so that a metric counts for all. It holds nothing that a tenant stored.
#[derive(Clone)]
pub(crate) struct Common {
    pub(super) heavy: Heavy,
    pub(super) background: Heavy,
    pub(super) usage: UsageMetrics,
    pub(super) jobs: JobMetrics,
    pub(super) stored: StoredMetrics,
    pub(super) limits: StorageLimits,
    /// How long queues that are idle wait before they look again for what other nodes queued.
    pub(super) look: Duration,
}

impl Common {
    /// What a broker of its own has.
    pub(crate) fn new() -> Self {
        Self {
            heavy: Heavy::new(),
            background: Heavy::in_background(),
            usage: UsageMetrics::new(),
            jobs: JobMetrics::default(),
            stored: StoredMetrics::default(),
            limits: StorageLimits::default(),
            look: LOOK,
        }
    }

    /// The part of one tenant. It has the same places, of which it takes one at a time: whoever computes much waits for
    /// itself. Its limits are its own.
    pub(crate) fn of_tenant(&self, name: &str, look: Duration) -> Self {
        Self {
            heavy: self.heavy.for_one_of_many(),
            background: self.background.for_one_of_many(),
            usage: self.usage.clone(),
            jobs: self.jobs.for_one_of_many(),
            stored: self.stored.for_one_of_many(name),
            limits: StorageLimits::default(),
            look,
        }
    }

    pub(crate) fn usage(&self) -> &UsageMetrics {
        &self.usage
    }

    pub(crate) fn jobs(&self) -> &JobMetrics {
        &self.jobs
    }

    pub(crate) fn stored(&self) -> &StoredMetrics {
        &self.stored
    }

    pub(crate) fn limits(&self) -> &StorageLimits {
        &self.limits
    }
}

/// The limits of what may be stored; they change while the store is open. Clones are the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct StorageLimits(Arc<Mutex<TenantLimits>>);

impl StorageLimits {
    pub(crate) fn set(&self, limits: TenantLimits) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = limits;
    }

    pub(super) fn now(&self) -> TenantLimits {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

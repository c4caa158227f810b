//! What a node does about tenants on its own: it closes those that nobody uses, and opens those that are closed for their
//! background work, one after the other.

use std::{ops::Not as _, pin::pin, sync::Arc, time::Duration};

use super::{Visit, registry::Registry};
use crate::{
    app::{self, QueuedWork},
    domain::{
        tenant::{TenantName, TenantStatus},
        time::now,
    },
};

/// How often a node looks which tenants there are, and which of them nobody uses.
const LOOK: Duration = Duration::from_secs(2);
/// How long a connection of an open tenant may be idle. Opening it again takes a few milliseconds; the memory of those that
/// are closed soon serves the next tenants.
const IDLE_CONNECTION: Duration = Duration::from_secs(2);
/// How long a visit lasts at most: queued work that takes longer is done at later visits.
const LONGEST_VISIT: Duration = Duration::from_secs(30);
/// How often a visit looks whether anything is queued.
const STEP: Duration = Duration::from_millis(100);

/// Learns what operators changed and closes what nobody uses, until `shutdown` completes.
pub(super) async fn sweep(registry: Arc<Registry>, shutdown: impl Future<Output = ()>) {
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            biased;
            () = &mut shutdown => return,
            () = tokio::time::sleep(LOOK) => {}
        }
        if let Err(error) = look(&registry).await {
            tracing::error!(%error, "the control store could not be asked which tenants there are");
        }
    }
}

async fn look(registry: &Registry) -> app::Result<()> {
    let tenants = registry.control().all().await?;
    registry.keep_only(&tenants).await;
    registry.metrics().stand(registry.counts(&tenants));
    for tenant in tenants {
        let (name, is_served) = (tenant.name.clone(), tenant.status == TenantStatus::Active);
        registry.learn(tenant);
        if !is_served {
            registry.close_unused(&name).await;
        }
    }
    registry.close_idle_connections(IDLE_CONNECTION);
    let idle = i64::try_from(registry.config().tenants_idle_timeout.as_micros()).unwrap_or(i64::MAX);
    for unused in registry.unused() {
        if now().saturating_sub(unused.since) >= idle && registry.is_idle(&unused.name).await {
            registry.close_unused(&unused.name).await;
        }
    }
    Ok(())
}

/// Opens each closed tenant for its background work, one after the other, and again after `tenants.visit_interval`, until
/// `shutdown` completes.
pub(super) async fn visit(registry: Arc<Registry>, shutdown: impl Future<Output = ()>) {
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            biased;
            () = &mut shutdown => return,
            () = visit_all(&registry) => {}
        }
        tokio::select! {
            biased;
            () = &mut shutdown => return,
            () = tokio::time::sleep(registry.config().tenants_visit_interval) => {}
        }
    }
}

async fn visit_all(registry: &Arc<Registry>) {
    let tenants = match registry.control().all().await {
        Ok(tenants) => tenants,
        Err(error) => {
            tracing::error!(%error, "the control store could not be asked which tenants to visit");
            return;
        }
    };
    for tenant in tenants {
        if tenant.status != TenantStatus::Active || registry.is_open(&tenant.name) {
            continue;
        }
        // Why it does not open is in the log.
        let Ok(visit) = registry.enter_to_work(&tenant.name).await else {
            continue;
        };
        let used = visit.used();
        if tokio::time::timeout(LONGEST_VISIT, work(&visit)).await.is_err() {
            tracing::info!(tenant = %tenant.name, "a tenant has more background work than a visit takes");
        }
        let is_asked_for = visit.used() != used;
        drop(visit);
        if !is_asked_for && registry.is_idle(&tenant.name).await {
            registry.close_unused(&tenant.name).await;
        }
    }
}

/// Lets the jobs of a tenant work until nothing is due.
async fn work(visit: &Visit) {
    if let Err(error) = visit.app().tidy().await {
        tracing::error!(%error, "the background work of a tenant could not be done");
        return;
    }
    while matches!(visit.app().queued_work().await, Ok(QueuedWork::Due)) {
        tokio::time::sleep(STEP).await;
    }
}

impl Registry {
    /// Whether nothing is queued for a tenant, now or for later. One that cannot be asked is taken for idle.
    async fn is_idle(&self, name: &TenantName) -> bool {
        let Some(visit) = self.look_into(name) else {
            return true;
        };
        visit
            .app()
            .queued_work()
            .await
            .is_ok_and(|work| work != QueuedWork::Nothing)
            .not()
    }
}

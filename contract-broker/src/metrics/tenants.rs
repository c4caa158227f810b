//! What a broker with tenants counts about them.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use http::StatusCode;
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};

use super::label::{By, label};

label! {
    /// Whether a tenant is served.
    "status": TenantState { Active = "active", Suspended = "suspended" }

    /// Why nobody was let in.
    "reason": TurnedAway {
        Unknown = "unknown", Suspended = "suspended", Requests = "requests", Unavailable = "unavailable",
    }
}

/// What stands for the tenants that have no label of their own. No tenant can be called so.
const OTHERS: &str = "(others)";

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfTenant {
    tenant: String,
    status: &'static str,
}

/// How many tenants there are, and how they stand on this node.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct TenantCounts {
    pub(crate) active: usize,
    pub(crate) suspended: usize,
    pub(crate) open: usize,
    pub(crate) failed: usize,
}

/// What a broker with tenants counts about them. Clones are the same.
#[derive(Debug, Clone)]
pub(crate) struct TenantMetrics {
    tenants: By<TenantState, Gauge>,
    open: Gauge,
    failed: Gauge,
    opened: Counter,
    turned_away: By<TurnedAway, Counter>,
    requests: Family<OfTenant, Counter>,
    /// How many tenants have a label of their own, and which.
    most: usize,
    named: Arc<Mutex<HashSet<String>>>,
}

impl TenantMetrics {
    /// At most `labels` tenants have a label of their own.
    pub(crate) fn new(labels: u32) -> Self {
        Self {
            tenants: By::default(),
            open: Gauge::default(),
            failed: Gauge::default(),
            opened: Counter::default(),
            turned_away: By::default(),
            requests: Family::default(),
            most: usize::try_from(labels).unwrap_or(usize::MAX),
            named: Arc::default(),
        }
    }

    /// How many tenants there are now.
    pub(crate) fn stand(&self, counts: TenantCounts) {
        let gauge = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        self.tenants.of(TenantState::Active).set(gauge(counts.active));
        self.tenants
            .of(TenantState::Suspended)
            .set(gauge(counts.suspended));
        self.open.set(gauge(counts.open));
        self.failed.set(gauge(counts.failed));
    }

    /// A tenant was opened.
    pub(crate) fn opened(&self) {
        self.opened.inc();
    }

    /// Somebody was turned away.
    pub(crate) fn turned_away(&self, reason: TurnedAway) {
        self.turned_away.of(reason).inc();
    }

    /// A request of a tenant was answered.
    pub(crate) fn answered(&self, tenant: &str, status: StatusCode) {
        if self.most == 0 {
            return;
        }
        let labels = OfTenant {
            tenant: self.label(tenant).to_owned(),
            status: match status.as_u16() {
                200..300 => "2xx",
                300..400 => "3xx",
                400..500 => "4xx",
                _ => "5xx",
            },
        };
        self.requests.get_or_create(&labels).inc();
    }

    fn label<'t>(&self, tenant: &'t str) -> &'t str {
        let mut named = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        if named.contains(tenant) || (named.len() < self.most && named.insert(tenant.to_owned())) {
            tenant
        } else {
            OTHERS
        }
    }

    /// Names a tenant no longer that is gone.
    pub(crate) fn forget(&self, tenant: &str) {
        self.named
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(tenant);
        for status in ["2xx", "3xx", "4xx", "5xx"] {
            self.requests.remove(&OfTenant {
                tenant: tenant.to_owned(),
                status,
            });
        }
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register(
            "contract_broker_tenants",
            "Tenants of the control store",
            self.tenants.clone(),
        );
        registry.register(
            "contract_broker_tenants_open",
            "Tenants whose store is open on this node",
            self.open.clone(),
        );
        registry.register(
            "contract_broker_tenants_failed",
            "Tenants whose store did not open on this node when it was last tried",
            self.failed.clone(),
        );
        registry.register(
            "contract_broker_tenants_opened",
            "How often the store of a tenant was opened",
            self.opened.clone(),
        );
        registry.register(
            "contract_broker_tenant_turned_away",
            "Requests that reached no tenant",
            self.turned_away.clone(),
        );
        if self.most > 0 {
            registry.register(
                "contract_broker_tenant_requests",
                "Requests that a tenant answered; tenants beyond tenants.metric_labels count as (others)",
                self.requests.clone(),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_so_many_tenants_are_named() {
        let metrics = TenantMetrics::new(2);
        let labels: Vec<&str> = ["a", "b", "c", "a"].map(|name| metrics.label(name)).to_vec();
        assert_eq!(labels, ["a", "b", OTHERS, "a"]);
        metrics.forget("a");
        assert_eq!(metrics.label("c"), "c");
        let none = TenantMetrics::new(0);
        none.answered("a", StatusCode::OK);
        assert_eq!(none.label("a"), OTHERS);
    }
}

//! What deliveries of webhooks count.

use std::time::Duration;

use prometheus_client::{
    metrics::{counter::Counter, histogram::Histogram},
    registry::Registry,
};

use super::{
    buckets,
    label::{By, label},
};

label! {
    /// What came of an attempt to deliver.
    "outcome": DeliveryOutcome { Success = "success", Retry = "retry", Dead = "dead" }
}

/// What deliveries of webhooks count. Clones are the same.
#[derive(Debug, Clone)]
pub(crate) struct WebhookMetrics {
    deliveries: By<DeliveryOutcome, Counter>,
    seconds: By<DeliveryOutcome, Histogram>,
}

impl Default for WebhookMetrics {
    fn default() -> Self {
        Self {
            deliveries: By::default(),
            seconds: By::new(buckets::seconds),
        }
    }
}

impl WebhookMetrics {
    /// One attempt was made.
    pub(crate) fn attempted(&self, outcome: DeliveryOutcome, took: Duration) {
        self.deliveries.of(outcome).inc();
        self.seconds.of(outcome).observe(took.as_secs_f64());
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register(
            "contract_broker_webhook_deliveries",
            "Attempts to deliver a webhook: delivered, to be tried again, or given up",
            self.deliveries.clone(),
        );
        registry.register(
            "contract_broker_webhook_delivery_seconds",
            "Time that attempts to deliver a webhook took",
            self.seconds.clone(),
        );
    }
}

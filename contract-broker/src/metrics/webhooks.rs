//! Metrics of webhook deliveries.

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
    /// The outcome of a delivery attempt.
    "outcome": DeliveryOutcome { Success = "success", Retry = "retry", Dead = "dead" }
}

/// Metrics of webhook deliveries. Clones share their state.
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
    /// Records an attempt.
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

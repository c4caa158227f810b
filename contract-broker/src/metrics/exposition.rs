//! All metrics in one registry, and the texts that Prometheus reads.

use std::fmt;

use prometheus_client::{
    encoding::{prometheus_text, text},
    metrics::info::Info,
    registry::Registry,
};

use super::{
    Build, CertificateMetrics, DatabaseMetrics, JobMetrics, RequestMetrics, StoredMetrics, TenantMetrics,
    UsageMetrics, WebhookMetrics, database::Pool, process::Process,
};

/// The form of an exposition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// The text format of Prometheus, version 0.0.4.
    Prometheus,
    /// `OpenMetrics` 1.0, which has exemplars.
    OpenMetrics,
}

impl Format {
    /// The form that a client asks for by its `Accept`. Prometheus names `OpenMetrics` if it wants it.
    pub(crate) fn asked_for(accept: &str) -> Self {
        if accept.contains("application/openmetrics-text") {
            Self::OpenMetrics
        } else {
            Self::Prometheus
        }
    }

    pub(crate) fn media_type(self) -> &'static str {
        match self {
            Self::Prometheus => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }
}

/// The instruments of all parts of the broker.
#[derive(Debug, Clone)]
pub(crate) struct Parts {
    pub(crate) build: Build,
    pub(crate) requests: RequestMetrics,
    pub(crate) database: DatabaseMetrics,
    pub(crate) usage: UsageMetrics,
    pub(crate) webhooks: WebhookMetrics,
    pub(crate) jobs: JobMetrics,
    pub(crate) stored: StoredMetrics,
    /// Of a broker with tenants.
    pub(crate) tenants: Option<TenantMetrics>,
    pub(crate) certificates: CertificateMetrics,
}

/// All metrics of a broker.
#[derive(Debug)]
pub(crate) struct Exposition {
    registry: Registry,
    database: DatabaseMetrics,
}

impl Exposition {
    pub(crate) fn new(parts: &Parts) -> Self {
        let mut registry = Registry::default();
        registry.register(
            "contract_broker_build",
            "Which broker this is",
            Info::new(parts.build.labels()),
        );
        parts.requests.register(&mut registry);
        parts.database.register(&mut registry, parts.build.is_sqlite());
        parts.usage.register(&mut registry);
        parts.webhooks.register(&mut registry);
        parts.jobs.register(&mut registry);
        parts.stored.register(&mut registry);
        if let Some(tenants) = &parts.tenants {
            tenants.register(&mut registry);
        }
        parts.certificates.register(&mut registry);
        registry.register_collector(Box::new(Process));
        Self {
            registry,
            database: parts.database.clone(),
        }
    }

    /// Every metric as it is now; `pool` says where the connections are.
    ///
    /// # Errors
    /// A metric cannot be written, which none of ours says.
    pub(crate) fn text(&self, format: Format, pool: Pool) -> Result<String, fmt::Error> {
        self.database.set_pool(pool);
        let mut written = String::with_capacity(64 * 1024);
        match format {
            Format::Prometheus => prometheus_text::encode(&mut written, &self.registry)?,
            Format::OpenMetrics => text::encode(&mut written, &self.registry)?,
        }
        Ok(written)
    }
}

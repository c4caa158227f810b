//! What the broker counts about itself.

use super::App;
use crate::metrics::{Build, Parts, Pool, RequestMetrics};

impl App {
    /// The instruments of all parts of the broker, with those of whoever serves requests.
    pub(crate) fn instruments(&self, requests: RequestMetrics) -> Parts {
        Parts {
            build: Build {
                database: self.config.database_name(),
            },
            requests,
            database: self.store.metrics().clone(),
            usage: self.usage.clone(),
            webhooks: self.dispatcher.metrics().clone(),
            jobs: self.counts.jobs().clone(),
            stored: self.counts.stored().clone(),
            tenants: None,
            certificates: self.certificates.clone(),
        }
    }

    /// Where the connections to the database are now.
    pub(crate) fn pool(&self) -> Pool {
        self.store.pool()
    }

    /// The version of the database; empty if it does not say.
    pub(crate) async fn database_version(&self) -> String {
        self.store.version().await.unwrap_or_default()
    }
}

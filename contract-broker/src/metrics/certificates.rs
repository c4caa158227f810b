//! When the certificates in the files of the settings expire.

use std::path::PathBuf;

use prometheus_client::{
    metrics::{family::Family, gauge::Gauge},
    registry::Registry,
};

use crate::{Config, tls};

/// The name of a label and its value.
type Label = (&'static str, String);

/// When certificates expire, for each file that the settings name. Clones are the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct CertificateMetrics {
    expiry: Family<Vec<Label>, Gauge>,
}

impl CertificateMetrics {
    pub(crate) fn of(config: &Config) -> Self {
        let metrics = Self::default();
        metrics.look(config);
        metrics
    }

    /// Reads the files. One that cannot be read keeps the time that it had: whoever uses it says what is wrong.
    pub(crate) fn look(&self, config: &Config) {
        for file in certificate_files(config) {
            if let Ok(expiry) = tls::expiry(&file) {
                let file = file.display().to_string();
                self.expiry.get_or_create(&vec![("file", file)]).set(expiry);
            }
        }
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register(
            "contract_broker_tls_certificate_expiry_timestamp_seconds",
            "When the first certificate in a file of the settings expires",
            self.expiry.clone(),
        );
    }
}

/// The files with certificates that the settings name.
fn certificate_files(config: &Config) -> impl Iterator<Item = PathBuf> {
    config
        .webhook_ca_file
        .clone()
        .into_iter()
        .chain(config.database_authorities())
}

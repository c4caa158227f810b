//! Whoever signs tokens that this broker takes.

use super::{Federation, Provider, issuer_client::IssuerClient};
use crate::config::Config;

/// The issuers of the settings.
#[derive(Debug, Default)]
pub(crate) struct Issuers {
    /// Those of CI jobs.
    pub(crate) ci: Federation,
    /// The one with which people log in.
    pub(crate) login: Option<Provider>,
}

impl Issuers {
    /// # Errors
    /// A setting cannot be used.
    pub(crate) fn new(config: &Config) -> Result<Self, String> {
        if !config.has_login() && config.ci_rules.0.is_empty() {
            // A client has all authorities of the machine in memory: nobody has one for nothing.
            return Ok(Self::default());
        }
        let client = IssuerClient::new(config)?;
        Ok(Self {
            ci: Federation::new(config, &client),
            login: Provider::new(config, &client),
        })
    }
}

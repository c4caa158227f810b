//! Whoever signs tokens that this broker takes.

use super::{Federation, Provider, issuer_client::IssuerClient};
use crate::config::Config;

/// The issuers of the settings.
#[derive(Debug)]
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
        let client = IssuerClient::new(config)?;
        Ok(Self {
            ci: Federation::new(config, &client),
            login: Provider::new(config, &client),
        })
    }
}

//! Secrets and certificates that were changed while the broker runs.

use std::sync::Arc;

use super::App;
use crate::{Config, auth::Credentials, unlock};

impl App {
    /// The accounts and tokens of the settings as they are now.
    pub(crate) fn credentials(&self) -> Arc<Credentials> {
        self.credentials.get()
    }

    /// Takes the secrets and certificates of these settings from now on: credentials, encryption keys, the signing secret and
    /// authorities of webhooks, and the password and certificates of the database. Returns what cannot be used: there
    /// everything stays as it was.
    pub(crate) async fn renew(&self, config: &Config) -> Vec<String> {
        self.certificates.look(config);
        let renewed = [
            self.renew_credentials(config),
            self.renew_encryption(config).await,
            self.dispatcher.renew_sender(config),
            self.renew_database(config).await,
        ];
        renewed.into_iter().filter_map(Result::err).collect()
    }

    /// A file that is empty must not open the broker to everyone.
    fn renew_credentials(&self, config: &Config) -> Result<(), String> {
        let credentials = Credentials::new(config);
        if credentials.is_empty() && !self.credentials.get().is_empty() {
            return Err("no credentials are left in auth.*: the earlier ones stay; restart the broker to run it without".into());
        }
        self.credentials.set(credentials);
        Ok(())
    }

    async fn renew_encryption(&self, config: &Config) -> Result<(), String> {
        let encryption = unlock::renewed(&self.store, config).await?;
        self.dispatcher.renew_encryption(encryption);
        Ok(())
    }

    async fn renew_database(&self, config: &Config) -> Result<(), String> {
        if config.is_sqlite() {
            return Ok(());
        }
        self.store
            .renew(&config.database_address())
            .await
            .map_err(|error| format!("database.password or the certificates of database.url: {error}"))
    }
}

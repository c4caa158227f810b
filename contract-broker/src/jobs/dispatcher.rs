//! What handing over and delivering have in common.

use std::{sync::Arc, time::Duration};

use tokio::sync::Notify;

use super::{LOOK, clock::Clock};
use crate::{
    config::Config,
    current::Current,
    metrics::WebhookMetrics,
    store::{Error, Result as Stored, Store, deliveries::StoredLog, secrets::Secret, webhooks::Webhook},
    webhook::{AttemptLog, Definition, Encryption, RequestTemplate, RetryPolicy, Sender, Values},
};

/// Hands events to webhooks and delivers them. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Dispatcher {
    pub(super) store: Store,
    encryption: Current<Encryption>,
    sender: Current<Sender>,
    pub(super) policy: RetryPolicy,
    pub(super) timeout: Duration,
    pub(super) concurrency: usize,
    pub(super) concurrency_per_host: usize,
    clock: Clock,
    wake: Arc<Notify>,
    metrics: WebhookMetrics,
    /// How long it waits before it looks again for what other nodes wrote.
    pub(super) look: Duration,
}

/// What sends requests, and what counts them: the dispatchers of tenants share it.
#[derive(Clone)]
pub(crate) struct Outbound {
    sender: Sender,
    metrics: WebhookMetrics,
}

impl Outbound {
    /// What the settings ask for.
    ///
    /// # Errors
    /// Which setting cannot be used, and why.
    pub(crate) fn new(config: &Config) -> Result<Self, String> {
        Ok(Self {
            sender: Sender::new(config)?,
            metrics: WebhookMetrics::default(),
        })
    }

    pub(crate) fn metrics(&self) -> &WebhookMetrics {
        &self.metrics
    }
}

impl Dispatcher {
    /// The dispatcher that the settings ask for. `encryption` has the key that what webhooks send is encrypted with.
    ///
    /// # Errors
    /// Which setting cannot be used, and why.
    pub(crate) fn new(store: Store, config: &Config, encryption: Encryption) -> Result<Self, String> {
        Ok(Self::with(
            store,
            config,
            encryption,
            Outbound::new(config)?,
            LOOK,
        ))
    }

    /// As [`Self::new`], with what it shares with others; it looks for what other nodes wrote this often.
    pub(crate) fn with(
        store: Store,
        config: &Config,
        encryption: Encryption,
        outbound: Outbound,
        look: Duration,
    ) -> Self {
        Self {
            store,
            encryption: Current::new(encryption),
            sender: Current::new(outbound.sender),
            policy: RetryPolicy::new(config.webhook_retry_schedule.clone()),
            timeout: config.webhook_timeout,
            concurrency: usize::try_from(config.webhook_concurrency).unwrap_or(1),
            concurrency_per_host: usize::try_from(config.webhook_concurrency_per_host).unwrap_or(1),
            clock: Clock::new(),
            wake: Arc::new(Notify::new()),
            metrics: outbound.metrics,
            look,
        }
    }

    pub(crate) fn sender(&self) -> Arc<Sender> {
        self.sender.get()
    }

    /// Encrypts and decrypts with other keys from now on.
    pub(crate) fn renew_encryption(&self, encryption: Encryption) {
        self.encryption.set(encryption);
    }

    /// Signs with the secret of these settings, and trusts their authorities, from now on.
    ///
    /// # Errors
    /// Which setting cannot be used, and why: everything stays as it was.
    pub(crate) fn renew_sender(&self, config: &Config) -> Result<(), String> {
        self.sender.set(Sender::new(config)?);
        Ok(())
    }

    /// What encrypts at rest.
    pub(crate) fn encryption(&self) -> Arc<Encryption> {
        self.encryption.get()
    }

    /// What deliveries count.
    pub(crate) fn metrics(&self) -> &WebhookMetrics {
        &self.metrics
    }

    /// Says that there is work, so that nobody waits for the next look.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }

    /// The time by which deliveries are due, in microseconds since 1970, UTC.
    pub(crate) fn now(&self) -> i64 {
        self.clock.now()
    }

    pub(super) async fn woken(&self) {
        self.wake.notified().await;
    }

    /// How often a delivery is tried at most.
    pub(crate) fn attempts(&self) -> i64 {
        self.policy.attempts().into()
    }

    /// Encrypts what a webhook sends, for the webhook of that uuid.
    ///
    /// # Errors
    /// The request cannot be written as JSON.
    pub(crate) fn seal(&self, uuid: &str, request: &RequestTemplate) -> Result<String, String> {
        let plain = serde_json::to_string(request).map_err(|error| error.to_string())?;
        Ok(self.encryption.get().seal(&plain, uuid))
    }

    /// Encrypts the log of an attempt, for the delivery of that uuid.
    pub(super) fn seal_log(&self, uuid: &str, log: &AttemptLog) -> Stored<String> {
        let failed =
            |problem: &dyn std::fmt::Display| Error::unavailable("encrypting the log of a webhook", problem);
        let plain = serde_json::to_string(log).map_err(|error| failed(&error))?;
        Ok(self.encryption.get().seal(&plain, &log_of(uuid)))
    }

    /// The log of an attempt of the delivery of that uuid. One that cannot be read says so.
    pub(crate) fn log(&self, uuid: &str, stored: &StoredLog) -> AttemptLog {
        let sealed = match stored {
            StoredLog::Text(text) => return AttemptLog::of_text(text),
            StoredLog::Sealed(sealed) => sealed,
        };
        self.encryption
            .get()
            .open(sealed, &log_of(uuid))
            .and_then(|plain| serde_json::from_str(&plain).map_err(|error| error.to_string()))
            .unwrap_or_else(|problem| {
                AttemptLog::nothing_sent(&format!("the log of this attempt cannot be read: {problem}"))
            })
    }

    /// The host that a webhook calls; empty where its request cannot be read, so that nothing is sent.
    pub(super) fn host(&self, uuid: &str, sealed: &str) -> String {
        let request = self.request(uuid, sealed).ok();
        let url = request.and_then(|request| reqwest::Url::parse(&request.url).ok());
        url.and_then(|url| url.host_str().map(str::to_owned))
            .unwrap_or_default()
    }

    fn request(&self, uuid: &str, sealed: &str) -> Result<RequestTemplate, String> {
        let plain = self.encryption.get().open(sealed, uuid)?;
        serde_json::from_str(&plain).map_err(|error| format!("cannot read it: {error}"))
    }

    /// Encrypts the value of a secret, for the secret of that uuid.
    pub(crate) fn seal_secret(&self, uuid: &str, value: &str) -> String {
        self.encryption.get().seal(value, &secret_of(uuid))
    }

    /// Adds the values of secrets. One that cannot be decrypted is left out: its name is sent in its place.
    pub(crate) fn add_secrets(&self, values: &mut Values, secrets: &[Secret]) {
        for secret in secrets {
            match self
                .encryption
                .get()
                .open(&secret.sealed, &secret_of(&secret.uuid))
            {
                Ok(value) => values.set_secret(&secret.name, value),
                Err(problem) => tracing::error!(secret = secret.uuid, problem, "a secret cannot be read"),
            }
        }
    }

    /// The webhook with its request decrypted.
    ///
    /// # Errors
    /// When the encryption key is not the one that it was sealed with.
    pub(crate) fn open(&self, webhook: Webhook) -> Result<Definition, String> {
        let request = self.request(&webhook.uuid, &webhook.sealed)?;
        Ok(Definition {
            description: webhook.description,
            scope: webhook.scope,
            request,
        })
    }
}

/// What the value of a secret is encrypted for.
pub(crate) fn secret_of(uuid: &str) -> String {
    format!("secret {uuid}")
}

/// What the log of a delivery's attempt is encrypted for.
pub(crate) fn log_of(uuid: &str) -> String {
    format!("log of {uuid}")
}

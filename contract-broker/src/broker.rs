//! The broker: a store and a router over it.

use std::{net::Ipv4Addr, sync::Arc};

use axum::Router;
use futures_util::FutureExt as _;
use tokio::net::TcpListener;

use crate::{
    Config, Error,
    app::{App, NewestSeal, Verified},
    auth::Principal,
    config::{ConfigError, Secret},
    domain::count::counted,
    http,
    jobs::{Deleted, Dispatcher, Summary, keep_house, seal_if_due},
    metrics::Build,
    renewer::Renewer,
    store::Store,
    unlock::{self, unlock},
    webhook::generate_key,
};

/// A broker, its database open and migrated.
pub struct Broker {
    app: Arc<App>,
    state: http::AppState,
}

impl Broker {
    /// Opens the database that `config` names, creates or migrates its tables, and makes the broker ready to serve.
    ///
    /// # Errors
    /// The database cannot be opened, or was written by a newer broker, or a setting cannot be used. The encryption key
    /// is missing (PostgreSQL needs `webhook.encryption_key`, SQLite makes a key file beside a new database), or is not
    /// the one that the database was written with.
    pub async fn build(config: Config) -> Result<Self, Error> {
        let unusable = |problem| Error::new("starting the broker", ConfigError::Invalid(vec![problem]));
        let store = open(&config).await?;
        let encryption = unlock(&store, &config).await.map_err(unusable)?;
        let dispatcher = Dispatcher::new(store.clone(), &config, encryption).map_err(unusable)?;
        if config.metrics_bind.is_none() {
            store.metrics().turn_off();
        }
        let config = Arc::new(config);
        let app = App::new(store, config, dispatcher).map_err(unusable)?;
        app.seed()
            .await
            .map_err(|error| Error::new("starting the broker", error))?;
        let app = Arc::new(app);
        Ok(Self {
            state: http::AppState::new(app.clone()),
            app,
        })
    }

    /// As [`Broker::build`], and meanwhile answers on `listener`: `/healthz` that the process is alive, everything else
    /// that it is starting (503).
    ///
    /// # Errors
    /// Those of [`Broker::build`].
    pub async fn build_behind(config: Config, listener: &Arc<TcpListener>) -> Result<Self, Error> {
        let idle = config.http_idle_timeout;
        http::meanwhile(listener, idle, Self::build(config)).await
    }

    pub(crate) fn app(&self) -> &Arc<App> {
        &self.app
    }

    pub(crate) fn state(&self) -> &http::AppState {
        &self.state
    }

    /// Keeps the secrets and certificates of this broker as their files have them.
    pub fn renewer(&self) -> Renewer {
        Renewer {
            app: self.app.clone(),
        }
    }

    /// The broker as a service, to be mounted or called without a port.
    pub fn router(&self) -> Router {
        http::router(self.state.clone())
    }

    /// Serves on `listener` and delivers webhooks until `shutdown` completes, and for `shutdown.delay` longer, in which
    /// `/readyz` says that it is not ready; then finishes the requests and deliveries under way and closes the database.
    ///
    /// # Errors
    /// The listener fails.
    pub async fn serve(
        self,
        listener: impl Into<Arc<TcpListener>>,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), Error> {
        let listener = listener.into();
        self.log_start(&listener).await;
        let base = self.own_address(&listener);
        let idle = self.app.config.http_idle_timeout;
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let stopped = async { drop(stopped.await) }.shared();
        let house = tokio::spawn(keep_house(self.app.clone(), stopped.clone()));
        let worker = tokio::spawn(self.app.jobs(base, stopped));
        let delay = self.app.config.shutdown_delay;
        let draining = {
            let app = self.app.clone();
            async move {
                shutdown.await;
                app.drain();
            }
        };
        let served = http::serve(listener, self.router(), idle, draining, delay).await;
        drop(stop);
        let _ = worker.await;
        let _ = house.await;
        self.app.close().await;
        served.map_err(|error| Error::new("serving", error))
    }

    /// Says what starts here and where, and warns of a broker that everyone on the network may change.
    async fn log_start(&self, listener: &TcpListener) {
        let config = &self.app.config;
        let address = listener.local_addr().unwrap_or(config.bind);
        let database_version = self.app.database_version().await;
        let is_open = config.auth_username.is_none()
            && config.auth_read_only_username.is_none()
            && config.auth_tokens.is_empty()
            && config.auth_read_only_tokens.is_empty()
            && self.app.is_open().await.unwrap_or(false);
        tracing::info!(
            version = Build::VERSION,
            commit = Build::COMMIT,
            address = %address,
            base_url = config.base_url,
            database = config.database_name(),
            database_version,
            database_url = config.database_place(),
            schema = Store::SCHEMA,
            open_to_everyone = is_open,
            metrics = config.metrics_bind.map(tracing::field::display),
            "contract-broker started"
        );
        if is_open && !address.ip().to_canonical().is_loopback() {
            tracing::warn!(
                address = %address,
                "everyone who reaches this address can read and change everything: set auth.username and \
                 auth.password, or auth.tokens, or make an administrator with `contract-broker admin`, or listen on 127.0.0.1 behind a proxy that checks who asks"
            );
        }
    }

    /// Applies the rules of retention to every version once, whether the background job is enabled or not: deletes
    /// what may go, or with `dry_run` says what would. Gives each version that goes (or would go) and last the counts
    /// to `line`, as text for people.
    ///
    /// # Errors
    /// The database fails.
    pub async fn retain(&self, dry_run: bool, mut line: impl FnMut(String) + Send) -> Result<(), Error> {
        let failed = |error| Error::new("applying the rules of retention", error);
        let app = &self.app;
        if dry_run {
            let plan = app
                .plan_retention(&Principal::operator(), |version| {
                    if version.goes() {
                        line(format!("{} {}", version.pacticipant, version.number));
                    }
                })
                .await
                .map_err(failed)?;
            let Summary {
                versions,
                going,
                branches,
                staying,
            } = plan.summary;
            for (reason, count) in staying {
                line(format!("kept ({}): {count}", reason.as_str()));
            }
            line(format!(
                "{going} of {} and {} would be deleted",
                counted(versions, "version"),
                counted(branches, "branch")
            ));
        } else {
            let Deleted {
                versions,
                branches,
                deliveries,
            } = app
                .apply_retention(&Principal::operator())
                .await
                .map_err(failed)?;
            line(format!(
                "{}, {} and {} were deleted",
                counted(versions, "version"),
                counted(branches, "branch"),
                counted(deliveries, "webhook delivery")
            ));
            let events = app.prune_audit().await.map_err(failed)?;
            if events > 0 {
                line(format!(
                    "deleted from the audit log: {}",
                    counted(events, "event")
                ));
            }
        }
        Ok(())
    }

    /// Makes an administrator with this email address, or finds the one that there is, and a token for them, which is told
    /// once. `expires_at` is in microseconds since 1970; `None` is never. From then on the broker asks everyone who they are.
    ///
    /// # Errors
    /// The address is none, or the database fails.
    pub async fn make_administrator(
        &self,
        name: &str,
        email: &str,
        expires_at: Option<i64>,
    ) -> Result<Secret, Error> {
        let who = Principal::operator();
        let issued = self.app.make_administrator(&who, name, email, expires_at).await;
        let issued = issued.map_err(|error| Error::new("making an administrator", error))?;
        Ok(Secret::new(issued.value.expose()))
    }

    /// Computes every seal of the audit log again, and seals what is old enough. Gives what was found to `line`.
    ///
    /// # Errors
    /// An event was changed, added or deleted after it was sealed, or the database fails.
    pub async fn verify_audit(&self, mut line: impl FnMut(String)) -> Result<(), Error> {
        // What is sealed already first: a seal that is added covers only what was found to be right.
        let app = &self.app;
        let found = async {
            app.verify_audit().await?;
            seal_if_due(app).await?;
            app.verify_audit().await
        };
        let found = found.await;
        let Verified {
            sealed,
            seals,
            unsealed,
            newest,
        } = found.map_err(|error| Error::new("verifying the audit log", error))?;
        line(format!(
            "the audit log is as it was sealed: {} under {}; without a seal yet: {}",
            counted(sealed, "event"),
            counted(seals, "seal"),
            counted(unsealed, "newer event"),
        ));
        for seal in newest {
            let NewestSeal {
                chain,
                last_id,
                digest,
            } = seal;
            line(format!(
                "newest seal of the chain {chain}: up to event {last_id}, SHA-256 {digest}; compare it with the log"
            ));
        }
        Ok(())
    }

    /// Gives up what cannot be decrypted: accepts the encryption key of the settings (or makes the key file of SQLite), and
    /// disables the webhooks that another key was used for. Gives a line for each of them to `line`, and one with their
    /// number.
    ///
    /// # Errors
    /// The database cannot be opened or fails, or there is no key.
    pub async fn forget_webhook_secrets(
        config: &Config,
        line: impl FnMut(String) + Send,
    ) -> Result<(), Error> {
        let store = open(config).await?;
        let forgotten = unlock::forget(&store, config, line).await;
        store.close().await;
        forgotten.map_err(|problem| {
            Error::new(
                "accepting the encryption key",
                ConfigError::Invalid(vec![problem]),
            )
        })
    }

    /// A new key for `webhook.encryption_key`: 32 random bytes in base64.
    pub fn generate_encryption_key() -> String {
        generate_key()
    }

    /// Waits for what is being written and closes the database, for a broker that does not serve.
    pub async fn close(self) {
        self.app.close().await;
    }

    /// The address for links that no request asks for: as set, or else where the broker listens.
    fn own_address(&self, listener: &TcpListener) -> String {
        let listening = || {
            let mut address = listener.local_addr().unwrap_or(self.app.config.bind);
            if address.ip().is_unspecified() {
                address.set_ip(Ipv4Addr::LOCALHOST.into());
            }
            format!("http://{address}")
        };
        self.app.config.base_url.clone().unwrap_or_else(listening)
    }
}

async fn open(config: &Config) -> Result<Store, Error> {
    Store::open_and(
        &config.database_address(),
        config.database_max_connections,
        config.database_migrate,
    )
    .await
    .map_err(|error| Error::new("starting the broker", error))
}

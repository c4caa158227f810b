//! The broker with tenants: its control store, and the routers that requests go to.

use std::sync::Arc;

use axum::Router;
use futures_util::{FutureExt as _, future::BoxFuture};
use tokio::net::TcpListener;

use super::{
    Control, Registry,
    rounds::{sweep, visit},
};
use crate::{
    Config, Error,
    config::{ConfigError, HostPattern},
    http::{self, Watched},
    metrics::{Build, CertificateMetrics, Parts, Pool},
};

/// A broker with tenants, its control store open.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use contract_broker::{Config, TenantBroker, config::{Raw, Value as _, HostPattern}};
///
/// # let directory = std::env::temp_dir().join(format!("contract-broker-tenants-{}", std::process::id()));
/// # std::fs::create_dir_all(&directory)?;
/// let database_url = format!("sqlite:{}", directory.join("control.sqlite3").display());
/// let hosts = HostPattern::parse(Raw::Text("{tenant}.contracts.example.com".to_owned()))?;
/// let broker = TenantBroker::build(Config { database_url, tenants_host: Some(hosts), ..Config::default() }).await?;
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
/// broker.serve(listener, async { /* returns when it is time to stop */ }).await?;
/// # std::fs::remove_dir_all(&directory)?;
/// # Ok(())
/// # }
/// ```
pub struct TenantBroker {
    registry: Arc<Registry>,
}

impl TenantBroker {
    /// Opens the control store that `config` names, and creates or migrates its tables. Stores of tenants are opened when
    /// somebody asks for them.
    ///
    /// # Errors
    /// The control store cannot be opened, holds the contracts of a broker without tenants, or was written by a newer broker;
    /// or a setting cannot be used.
    pub async fn build(config: Config) -> Result<Self, Error> {
        let config = Arc::new(config);
        let control = Control::open(config.clone()).await?;
        let registry = Registry::new(config, control)
            .map_err(|problem| Error::new("starting the broker", ConfigError::Invalid(vec![problem])))?;
        Ok(Self {
            registry: Arc::new(registry),
        })
    }

    /// As [`TenantBroker::build`], and meanwhile answers on `listener` that the broker is starting.
    ///
    /// # Errors
    /// Those of [`TenantBroker::build`].
    pub async fn build_behind(config: Config, listener: &Arc<TcpListener>) -> Result<Self, Error> {
        let idle = config.http_idle_timeout;
        http::meanwhile(listener, idle, Self::build(config)).await
    }

    pub(crate) fn registry(&self) -> &Arc<Registry> {
        &self.registry
    }

    /// The broker as a service, to be mounted or called without a port: each request goes to the tenant that its host, or
    /// its token, names.
    pub fn router(&self) -> Router {
        http::tenants(self.registry.clone())
    }

    /// Serves on `listener` and does the background work of all tenants until `shutdown` completes, and for
    /// `shutdown.delay` longer; then finishes what is under way and closes every store.
    ///
    /// # Errors
    /// The listener fails.
    pub async fn serve(
        self,
        listener: impl Into<Arc<TcpListener>>,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), Error> {
        let listener = listener.into();
        let registry = self.registry.clone();
        let config = registry.config().clone();
        let address = listener.local_addr().unwrap_or(config.bind);
        registry.is_at(address.port());
        tracing::info!(
            version = Build::VERSION,
            commit = Build::COMMIT,
            address = %address,
            base_url = config.base_url,
            tenants = config.tenants_host.as_ref().map(HostPattern::bare),
            database = config.database_name(),
            database_url = config.database_place(),
            metrics = config.metrics_bind.map(tracing::field::display),
            "contract-broker started with tenants"
        );
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let stopped = async { drop(stopped.await) }.shared();
        let sweeper = tokio::spawn(sweep(registry.clone(), stopped.clone()));
        let visitor = tokio::spawn(visit(registry.clone(), stopped));
        let (idle, delay) = (config.http_idle_timeout, config.shutdown_delay);
        let draining = {
            let registry = registry.clone();
            async move {
                shutdown.await;
                registry.drain();
            }
        };
        let served = http::serve(listener, self.router(), idle, draining, delay).await;
        drop(stop);
        let _ = sweeper.await;
        let _ = visitor.await;
        registry.close().await;
        served.map_err(|error| Error::new("serving", error))
    }

    /// Closes every store, for a broker that does not serve.
    pub async fn close(self) {
        self.registry.close().await;
    }
}

impl Registry {
    /// The instruments of all tenants; none if nobody reads them.
    pub(crate) fn instruments(&self) -> Option<Parts> {
        let requests = self.requests()?;
        let shared = self.shared();
        Some(Parts {
            build: Build {
                database: shared.config.database_name(),
            },
            requests: requests.as_ref().clone(),
            database: shared.database.clone(),
            usage: shared.common.usage().clone(),
            webhooks: shared.outbound.metrics().clone(),
            jobs: shared.common.jobs().clone(),
            stored: shared.common.stored().clone(),
            tenants: Some(self.metrics().clone()),
            certificates: CertificateMetrics::of(&shared.config),
        })
    }
}

impl Watched for Registry {
    fn ready(&self) -> BoxFuture<'_, Result<(), &'static str>> {
        Box::pin(async {
            if self.is_draining() {
                return Err("the broker is about to stop");
            }
            match self.control().check().await {
                Ok(()) => Ok(()),
                Err(error) => {
                    tracing::error!(%error, "the control store does not answer");
                    Err("the control store does not answer")
                }
            }
        })
    }

    fn pool(&self) -> Pool {
        self.pool()
    }
}

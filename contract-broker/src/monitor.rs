//! A broker as a monitoring system sees it.

use std::{sync::Arc, time::Duration};

use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use crate::{
    Broker, TenantBroker,
    http::{self, Monitored},
};

/// How long a client of the listener may be silent.
const IDLE: Duration = Duration::from_secs(30);

/// Metrics and health of a broker on a listener of their own: `/metrics`, `/healthz` and `/readyz`. It answers from before
/// the broker is built, so that a long migration shows as alive and not ready, until it is stopped.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use contract_broker::{Broker, Config, Monitor};
///
/// # let directory = std::env::temp_dir().join(format!("contract-broker-monitor-{}", std::process::id()));
/// # std::fs::create_dir_all(&directory)?;
/// let database_url = format!("sqlite:{}", directory.join("broker.sqlite3").display());
/// let address = "127.0.0.1:0".parse()?;
/// let config = Config { database_url, metrics_bind: Some(address), ..Config::default() };
/// let monitor = Monitor::start(tokio::net::TcpListener::bind(address).await?);
/// let broker = Broker::build(config).await?;
/// monitor.watch(&broker);
/// broker.close().await;
/// monitor.stop().await;
/// # std::fs::remove_dir_all(&directory)?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Monitor {
    monitored: Monitored,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Monitor {
    /// Answers on `listener` from now on.
    pub fn start(listener: TcpListener) -> Self {
        let monitored = Monitored::default();
        let routes = http::monitoring(monitored.clone());
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            let stopped = async { drop(stopped.await) };
            if let Err(error) = http::serve(Arc::new(listener), routes, IDLE, stopped, Duration::ZERO).await {
                tracing::error!(%error, "metrics and health are not served any more");
            }
        });
        Self {
            monitored,
            stop,
            task,
        }
    }

    /// Tells about this broker from now on. Its setting `metrics.bind` has to be set: a broker without it counts no
    /// requests, and is not watched. A monitor watches one broker.
    pub fn watch(&self, broker: &Broker) {
        self.monitored.is(broker.app(), broker.state());
    }

    /// As [`Monitor::watch`], about a broker with tenants: what its metrics count is the sum over all tenants.
    pub fn watch_tenants(&self, broker: &TenantBroker) {
        let registry = broker.registry();
        if let Some(parts) = registry.instruments() {
            self.monitored.watch(registry.clone(), &parts);
        }
    }

    /// Answers what is being asked, then nothing more.
    pub async fn stop(self) {
        drop(self.stop);
        let _ = self.task.await;
    }
}

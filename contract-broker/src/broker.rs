//! The broker: a store and a router over it.

use std::{net::Ipv4Addr, sync::Arc};

use axum::Router;
use tokio::net::TcpListener;

use crate::{Config, Error, config::ConfigError, http, jobs::Courier, store::Store};

/// A broker, its database open and migrated.
pub struct Broker {
    state: http::AppState,
}

impl Broker {
    /// Opens the database that `config` names, creates or migrates its tables, and makes the broker ready to serve.
    ///
    /// # Errors
    /// The database cannot be opened, or was written by a newer broker.
    pub async fn build(config: Config) -> Result<Self, Error> {
        let store = Store::open(&config.database_url, config.database_max_connections)
            .await
            .map_err(|error| Error::new("starting the broker", error))?;
        let config = Arc::new(config);
        let courier = Courier::new(store.clone(), &config)
            .map_err(|problem| Error::new("starting the broker", ConfigError::Invalid(vec![problem])))?;
        Ok(Self {
            state: http::AppState {
                store,
                config,
                courier,
            },
        })
    }

    /// The broker as a service, to be mounted or called without a port.
    pub fn router(&self) -> Router {
        http::router(self.state.clone())
    }

    /// Serves on `listener` and delivers webhooks until `shutdown` completes; then finishes the requests and
    /// deliveries under way and closes the database.
    ///
    /// # Errors
    /// The listener fails.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), Error> {
        let base = self.own_address(&listener);
        let idle = self.state.config.http_idle_timeout;
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let worker = tokio::spawn(self.state.courier.clone().run(base, async {
            let _ = stopped.await;
        }));
        let served = http::serve(listener, self.router(), idle, shutdown).await;
        drop(stop);
        let _ = worker.await;
        self.state.store.close().await;
        served.map_err(|error| Error::new("serving", error))
    }

    /// The address for links that no request asks for: as set, or else where the broker listens.
    fn own_address(&self, listener: &TcpListener) -> String {
        let listening = || {
            let mut address = listener.local_addr().unwrap_or(self.state.config.bind);
            if address.ip().is_unspecified() {
                address.set_ip(Ipv4Addr::LOCALHOST.into());
            }
            format!("http://{address}")
        };
        self.state.config.base_url.clone().unwrap_or_else(listening)
    }
}

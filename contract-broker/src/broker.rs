//! The broker: a store and a router over it.

use std::sync::Arc;

use axum::Router;
use tokio::net::TcpListener;

use crate::{Config, Error, http, store::Store};

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
        Ok(Self {
            state: http::AppState {
                store,
                config: Arc::new(config),
            },
        })
    }

    /// The broker as a service, to be mounted or called without a port.
    pub fn router(&self) -> Router {
        http::router(self.state.clone())
    }

    /// Serves on `listener` until `shutdown` completes; then finishes the requests under way and closes the database.
    ///
    /// # Errors
    /// The listener fails.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), Error> {
        let served = http::serve(listener, self.router(), shutdown).await;
        self.state.store.close().await;
        served.map_err(|error| Error::new("serving", error))
    }
}

//! Whether the broker can serve.

use std::sync::atomic::Ordering;

use super::{App, Error};

impl App {
    /// Whether new requests should come here: the database answers and has room, and the broker is not about to stop.
    ///
    /// # Errors
    /// What is the matter, for people.
    pub(crate) async fn ready(&self) -> Result<(), &'static str> {
        if self.is_draining.load(Ordering::Relaxed) {
            return Err("the broker is about to stop");
        }
        self.database_serves().await
    }

    /// Whether the database answers and has room.
    ///
    /// # Errors
    /// What is the matter, for people.
    pub(crate) async fn database_serves(&self) -> Result<(), &'static str> {
        match self.store.check().await.map_err(Error::from) {
            Ok(()) => Ok(()),
            Err(Error::Unavailable(problem)) => Err(problem),
            Err(error) => {
                tracing::error!(%error, "the database does not answer");
                Err("the database does not answer")
            }
        }
    }

    /// Is not ready from now on, so that load balancers send requests elsewhere. Those that come are served.
    pub(crate) fn drain(&self) {
        self.is_draining.store(true, Ordering::Relaxed);
    }
}

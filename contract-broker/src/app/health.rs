//! Whether the broker can serve.

use std::sync::atomic::Ordering;

use super::{App, Error};

impl App {
    /// Checks whether the broker can accept requests: the database responds and has space, and the broker is
    /// not shutting down.
    ///
    /// # Errors
    /// The problem, for people.
    pub(crate) async fn ready(&self) -> Result<(), &'static str> {
        if self.is_draining.load(Ordering::Relaxed) {
            return Err("the broker is about to stop");
        }
        self.database_serves().await
    }

    /// Checks whether the database responds and has space.
    ///
    /// # Errors
    /// The problem, for people.
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

    /// Reports the broker as not ready from now on, so that load balancers send requests elsewhere. It still
    /// serves requests.
    pub(crate) fn drain(&self) {
        self.is_draining.store(true, Ordering::Relaxed);
    }
}

//! Whether the broker can serve.

use super::{App, Error};

impl App {
    /// Whether the database answers and has room.
    ///
    /// # Errors
    /// What is the matter, for people.
    pub(crate) async fn ready(&self) -> Result<(), &'static str> {
        match self.store.check().await.map_err(Error::from) {
            Ok(()) => Ok(()),
            Err(Error::Unavailable(problem)) => Err(problem),
            Err(error) => {
                tracing::error!(%error, "the database does not answer");
                Err("the database does not answer")
            }
        }
    }
}

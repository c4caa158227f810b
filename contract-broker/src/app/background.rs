//! What is to be done for a store that nobody asks for anything.

use std::time::Duration;

use super::{App, Result};
use crate::{
    domain::time::now,
    jobs::seal_if_due,
    store::{comparisons, deliveries},
};

/// What waits in the queues of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum QueuedWork {
    Nothing,
    /// Retries that are not due yet, or what is under way.
    Later,
    Due,
}

impl App {
    /// Whether an event, a delivery or a comparison is queued.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn queued_work(&self) -> Result<QueuedWork> {
        let mut connection = self.store.read().await?;
        let queue = deliveries::standing(&mut connection, now()).await?;
        if queue.due + queue.events > 0 || comparisons::is_any_due(&mut connection, now()).await? {
            return Ok(QueuedWork::Due);
        }
        if queue.waiting > 0 || comparisons::is_any_due(&mut connection, i64::MAX).await? {
            return Ok(QueuedWork::Later);
        }
        Ok(QueuedWork::Nothing)
    }

    /// Closes the connections to the database that nobody used for so long.
    pub(crate) fn close_idle_connections(&self, idle: Duration) {
        self.store.close_idle(idle);
    }

    /// Does what is due now and then, if no other node does: seals the audit log, and applies the rules of retention.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn tidy(&self) -> Result<()> {
        seal_if_due(self).await?;
        self.retention.if_due().await?;
        Ok(())
    }
}

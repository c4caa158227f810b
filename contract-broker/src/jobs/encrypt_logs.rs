//! Encrypts logs that an earlier broker version stored as text.

use std::{pin::pin, time::Duration};

use super::Dispatcher;
use crate::{
    store::{
        Result,
        deliveries::{self, EncryptedLog},
    },
    webhook::AttemptLog,
};

/// Maximum number of logs encrypted per transaction.
const BATCH: i64 = 100;
/// Delay after a failure.
const PAUSE: Duration = Duration::from_mins(1);

impl Dispatcher {
    /// Encrypts every unencrypted log, in batches, until there are none or `shutdown` completes. Brokers only
    /// write encrypted logs, so this has to be completed only once.
    pub(crate) async fn encrypt_logs(self, shutdown: impl Future<Output = ()>) {
        let mut shutdown = pin!(shutdown);
        let mut last = 0;
        loop {
            let wait = match self.seal_some_logs(last).await {
                Ok(None) => return,
                Ok(Some(newest)) => {
                    last = newest;
                    Duration::ZERO
                }
                Err(error) => {
                    tracing::error!(%error, "the logs of webhooks could not be encrypted");
                    PAUSE
                }
            };
            tokio::select! {
                biased;
                () = &mut shutdown => return,
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Encrypts some unencrypted logs of attempts with ids greater than `after`; returns the last id.
    async fn seal_some_logs(&self, after: i64) -> Result<Option<i64>> {
        let open = deliveries::open_logs(&mut *self.store.read().await?, after, BATCH).await?;
        let last = open.last().map(|log| log.attempt);
        let mut sealed = Vec::with_capacity(open.len());
        for log in open {
            sealed.push(EncryptedLog {
                attempt: log.attempt,
                sealed: self.seal_log(&log.uuid, &AttemptLog::of_text(&log.text))?,
            });
        }
        if last.is_some() {
            let put = self.store.write(sealed, |connection, sealed| {
                Box::pin(deliveries::put_encrypted_logs(connection, sealed))
            });
            put.await?;
        }
        Ok(last)
    }
}

//! Encrypting logs that an earlier broker kept as text.

use std::{pin::pin, time::Duration};

use super::Dispatcher;
use crate::{
    store::{
        Result,
        deliveries::{self, EncryptedLog},
    },
    webhook::AttemptLog,
};

/// Logs that are encrypted in one transaction.
const BATCH: i64 = 100;
/// How long it waits after something failed.
const PAUSE: Duration = Duration::from_mins(1);

impl Dispatcher {
    /// Encrypts every log that is text, a few at a time, until there is none or `shutdown` completes. Brokers write only
    /// encrypted logs, so that one that is done has nothing more to do.
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

    /// Encrypts some of the logs that are text, of attempts after that one; gives the last of them.
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

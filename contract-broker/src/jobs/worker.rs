//! The loop that keeps the queues moving.

use std::{pin::pin, time::Duration};

use tokio::task::JoinSet;

use super::Courier;

/// How long an idle node waits before it looks again for what other nodes wrote.
const LOOK: Duration = Duration::from_millis(500);
/// How long it waits after the database failed.
const PAUSE: Duration = Duration::from_secs(5);

impl Courier {
    /// Works until `shutdown` completes, then finishes the deliveries under way. `base` is the broker's own address.
    pub(crate) async fn run(self, base: String, shutdown: impl Future<Output = ()>) {
        let mut shutdown = pin!(shutdown);
        let mut under_way = JoinSet::new();
        loop {
            let wait = match self.round(&base, &mut under_way).await {
                Ok(true) => Duration::ZERO,
                Ok(false) => LOOK,
                Err(error) => {
                    tracing::error!(%error, "the webhook queue could not be worked on");
                    PAUSE
                }
            };
            tokio::select! {
                biased;
                () = &mut shutdown => break,
                () = self.woken() => {}
                Some(_) = under_way.join_next(), if !under_way.is_empty() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
        while under_way.join_next().await.is_some() {}
    }

    /// One look at both queues; says whether there may be more to do at once.
    async fn round(&self, base: &str, under_way: &mut JoinSet<()>) -> crate::store::Result<bool> {
        let handed = self.hand_over(base).await?;
        let (claim, claimed) = self
            .claim(self.concurrency.saturating_sub(under_way.len()))
            .await?;
        let more = handed > 0 || !claimed.is_empty();
        for delivery in claimed {
            let (courier, claim) = (self.clone(), claim.clone());
            under_way.spawn(async move {
                if let Err(error) = courier.deliver(claim, delivery).await {
                    // It is due again when the claim runs out.
                    tracing::error!(%error, "a delivery could not be written down");
                }
            });
        }
        Ok(more && under_way.len() < self.concurrency)
    }
}

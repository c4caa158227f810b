//! The loop that keeps the queues moving.

use std::{pin::pin, time::Duration};

use tokio::task::JoinSet;

use super::{Dispatcher, places::Places};

/// How long it waits after the database failed.
const PAUSE: Duration = Duration::from_secs(5);

impl Dispatcher {
    /// Works until `shutdown` completes, then finishes the deliveries under way. `base` is the broker's own address.
    pub(crate) async fn run(self, base: String, shutdown: impl Future<Output = ()>) {
        let mut shutdown = pin!(shutdown);
        let mut under_way = JoinSet::new();
        let places = Places::new(self.concurrency, self.concurrency_per_host);
        loop {
            let wait = match self.round(&base, &places, &mut under_way).await {
                Ok(wait) => wait,
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

    /// One look at both queues; says how long to wait before the next.
    async fn round(
        &self,
        base: &str,
        places: &Places,
        under_way: &mut JoinSet<()>,
    ) -> crate::store::Result<Duration> {
        let handed = self.fan_out(base).await?;
        let claims = self.claim(places).await?;
        let more = handed > 0 || !claims.deliveries.is_empty();
        for (delivery, place) in claims.deliveries {
            let dispatcher = self.clone();
            under_way.spawn(async move {
                if let Err(error) = dispatcher.deliver(delivery).await {
                    // It is due again when the claim runs out.
                    tracing::error!(%error, "a delivery could not be written down");
                }
                drop(place);
            });
        }
        if more && !places.is_full() {
            return Ok(Duration::ZERO);
        }
        Ok(claims.next.map_or(self.look, |next| next.min(self.look)))
    }
}

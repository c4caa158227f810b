//! From a claimed delivery to a written attempt.

use std::time::Duration;

use super::{Courier, micros};
use crate::{
    domain::time::now,
    store::{
        Result,
        deliveries::{self, Attempted, Claim, Claimed},
        webhooks,
    },
    webhook::AttemptLog,
};

/// How much longer than its request a delivery may take before another node takes it over.
const MARGIN: Duration = Duration::from_secs(30);

impl Courier {
    /// Claims up to `most` deliveries that are due. Asks with a read first, so that an idle broker writes nothing.
    pub(super) async fn claim(&self, most: usize) -> Result<(String, Vec<Claimed>)> {
        let token = uuid::Uuid::new_v4().to_string();
        let mut connection = self.store.read().await?;
        let due = deliveries::next_due(&mut connection).await?;
        drop(connection);
        if most == 0 || due.is_none_or(|due| due > now()) {
            return Ok((token, Vec::new()));
        }
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let claim = Claim {
            token: token.clone(),
            most,
            until: now() + micros(self.timeout + MARGIN),
        };
        let claimed = self
            .store
            .write(claim, |connection, claim| {
                Box::pin(deliveries::claim(connection, claim))
            })
            .await?;
        Ok((token, claimed))
    }

    /// Makes one delivery and writes the attempt down.
    pub(super) async fn deliver(&self, claim: String, delivery: Claimed) -> Result<()> {
        let attempt = self.attempt(claim, &delivery).await?;
        if !attempt.success && attempt.retry_at.is_none() {
            tracing::warn!(delivery = %delivery.uuid, webhook = %delivery.webhook_uuid, "a webhook was not delivered");
        }
        self.store
            .write(attempt, |connection, attempt| {
                Box::pin(deliveries::record(connection, attempt))
            })
            .await
    }

    async fn attempt(&self, claim: String, delivery: &Claimed) -> Result<Attempted> {
        let mut connection = self.store.read().await?;
        let webhook = webhooks::find(&mut connection, &delivery.webhook_uuid).await?;
        drop(connection);
        let failed = |reason: &str, retry_at| -> Result<Attempted> {
            Ok(Attempted {
                id: delivery.id,
                claim: claim.clone(),
                success: false,
                log: self.seal_log(&delivery.uuid, &AttemptLog::nothing_sent(reason))?,
                retry_at,
            })
        };
        let Some(webhook) = webhook else {
            return failed("the webhook was deleted", None);
        };
        if !webhook.scope.enabled {
            return failed(
                "the webhook is disabled; enable it and replay this delivery",
                None,
            );
        }
        let definition = match self.open(webhook) {
            Ok(definition) => definition,
            Err(error) => return failed(&error, self.retry_at(delivery, None)),
        };
        let values = match delivery.values() {
            Ok(values) => values,
            Err(error) => {
                tracing::error!(%error, "a delivery is given up");
                return failed(&error.to_string(), None);
            }
        };
        let request = definition.request.render(&values);
        let outcome = self
            .sender
            .send(&request, &delivery.uuid, now() / 1_000_000)
            .await;
        let retry_at = if outcome.success {
            None
        } else {
            self.retry_at(delivery, outcome.retry_after)
        };
        Ok(Attempted {
            id: delivery.id,
            claim,
            success: outcome.success,
            log: self.seal_log(&delivery.uuid, &outcome.log)?,
            retry_at,
        })
    }

    fn retry_at(&self, delivery: &Claimed, asked: Option<Duration>) -> Option<i64> {
        let failed = u32::try_from(delivery.failures)
            .unwrap_or(u32::MAX)
            .saturating_add(1);
        Some(now() + micros(self.policy.wait(failed, rand::random(), asked)?))
    }
}

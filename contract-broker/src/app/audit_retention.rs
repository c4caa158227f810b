//! Deletes what is old of the audit log: whole seals from the beginning of a chain, so that what is left can still be verified.

use serde_json::json;

use super::{App, Result};
use crate::{
    auth::Principal,
    domain::{
        audit::{Chain, Class},
        time::{DAY, iso, now},
    },
    store::{
        audit::{self, Event},
        audit_seals::{self, Seal},
    },
};

/// What the audit log calls this.
pub(crate) const PRUNED: &str = "audit.pruned";
/// Events that one transaction deletes.
const BATCH: i64 = 1000;

/// A chain, and the seal that becomes its first.
struct Pruning {
    chain: Chain,
    seal: Seal,
    event: Event,
}

impl App {
    /// For how many days the events of a chain are kept; `None` is for ever.
    fn kept_days(&self, chain: Chain) -> Option<u32> {
        let (security, data) = (
            self.config.audit_keep_security_days,
            self.config.audit_keep_data_days,
        );
        match chain {
            Chain::Of(Class::Security) => security,
            Chain::Of(Class::Data) => data,
            Chain::All => Some(security?.max(data?)),
        }
    }

    /// Deletes the events that are older than the settings keep them; gives their number.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn prune_audit(&self) -> Result<u64> {
        let mut deleted = 0;
        for chain in Chain::EACH {
            if let Some(days) = self.kept_days(chain) {
                deleted += self.prune(chain, now() - i64::from(days) * DAY).await?;
            }
        }
        Ok(deleted)
    }

    async fn prune(&self, chain: Chain, before: i64) -> Result<u64> {
        let found = audit_seals::newest_before(&mut *self.store.read().await?, chain, before).await?;
        let Some(seal) = found else {
            return Ok(0);
        };
        let last_id = seal.last_id;
        if !seal.pruned {
            let pruning = Pruning {
                chain,
                event: event(chain, &seal),
                seal,
            };
            let begun = self.store.write(pruning, |connection, pruning| {
                Box::pin(async move {
                    audit::add(connection, &pruning.event).await?;
                    audit_seals::make_first(connection, pruning.chain, pruning.seal.last_id).await
                })
            });
            begun.await?;
        }
        let mut deleted = 0;
        loop {
            let batch = self
                .store
                .write((chain, last_id), |connection, (chain, last_id)| {
                    Box::pin(audit_seals::delete(connection, *chain, *last_id, BATCH))
                });
            let batch = batch.await?;
            deleted += batch;
            if batch < BATCH.unsigned_abs() {
                return Ok(deleted);
            }
        }
    }
}

/// What the audit log says of it.
fn event(chain: Chain, seal: &Seal) -> Event {
    Event {
        uuid: Event::new_uuid(),
        at: now(),
        actor_kind: "operator".to_owned(),
        actor_uuid: None,
        actor_name: "retention".to_owned(),
        actor_email: None,
        via: None,
        action: PRUNED.to_owned(),
        object_type: "audit log".to_owned(),
        object_name: chain.as_str().to_owned(),
        outcome: "success".to_owned(),
        request: json!(Principal::operator().origin()).to_string(),
        changes: json!({ "sealedUntil": iso(seal.sealed_at), "digest": seal.digest }).to_string(),
    }
}

//! The audit log: reading it, sealing it, and finding out whether it was changed.

use super::{App, DENIED, Error, LOGIN_FAILED, PRUNED, Result};
use crate::{
    auth::Principal,
    domain::{
        Refusal,
        access::{Action, digest},
        audit::Chain,
        time::now,
    },
    store::{
        audit::{self, Event, Stored, Wanted},
        audit_seals::{self, Seal},
        periodic::{self, Lease},
    },
};

/// Events younger than this are not sealed yet: a transaction that began before may still add one. In microseconds.
const SETTLED: i64 = 60_000_000;
/// Events of one seal.
const BATCH: i64 = 1000;

/// Returns the types of all events that the audit log can have, by name.
pub(crate) fn audited_types() -> Vec<&'static str> {
    let mut names = Action::changes();
    names.extend([DENIED, LOGIN_FAILED, PRUNED]);
    names.sort_unstable();
    names.dedup();
    names
}

/// Which part of the events is wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AuditPage {
    pub(crate) offset: i64,
    pub(crate) limit: i64,
}

/// What became of the events and their seals.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Verified {
    /// Events that a seal covers, and that are as they were.
    pub(crate) sealed: i64,
    pub(crate) seals: i64,
    /// Events that are too young for a seal.
    pub(crate) unsealed: i64,
    pub(crate) newest: Vec<NewestSeal>,
}

/// The newest seal of a chain. The log of the broker has every seal: who compares the two notices that some were removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewestSeal {
    pub(crate) chain: &'static str,
    pub(crate) last_id: i64,
    pub(crate) digest: String,
}

impl App {
    /// Some of the events, and one more if there is one.
    pub(crate) async fn audit_events(
        &self,
        who: &Principal,
        wanted: &Wanted,
        page: AuditPage,
    ) -> Result<Vec<Stored>> {
        let mut connection = self.reading_for(who, Action::ReadAudit).await?;
        Ok(audit::list(&mut connection, wanted, None, page.offset, page.limit).await?)
    }

    /// The events after one, by its id: for answers that are sent piece by piece.
    pub(crate) async fn audit_events_after(
        &self,
        who: &Principal,
        wanted: &Wanted,
        after: Option<i64>,
    ) -> Result<Vec<Stored>> {
        let mut connection = self.reading_for(who, Action::ReadAudit).await?;
        Ok(audit::list(&mut connection, wanted, after, 0, BATCH).await?)
    }

    /// Takes a piece of work if it is due and no other node has it.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn claims(&self, lease: &Lease) -> Result<bool> {
        if periodic::due_at(&mut *self.store.read().await?, lease.job).await? > now() {
            return Ok(false);
        }
        let claimed = self.store.write(lease.clone(), |connection, lease| {
            Box::pin(periodic::claim(connection, lease))
        });
        Ok(claimed.await?)
    }

    /// Gives a piece of work back, to be done again at `next`.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn gives_back(&self, lease: Lease, next: i64) -> Result<()> {
        self.store
            .write((lease, next), |connection, (lease, next)| {
                Box::pin(periodic::finish(connection, lease, *next))
            })
            .await?;
        Ok(())
    }

    /// Whether there are events without a seal.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn has_unsealed_events(&self) -> Result<bool> {
        let since = audit_seals::unsealed_since(&mut *self.store.read().await?).await?;
        Ok(since.is_some())
    }

    /// Seals the events that are old enough.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn seal_audit(&self) -> Result<()> {
        for chain in Chain::EACH {
            while let Some(seal) = self.next_seal(chain).await? {
                let (last, events, sha256) = (seal.last_id, seal.events, seal.digest.clone());
                let added = self.store.write((chain, seal), |connection, (chain, seal)| {
                    Box::pin(audit_seals::add(connection, *chain, seal))
                });
                added.await?;
                tracing::info!(chain = chain.as_str(), last, events, sha256, "audit log sealed");
            }
        }
        Ok(())
    }

    async fn next_seal(&self, chain: Chain) -> Result<Option<Seal>> {
        let mut connection = self.store.read().await?;
        let last = audit_seals::last(&mut connection, chain).await?;
        let Some(settled) = audit_seals::settled(&mut connection, now() - SETTLED).await? else {
            return Ok(None);
        };
        let (after, before) = last.map_or((0, String::new()), |seal| (seal.last_id, seal.digest));
        let events = audit_seals::events(&mut connection, chain, after, settled, BATCH).await?;
        let Some(newest) = events.last() else {
            return Ok(None);
        };
        Ok(Some(Seal {
            last_id: newest.id,
            events: i64::try_from(events.len()).unwrap_or(i64::MAX),
            digest: chained(&before, &events)?,
            sealed_at: now(),
            pruned: false,
        }))
    }

    /// Computes every seal again.
    ///
    /// # Errors
    /// Refused where an event was changed, added or deleted, with the seal that does not fit.
    pub(crate) async fn verify_audit(&self) -> Result<Verified> {
        let mut verified = Verified::default();
        for chain in Chain::EACH {
            self.verify_chain(chain, &mut verified).await?;
        }
        let astray = audit_seals::outside_of_chains(&mut *self.store.read().await?).await?;
        if let Some(id) = astray {
            let message = format!("the audit log was changed: the event {id} belongs to no chain of seals");
            return Err(Refusal::Conflict(message).into());
        }
        Ok(verified)
    }

    async fn verify_chain(&self, chain: Chain, verified: &mut Verified) -> Result<()> {
        let (mut after, mut before) = (0, String::new());
        loop {
            let mut connection = self.store.read().await?;
            let seals = audit_seals::list(&mut connection, chain, after, 100).await?;
            if seals.is_empty() {
                let rest = audit_seals::events(&mut connection, chain, after, i64::MAX, i64::MAX).await?;
                verified.unsealed += i64::try_from(rest.len()).unwrap_or(i64::MAX);
                if after > 0 {
                    verified.newest.push(NewestSeal {
                        chain: chain.as_str(),
                        last_id: after,
                        digest: before,
                    });
                }
                return Ok(());
            }
            for seal in seals {
                // The events of a pruned seal are gone; those after it go on from its digest. It is the first.
                let is_first = after == 0;
                if !(seal.pruned && is_first) {
                    let events =
                        audit_seals::events(&mut connection, chain, after, seal.last_id, i64::MAX).await?;
                    let count = i64::try_from(events.len()).unwrap_or(i64::MAX);
                    if count != seal.events || chained(&before, &events)? != seal.digest {
                        return Err(Refusal::Conflict(changed(after, &seal, count)).into());
                    }
                    verified.sealed += count;
                    verified.seals += 1;
                }
                after = seal.last_id;
                before = seal.digest;
            }
        }
    }
}

/// What whoever verifies is told of events that are not as they were.
fn changed(after: i64, seal: &Seal, count: i64) -> String {
    format!(
        "the audit log was changed: the events {} to {} are not as they were sealed at {} (found: {count}, sealed: {}); \
         compare them with a back-up",
        after + 1,
        seal.last_id,
        crate::domain::time::iso(seal.sealed_at),
        seal.events
    )
}

/// The digest over events and the digest of those before them.
fn chained(before: &str, events: &[Stored]) -> Result<String> {
    let mut chain = before.to_owned();
    for stored in events {
        let Event {
            uuid,
            at,
            actor_kind,
            actor_uuid,
            actor_name,
            actor_email,
            via,
            action,
            object_type,
            object_name,
            outcome,
            request,
            changes,
        } = &stored.event;
        let text = serde_json::to_string(&(
            (
                &chain,
                stored.id,
                uuid,
                at,
                actor_kind,
                actor_uuid,
                actor_name,
                actor_email,
            ),
            (via, action, object_type, object_name, outcome, request, changes),
        ));
        chain = digest(text.map_err(|error| Error::internal(&error))?.as_bytes());
    }
    Ok(chain)
}

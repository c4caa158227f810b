//! What is stored, counted by one node for all.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{family::Family, gauge::Gauge},
    registry::Registry,
};

use super::label::Unlabelled;

type Single = Family<Unlabelled, Gauge>;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Queue {
    state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Within {
    within: &'static str,
}

/// Counts of what is stored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct StoredCounts {
    pub(crate) pacticipants: i64,
    pub(crate) versions: i64,
    pub(crate) contents: i64,
    pub(crate) integrations: i64,
    pub(crate) failing_integrations: i64,
    /// Tokens that expire within [`Self::SOON_DAYS`].
    pub(crate) tokens_expiring: i64,
    /// For how many seconds the oldest event of the audit log waits for its seal; 0 if none does.
    pub(crate) audit_seal_lag_seconds: i64,
}

impl StoredCounts {
    /// How many days before its end a token counts as expiring.
    pub(crate) const SOON_DAYS: i64 = 7;

    /// These and those of another tenant.
    fn with(self, other: Self) -> Self {
        Self {
            pacticipants: self.pacticipants + other.pacticipants,
            versions: self.versions + other.versions,
            contents: self.contents + other.contents,
            integrations: self.integrations + other.integrations,
            failing_integrations: self.failing_integrations + other.failing_integrations,
            tokens_expiring: self.tokens_expiring + other.tokens_expiring,
            audit_seal_lag_seconds: self.audit_seal_lag_seconds.max(other.audit_seal_lag_seconds),
        }
    }
}

/// How the queue of webhooks stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct QueueCounts {
    pub(crate) due: i64,
    pub(crate) waiting: i64,
    pub(crate) dead: i64,
    /// For how many seconds the oldest delivery is due; 0 if none is.
    pub(crate) oldest_due_seconds: i64,
    pub(crate) outbox_events: i64,
}

impl QueueCounts {
    /// These and those of another tenant.
    fn with(self, other: Self) -> Self {
        Self {
            due: self.due + other.due,
            waiting: self.waiting + other.waiting,
            dead: self.dead + other.dead,
            oldest_due_seconds: self.oldest_due_seconds.max(other.oldest_due_seconds),
            outbox_events: self.outbox_events + other.outbox_events,
        }
    }
}

/// What is stored. Only the node that counts shows it, so that a sum over nodes counts nothing twice. Clones are the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct StoredMetrics {
    pacticipants: Single,
    versions: Single,
    contents: Single,
    integrations: Single,
    failing_integrations: Single,
    tokens_expiring: Family<Within, Gauge>,
    audit_seal_lag: Single,
    queue: Family<Queue, Gauge>,
    oldest_due: Single,
    outbox: Single,
    /// What is counted of each tenant, by name; of a broker without tenants under the empty name.
    counted: Arc<Mutex<BTreeMap<Arc<str>, Counted>>>,
    own: Arc<str>,
}

/// What was counted of one tenant.
#[derive(Debug, Clone, Copy, Default)]
struct Counted {
    stored: Option<StoredCounts>,
    queue: Option<QueueCounts>,
}

impl StoredMetrics {
    /// The same instruments for one of many tenants: they show the sums.
    pub(crate) fn for_one_of_many(&self, name: &str) -> Self {
        Self {
            own: name.into(),
            ..self.clone()
        }
    }

    pub(crate) fn set_counts(&self, counts: StoredCounts) {
        self.change(|own| own.stored = Some(counts));
    }

    pub(crate) fn set_queue(&self, counts: QueueCounts) {
        self.change(|own| own.queue = Some(counts));
    }

    /// Counts nothing of this any more: another node does, or it is deleted.
    pub(crate) fn clear(&self) {
        self.change(|own| *own = Counted::default());
    }

    fn change(&self, change: impl FnOnce(&mut Counted)) {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let own = counted.entry(self.own.clone()).or_default();
        change(own);
        if own.stored.is_none() && own.queue.is_none() {
            counted.remove(&self.own);
        }
        match counted
            .values()
            .filter_map(|one| one.stored)
            .reduce(StoredCounts::with)
        {
            Some(all) => self.show_counts(all),
            None => self.hide_counts(),
        }
        match counted
            .values()
            .filter_map(|one| one.queue)
            .reduce(QueueCounts::with)
        {
            Some(all) => self.show_queue(all),
            None => self.hide_queue(),
        }
    }

    fn show_counts(&self, counts: StoredCounts) {
        for (gauge, count) in [
            (&self.pacticipants, counts.pacticipants),
            (&self.versions, counts.versions),
            (&self.contents, counts.contents),
            (&self.integrations, counts.integrations),
            (&self.failing_integrations, counts.failing_integrations),
            (&self.audit_seal_lag, counts.audit_seal_lag_seconds),
        ] {
            gauge.get_or_create(&Unlabelled).set(count);
        }
        self.tokens_expiring
            .get_or_create(&Within { within: "7d" })
            .set(counts.tokens_expiring);
    }

    fn show_queue(&self, counts: QueueCounts) {
        for (state, count) in [
            ("due", counts.due),
            ("waiting", counts.waiting),
            ("dead", counts.dead),
        ] {
            self.queue.get_or_create(&Queue { state }).set(count);
        }
        self.oldest_due
            .get_or_create(&Unlabelled)
            .set(counts.oldest_due_seconds);
        self.outbox.get_or_create(&Unlabelled).set(counts.outbox_events);
    }

    fn hide_queue(&self) {
        self.queue.clear();
        self.oldest_due.clear();
        self.outbox.clear();
    }

    fn hide_counts(&self) {
        self.tokens_expiring.clear();
        for gauge in [
            &self.pacticipants,
            &self.versions,
            &self.contents,
            &self.integrations,
            &self.failing_integrations,
            &self.audit_seal_lag,
        ] {
            gauge.clear();
        }
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        for (name, help, gauge) in [
            ("contract_broker_pacticipants", "Applications", &self.pacticipants),
            (
                "contract_broker_versions",
                "Versions of applications",
                &self.versions,
            ),
            (
                "contract_broker_contents",
                "Different contents of contracts",
                &self.contents,
            ),
            (
                "contract_broker_integrations",
                "Pairs of consumer and provider",
                &self.integrations,
            ),
            (
                "contract_broker_failing_integrations",
                "Integrations whose newest contract has a newest result that failed",
                &self.failing_integrations,
            ),
            (
                "contract_broker_audit_seal_lag_seconds",
                "For how long the oldest event of the audit log waits for its seal",
                &self.audit_seal_lag,
            ),
            (
                "contract_broker_webhook_oldest_due_seconds",
                "For how long the oldest delivery of a webhook is due",
                &self.oldest_due,
            ),
            (
                "contract_broker_outbox_events",
                "Events that wait to be handed to webhooks",
                &self.outbox,
            ),
        ] {
            registry.register(name, help, gauge.clone());
        }
        registry.register(
            "contract_broker_webhook_queue",
            "Deliveries of webhooks that are due, wait for their next attempt, or were given up",
            self.queue.clone(),
        );
        registry.register(
            "contract_broker_tokens_expiring",
            "Tokens of accounts that expire soon",
            self.tokens_expiring.clone(),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(gauge: &Single) -> i64 {
        gauge.get_or_create(&Unlabelled).get()
    }

    #[test]
    fn tenants_are_shown_as_one_sum() {
        let all = StoredMetrics::default();
        let (one, two) = (all.for_one_of_many("one"), all.for_one_of_many("two"));
        let counts = |pacticipants, audit_seal_lag_seconds| StoredCounts {
            pacticipants,
            audit_seal_lag_seconds,
            ..StoredCounts::default()
        };
        one.set_counts(counts(3, 10));
        two.set_counts(counts(4, 70));
        assert_eq!((shown(&all.pacticipants), shown(&all.audit_seal_lag)), (7, 70));
        one.set_counts(counts(1, 10));
        assert_eq!(shown(&all.pacticipants), 5);
        two.clear();
        assert_eq!(shown(&all.pacticipants), 1);
        one.clear();
        assert_eq!(shown(&all.pacticipants), 0);
    }
}

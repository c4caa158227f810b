//! From a claimed delivery to a written attempt.

use std::time::{Duration, Instant};

use tracing::{Instrument as _, Span};

use super::{
    Dispatcher, micros,
    places::{Due, Place, Places},
};
use crate::{
    log_text::bounded,
    metrics::DeliveryOutcome,
    store::{
        Result,
        deliveries::{self, Attempted, Claim, Claimed, ClockSetBack, Wanted},
        secrets, webhooks,
    },
    trace::{self, Attempt, TraceContext},
    webhook::{AttemptLog, Message, Values, masked_url},
};

/// How much longer than its request a delivery may take before another node takes it over.
const MARGIN: Duration = Duration::from_secs(30);

/// What came of an attempt.
struct Outcome {
    success: bool,
    /// The status that the receiver answered with.
    answered: Option<u16>,
    /// The attempt as a person reads it on its page.
    log: AttemptLog,
    /// Why there was no answer, for the log.
    error: Option<String>,
    retry_at: Option<i64>,
    /// What the webhook is called; empty where it was deleted.
    title: String,
    /// Where it was sent, without secrets; empty where it was not.
    url: String,
}

impl Outcome {
    fn counts_as(&self) -> DeliveryOutcome {
        match (self.success, self.retry_at) {
            (true, _) => DeliveryOutcome::Success,
            (false, Some(_)) => DeliveryOutcome::Retry,
            (false, None) => DeliveryOutcome::Dead,
        }
    }

    /// Nothing was sent, for a reason.
    fn not_sent(reason: &str, title: String, retry_at: Option<i64>) -> Self {
        Self {
            success: false,
            answered: None,
            log: AttemptLog::nothing_sent(reason),
            error: Some(reason.to_owned()),
            retry_at,
            title,
            url: String::new(),
        }
    }
}

/// A delivery that this node is to make now, under a claim.
pub(super) struct Job {
    claim: String,
    delivery: Claimed,
}

/// What a look at the deliveries came to.
#[derive(Default)]
pub(super) struct Claims {
    pub(super) deliveries: Vec<(Job, Place)>,
    /// In how long the first of those that wait is due, if none is due yet.
    pub(super) next: Option<Duration>,
}

impl Dispatcher {
    /// Claims deliveries that are due, as many as there are places. Asks with a read first, so that an idle broker
    /// writes nothing.
    pub(super) async fn claim(&self, places: &Places) -> Result<Claims> {
        let now = self.now();
        let mut connection = self.store.read().await?;
        let waiting = deliveries::waiting(&mut connection).await?;
        // No delivery waits longer: somebody set a clock back.
        let latest = now + micros(self.policy.longest().max(self.timeout + MARGIN) + MARGIN);
        if waiting.last.is_some_and(|last| last > latest) {
            drop(connection);
            self.store
                .write(ClockSetBack { now, latest }, |connection, clock| {
                    Box::pin(deliveries::bring_forward(connection, *clock))
                })
                .await?;
            connection = self.store.read().await?;
        } else if waiting.first.is_none_or(|first| first > now) {
            return Ok(Claims {
                next: waiting
                    .first
                    .map(|first| Duration::from_micros(first.abs_diff(now))),
                ..Claims::default()
            });
        }
        if places.is_full() {
            return Ok(Claims::default());
        }
        let waiting = deliveries::due_webhooks(&mut connection, now).await?;
        drop(connection);
        let due: Vec<Due> = waiting
            .into_iter()
            .map(|one| Due {
                host: one
                    .request
                    .map(|request| self.host(&one.uuid, &request))
                    .unwrap_or_default(),
                webhook: one.uuid,
            })
            .collect();
        let shares = places.share(&due);
        if shares.is_empty() {
            return Ok(Claims::default());
        }
        let claim = Claim {
            token: uuid::Uuid::new_v4().to_string(),
            now,
            until: now + micros(self.timeout + MARGIN),
            wanted: shares
                .iter()
                .map(|(one, share)| Wanted {
                    webhook_uuid: one.webhook.clone(),
                    most: i64::try_from(*share).unwrap_or(i64::MAX),
                })
                .collect(),
        };
        let token = claim.token.clone();
        let claimed = self
            .store
            .write(claim, |connection, claim| {
                Box::pin(deliveries::claim(connection, claim))
            })
            .await?;
        let host = |webhook: &str| {
            let one = due.iter().find(|one| one.webhook == webhook);
            one.map(|one| one.host.clone()).unwrap_or_default()
        };
        let placed = |delivery: Claimed| {
            let place = places.take(host(&delivery.webhook_uuid));
            let claim = token.clone();
            (Job { claim, delivery }, place)
        };
        Ok(Claims {
            deliveries: claimed.into_iter().map(placed).collect(),
            next: None,
        })
    }

    /// Makes one delivery and writes the attempt down.
    pub(super) async fn deliver(&self, job: Job) -> Result<()> {
        let (span, place) = trace::attempt(&Attempt {
            webhook: &job.delivery.webhook_uuid,
            delivery: &job.delivery.uuid,
            number: job.delivery.failures + 1,
            cause: job.delivery.cause(),
        });
        self.deliver_in(job, place).instrument(span).await
    }

    /// Makes one delivery, which has this place in a trace.
    async fn deliver_in(&self, job: Job, place: TraceContext) -> Result<()> {
        let Job { claim, delivery } = job;
        let started = Instant::now();
        let (values, outcome) = match delivery.values() {
            Ok(values) => {
                let outcome = self.attempt(&delivery, &values, place).await?;
                (values, outcome)
            }
            // The receiver would be told nothing but blanks.
            Err(error) => (
                Values::default(),
                Outcome::not_sent(&error.to_string(), String::new(), None),
            ),
        };
        self.metrics().attempted(outcome.counts_as(), started.elapsed());
        trace::record_attempt(&Span::current(), outcome.answered, outcome.success);
        log(&delivery, &values, &outcome);
        let attempted = Attempted {
            id: delivery.id,
            claim,
            success: outcome.success,
            log: self.seal_log(&delivery.uuid, &outcome.log)?,
            answered: outcome.answered.map(i64::from),
            retry_at: outcome.retry_at,
        };
        self.store
            .write(attempted, |connection, attempted| {
                Box::pin(deliveries::record(connection, attempted))
            })
            .await
    }

    async fn attempt(&self, delivery: &Claimed, values: &Values, place: TraceContext) -> Result<Outcome> {
        let mut connection = self.store.read().await?;
        let webhook = webhooks::find(&mut connection, &delivery.webhook_uuid).await?;
        let secrets = match &webhook {
            Some(webhook) => secrets::of_team(&mut connection, webhook.team_id).await?,
            None => Vec::new(),
        };
        drop(connection);
        let Some(webhook) = webhook else {
            return Ok(Outcome::not_sent("the webhook was deleted", String::new(), None));
        };
        let title = webhook.scope.title(webhook.description.as_deref());
        if !webhook.scope.enabled {
            let error = "the webhook is disabled; enable it and replay this delivery";
            return Ok(Outcome::not_sent(error, title, None));
        }
        let definition = match self.open(webhook) {
            Ok(definition) => definition,
            Err(error) => return Ok(Outcome::not_sent(&error, title, self.retry_at(delivery, None))),
        };
        let mut with_secrets = values.clone();
        self.add_secrets(&mut with_secrets, &secrets);
        let request = definition.request.render(&with_secrets);
        // The receiver is told the time of the machine's clock.
        let message = Message {
            id: &delivery.uuid,
            time: crate::domain::time::now() / 1_000_000,
            trace: place,
        };
        let outcome = self.sender().send(&request, &message).await;
        let retry_at = if outcome.success {
            None
        } else {
            self.retry_at(delivery, outcome.retry_after)
        };
        Ok(Outcome {
            success: outcome.success,
            answered: outcome.answer.map(|answer| answer.status),
            log: outcome.log,
            error: outcome.error,
            retry_at,
            title,
            url: masked_url(&definition.request.url, values),
        })
    }

    fn retry_at(&self, delivery: &Claimed, asked: Option<Duration>) -> Option<i64> {
        let failed = u32::try_from(delivery.failures)
            .unwrap_or(u32::MAX)
            .saturating_add(1);
        Some(self.now() + micros(self.policy.wait(failed, rand::random(), asked)?))
    }
}

/// One line for each attempt: which webhook, about which versions, where to, and what came of it.
fn log(delivery: &Claimed, values: &Values, outcome: &Outcome) {
    macro_rules! line {
        ($level:ident, $message:literal) => {
            tracing::$level!(
                webhook = bounded(&outcome.title, 128),
                webhook_uuid = delivery.webhook_uuid,
                delivery = delivery.uuid,
                event = values.value("eventName"),
                consumer = bounded(values.value("consumerName"), 128),
                consumer_version = bounded(values.value("consumerVersionNumber"), 128),
                provider = bounded(values.value("providerName"), 128),
                provider_version = bounded(values.value("providerVersionNumber"), 128),
                url = bounded(&outcome.url, 256),
                status = outcome.answered,
                error = outcome.error.as_deref().map(|error| bounded(error, 512)),
                attempt = delivery.failures + 1,
                $message
            )
        };
    }
    if outcome.success {
        line!(info, "webhook delivered");
    } else if outcome.retry_at.is_some() {
        line!(warn, "webhook not delivered, will be tried again");
    } else {
        line!(warn, "webhook not delivered, gave up");
    }
}

//! Queues the deliveries that events trigger.

use super::Dispatcher;
use crate::{
    domain::publication::Published,
    store::{
        Result,
        deliveries::{self, EventDeliveries, NewDelivery},
        distinct,
        event_facts::{self, EventRow},
        webhooks::{self, Listener},
    },
};

/// Maximum number of events processed at once.
const BATCH: i64 = 100;

impl Dispatcher {
    /// Takes the oldest events and queues a delivery for each webhook that covers them and was created before
    /// them; returns the number of events. `base` is the broker's own address.
    pub(super) async fn fan_out(&self, base: &str) -> Result<usize> {
        let mut connection = self.store.read().await?;
        let events = event_facts::waiting(&mut connection, BATCH).await?;
        if events.is_empty() {
            return Ok(0);
        }
        let consumers = distinct(events.iter().map(|event| event.consumer_id));
        let providers = distinct(events.iter().map(|event| event.provider_id));
        let webhooks = webhooks::listeners_of(&mut connection, &consumers, &providers).await?;
        let facts = event_facts::facts(&mut connection, &events).await?;
        drop(connection);
        let mut handed: Vec<EventDeliveries> = Vec::with_capacity(events.len());
        for (event, facts) in events.iter().zip(&facts) {
            let (Some(event_id), Some(name)) = (event.id, event.event) else {
                continue;
            };
            let mut deliveries = Vec::new();
            if let Some(facts) = facts {
                let covering: Vec<&Listener> = webhooks
                    .iter()
                    .filter(|webhook| webhook.after_event < event_id && webhook.scope.covers(facts))
                    .collect();
                if !covering.is_empty() {
                    let parameters = deliveries::write_parameters(&facts.values(base))?;
                    deliveries.extend(covering.into_iter().map(|webhook| NewDelivery {
                        webhook_uuid: webhook.uuid.clone(),
                        event_name: name.as_str().to_owned(),
                        consumer_id: event.consumer_id,
                        provider_id: event.provider_id,
                        consumer_version_id: event.consumer_version_id,
                        verification_id: event.verification_id,
                        parameters: parameters.clone(),
                        traceparent: event.traceparent.clone(),
                    }));
                }
            }
            handed.push(EventDeliveries {
                event_id,
                due_at: self.now(),
                deliveries,
            });
        }
        let count = handed.len();
        self.store
            .write(handed, |connection, handed| {
                Box::pin(deliveries::queue(connection, handed))
            })
            .await?;
        Ok(count)
    }

    /// Adds the titles of the matching webhooks to each event of a publication. A broker without webhooks
    /// runs one query.
    pub(crate) async fn announce(&self, published: &mut Published) -> Result<()> {
        if !published.listening {
            return Ok(());
        }
        let mut connection = self.store.read().await?;
        let providers = distinct(published.contracts.iter().map(|contract| contract.provider_id));
        let webhooks = webhooks::listeners_of(&mut connection, &[published.consumer_id], &providers).await?;
        if webhooks.is_empty() {
            return Ok(());
        }
        let mut events: Vec<EventRow> = Vec::new();
        for contract in &published.contracts {
            events.extend(contract.events.iter().map(|detected| EventRow {
                event: Some(detected.event),
                consumer_id: published.consumer_id,
                provider_id: contract.provider_id,
                consumer_version_id: Some(published.version_id),
                provider_version_id: detected.provider_version,
                content_id: Some(contract.content_id),
                ..EventRow::default()
            }));
        }
        let facts = event_facts::facts(&mut connection, &events).await?;
        drop(connection);
        let detected = published
            .contracts
            .iter_mut()
            .flat_map(|contract| &mut contract.events);
        for (detected, facts) in detected.zip(&facts) {
            let Some(facts) = facts else { continue };
            let covering = webhooks.iter().filter(|webhook| webhook.scope.covers(facts));
            detected.webhooks = covering.map(Listener::title).collect();
        }
        Ok(())
    }
}

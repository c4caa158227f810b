//! From events to deliveries.

use super::Courier;
use crate::{
    domain::publication::Published,
    store::{
        Result,
        deliveries::{self, HandedOver, NewDelivery},
        event_facts::{self, EventRow},
        webhooks::{self, Webhook},
    },
};

/// Events that are handed over at once.
const BATCH: i64 = 100;

impl Courier {
    /// Takes the oldest events and queues a delivery for each webhook that they are for and that was there before them;
    /// says how many events there were. `base` is the broker's own address.
    pub(super) async fn hand_over(&self, base: &str) -> Result<usize> {
        let mut connection = self.store.read().await?;
        let events = event_facts::waiting(&mut connection, BATCH).await?;
        if events.is_empty() {
            return Ok(0);
        }
        let webhooks = webhooks::all(&mut connection).await?;
        let facts = event_facts::facts(&mut connection, &events).await?;
        drop(connection);
        let handed: Vec<HandedOver> = events
            .iter()
            .zip(&facts)
            .filter_map(|(event, facts)| {
                let event_id = event.id?;
                let covering = facts.iter().flat_map(|facts| {
                    let parameters = serde_json::to_string(&facts.values(base)).unwrap_or_default();
                    webhooks
                        .iter()
                        .filter(|webhook| webhook.after_event < event_id && webhook.scope.covers(facts))
                        .map(move |webhook| NewDelivery {
                            webhook_uuid: webhook.uuid.clone(),
                            event_name: event.name.clone(),
                            consumer_id: event.consumer_id,
                            provider_id: event.provider_id,
                            consumer_version_id: event.consumer_version_id,
                            verification_id: event.verification_id,
                            parameters: parameters.clone(),
                        })
                });
                Some(HandedOver {
                    event_id,
                    deliveries: covering.collect(),
                })
            })
            .collect();
        let count = handed.len();
        self.store
            .write(handed, |connection, handed| {
                Box::pin(deliveries::hand_over(connection, handed))
            })
            .await?;
        Ok(count)
    }

    /// Writes into each event of a publication which webhooks it is for. A broker without webhooks asks once.
    pub(crate) async fn announce(&self, published: &mut Published) -> Result<()> {
        if !published.listening {
            return Ok(());
        }
        let mut connection = self.store.read().await?;
        let mut webhooks = webhooks::all(&mut connection).await?;
        webhooks.retain(|webhook| webhook.scope.enabled);
        let mut events: Vec<EventRow> = Vec::new();
        for contract in &published.contracts {
            events.extend(contract.events.iter().map(|detected| EventRow {
                name: detected.event.as_str().to_owned(),
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
            detected.webhooks = covering.map(Webhook::title).collect();
        }
        Ok(())
    }
}

//! Deliveries of webhooks: status, attempts, logs, and replay.

use std::collections::HashMap;

use super::{Act, App, Error, Result, contracts::Pair};
use crate::{
    auth::Principal,
    domain::{Refusal, access::Action},
    store::{
        Connection, Listed, Slice,
        contracts::{self, ContractRef},
        deliveries::{self, Attempt, DeliveriesOf, Delivery},
        webhooks,
    },
};

/// Deliveries with the last response to each, and the titles of webhooks.
pub(crate) struct AnsweredDeliveries {
    pub(crate) deliveries: Vec<Delivery>,
    /// The titles of the webhooks, by their uuids.
    pub(crate) titles: HashMap<String, String>,
    /// The status of the last response, by id of the delivery.
    pub(crate) answers: HashMap<i64, i64>,
}

/// A delivery to replay.
struct Replay {
    uuid: String,
    due_at: i64,
}

impl App {
    /// Returns deliveries, newest first. They include those of deleted webhooks.
    ///
    /// # Errors
    /// Refused if there is no such contract, or no webhook with this uuid that has deliveries.
    pub(crate) async fn deliveries(
        &self,
        who: &Principal,
        of: &DeliveriesOf,
        slice: Slice,
    ) -> Result<Listed<Delivery>> {
        let mut connection = self.reading(who).await?;
        check(&mut connection, of).await?;
        Ok(deliveries::list(&mut connection, of, slice).await?)
    }

    /// Returns deliveries, newest first, each with its last response.
    ///
    /// # Errors
    /// See [`deliveries`](Self::deliveries).
    pub(crate) async fn answered_deliveries(
        &self,
        who: &Principal,
        of: &DeliveriesOf,
        slice: Slice,
    ) -> Result<AnsweredDeliveries> {
        let mut connection = self.reading(who).await?;
        check(&mut connection, of).await?;
        let deliveries = deliveries::list(&mut connection, of, slice).await?.rows;
        let webhooks = webhooks::listeners(&mut connection).await?;
        let ids: Vec<i64> = deliveries.iter().map(|delivery| delivery.id).collect();
        Ok(AnsweredDeliveries {
            answers: deliveries::last_answers(&mut connection, &ids).await?,
            titles: webhooks
                .iter()
                .map(|webhook| (webhook.uuid.clone(), webhook.title()))
                .collect(),
            deliveries,
        })
    }

    /// Returns the newest delivery of each webhook for a pair.
    ///
    /// # Errors
    /// Refused if there is no such consumer or provider.
    pub(crate) async fn latest_deliveries(&self, who: &Principal, pair: &Pair) -> Result<Vec<Delivery>> {
        let mut connection = self.reading(who).await?;
        for name in [&pair.provider, &pair.consumer] {
            webhooks::labels(&mut connection, name).await?;
        }
        let of = DeliveriesOf::LatestOfPair {
            provider: pair.provider.clone(),
            consumer: pair.consumer.clone(),
        };
        let listed = deliveries::list(&mut connection, &of, deliveries::NEWEST).await?;
        Ok(listed.rows)
    }

    /// # Errors
    /// Refused if there is no delivery with this uuid.
    pub(crate) async fn delivery(&self, who: &Principal, uuid: &str) -> Result<Delivery> {
        let of = DeliveriesOf::Uuid(uuid.to_owned());
        let mut connection = self.reading(who).await?;
        let mut found = deliveries::list(&mut connection, &of, deliveries::NEWEST)
            .await?
            .rows;
        found
            .pop()
            .ok_or_else(|| Error::not_found(format!("No triggered webhook with uuid '{uuid}' found")))
    }

    /// Returns the attempts of a delivery, oldest first.
    pub(crate) async fn attempts(&self, who: &Principal, delivery: &Delivery) -> Result<Vec<Attempt>> {
        Ok(deliveries::attempts(&mut *self.reading(who).await?, delivery.id).await?)
    }

    /// Returns the log of an attempt, as far as the caller may see it.
    pub(crate) fn log_of(&self, who: &Principal, delivery: &Delivery, attempt: &Attempt) -> String {
        self.dispatcher
            .log(&delivery.uuid, &attempt.log)
            .text(who.access())
    }

    /// Returns the maximum number of attempts of a delivery.
    pub(crate) fn most_attempts(&self) -> i64 {
        self.dispatcher.attempts()
    }

    /// Deletes a delivery; a pending one is not attempted again.
    ///
    /// # Errors
    /// Refused if there is no delivery with this uuid.
    pub(crate) async fn delete_delivery(&self, who: &Principal, uuid: &str) -> Result<()> {
        let delivery = self.delivery(who, uuid).await?;
        let act = self
            .act_on_delivery(who, Action::DeleteDelivery, &delivery)
            .await?;
        self.writing(who, act, delivery.id, |connection, id| {
            Box::pin(deliveries::delete(connection, *id))
        })
        .await
    }

    /// Requeues a delivery, with retries, as if it had just been triggered.
    ///
    /// # Errors
    /// Refused if there is no delivery with this uuid, or it is still in progress.
    pub(crate) async fn replay_delivery(&self, who: &Principal, uuid: &str) -> Result<Delivery> {
        let delivery = self.delivery(who, uuid).await?;
        let act = self
            .act_on_delivery(who, Action::ReplayDelivery, &delivery)
            .await?;
        let replay = Replay {
            uuid: uuid.to_owned(),
            due_at: self.dispatcher.now(),
        };
        let replayed = self
            .writing(who, act, replay, |connection, replay| {
                Box::pin(deliveries::replay(connection, &replay.uuid, replay.due_at))
            })
            .await?;
        if !replayed {
            let message = "it is still being delivered: wait until it is done";
            return Err(Refusal::Conflict(message.to_owned()).into());
        }
        self.dispatcher.wake();
        self.delivery(who, uuid).await
    }
}

impl App {
    /// Requires permission for the webhook's team: an action on a delivery counts as an action on the
    /// webhook.
    async fn act_on_delivery(&self, who: &Principal, action: Action, delivery: &Delivery) -> Result<Act> {
        let mut connection = self.reading(who).await?;
        let owner = webhooks::owner(&mut connection, &delivery.webhook_uuid).await?;
        let team = owner.and_then(|owner| owner.team_id);
        Ok(Act::of_team(action, team, "delivery", &delivery.uuid))
    }
}

/// Refuses a request about a missing resource.
async fn check(connection: &mut Connection, of: &DeliveriesOf) -> Result<()> {
    if let DeliveriesOf::Contract {
        provider,
        consumer,
        version,
    } = of
    {
        let which = ContractRef::Version(version.clone());
        contracts::require(connection, provider, consumer, &which).await?;
    }
    if let DeliveriesOf::Webhook(uuid) = of {
        let found = webhooks::find(connection, uuid).await?;
        let sent = deliveries::list(connection, of, Slice::first(1)).await?;
        if found.is_none() && sent.total == 0 {
            return Err(Error::not_found(format!("No webhook with uuid '{uuid}' found")));
        }
    }
    Ok(())
}

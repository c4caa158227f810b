//! The status of the webhooks of many pairs, read together.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Connection, Result, Statement, deliveries, distinct, in_parts, integrations::PairIds, row, webhooks,
};
use crate::webhook::{Party, Scope};

/// Number of newest deliveries of a pair that are examined: more than the webhooks of a pair cause at once.
const NEWEST: i64 = 50;

/// The latest outcomes of the webhooks of a pair, each event of a webhook separately.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WebhookStatus {
    pub(crate) status: Status,
    /// When the last attempt ended.
    pub(crate) last_attempt: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = WebhookStatus)]
pub(crate) enum Status {
    /// No webhook applies to the pair.
    None,
    /// None was triggered, or its first attempt is pending.
    NotRun,
    Success,
    /// At least one failed in all attempts.
    Failure,
    /// At least one failed and will be retried.
    Retrying,
}

impl Status {
    fn of(statuses: &[deliveries::Status]) -> Self {
        use deliveries::Status as Delivery;
        let any = |wanted: Delivery| statuses.contains(&wanted);
        if any(Delivery::Retrying) {
            Self::Retrying
        } else if any(Delivery::Failure) {
            Self::Failure
        } else if statuses.is_empty() || any(Delivery::NotRun) {
            Self::NotRun
        } else {
            Self::Success
        }
    }
}

/// A pacticipant.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Named<'a> {
    pub(crate) id: i64,
    pub(crate) name: &'a str,
}

/// A consumer and a provider.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pair<'a> {
    pub(crate) consumer: Named<'a>,
    pub(crate) provider: Named<'a>,
}

row! {
    struct DeliveryRow {
        id: i64,
        consumer_id: i64,
        provider_id: i64,
        webhook_uuid: String,
        event_name: String,
        status: String,
        attempts: i64,
        updated_at: i64,
    }

    struct LabelRow {
        pacticipant_id: i64,
        name: String,
    }
}

impl DeliveryRow {
    fn status(&self) -> Result<deliveries::Status> {
        deliveries::Status::read(self.id, &self.status)
    }
}

/// Returns the webhook status of each pair, in the order of the pairs.
pub(crate) async fn of_pairs(connection: &mut Connection, pairs: &[Pair<'_>]) -> Result<Vec<WebhookStatus>> {
    let none = WebhookStatus {
        status: Status::None,
        last_attempt: None,
    };
    let mut scopes = webhooks::listeners(connection).await?;
    scopes.retain(|webhook| webhook.scope.enabled);
    if scopes.is_empty() {
        return Ok(vec![none; pairs.len()]);
    }
    let by_label = |scope: &Scope| {
        matches!(scope.consumer, Party::Label(_)) || matches!(scope.provider, Party::Label(_))
    };
    let labels = if scopes.iter().any(|webhook| by_label(&webhook.scope)) {
        labels(connection, pairs).await?
    } else {
        HashMap::new()
    };
    let newest = newest(connection, pairs).await?;
    let covers = |party: &Party, named: Named<'_>| {
        party.covers(named.name, labels.get(&named.id).map_or(&[][..], Vec::as_slice))
    };
    let standing = |pair: &Pair<'_>| {
        let own: BTreeSet<&str> = scopes
            .iter()
            .filter(|webhook| {
                covers(&webhook.scope.consumer, pair.consumer)
                    && covers(&webhook.scope.provider, pair.provider)
            })
            .map(|webhook| webhook.uuid.as_str())
            .collect();
        if own.is_empty() {
            return Ok(none);
        }
        let mut seen = BTreeSet::new();
        let ids = PairIds {
            consumer: pair.consumer.id,
            provider: pair.provider.id,
        };
        let found = newest.get(&ids).map_or(&[][..], Vec::as_slice);
        let last: Vec<&DeliveryRow> = found
            .iter()
            .filter(|row| {
                own.contains(row.webhook_uuid.as_str()) && seen.insert((&row.webhook_uuid, &row.event_name))
            })
            .collect();
        let statuses: Vec<_> = last.iter().map(|row| row.status()).collect::<Result<_>>()?;
        let tried = last.iter().filter(|row| row.attempts > 0);
        Ok(WebhookStatus {
            status: Status::of(&statuses),
            last_attempt: tried.map(|row| row.updated_at).max(),
        })
    };
    pairs.iter().map(standing).collect()
}

/// Returns the newest deliveries of the pairs of some providers, newest first.
async fn newest(
    connection: &mut Connection,
    pairs: &[Pair<'_>],
) -> Result<HashMap<PairIds, Vec<DeliveryRow>>> {
    let providers = distinct(pairs.iter().map(|pair| pair.provider.id));
    let sql = format!(
        "SELECT t.id, t.consumer_id, t.provider_id, t.webhook_uuid, t.event_name, t.status, t.attempts, t.updated_at \
         FROM integrations n JOIN triggered_webhooks t ON t.provider_id = n.provider_id \
         AND t.consumer_id = n.consumer_id AND t.id > COALESCE((SELECT x.id FROM triggered_webhooks x \
           WHERE x.provider_id = n.provider_id AND x.consumer_id = n.consumer_id \
           ORDER BY x.id DESC LIMIT 1 OFFSET {NEWEST}), 0) \
         WHERE n.provider_id IN {{ids}} ORDER BY t.id DESC"
    );
    let rows: Vec<DeliveryRow> =
        in_parts(connection, &providers, |part| Statement::with_ids(&sql, part)).await?;
    let mut newest: HashMap<PairIds, Vec<DeliveryRow>> = HashMap::new();
    for row in rows {
        let ids = PairIds {
            consumer: row.consumer_id,
            provider: row.provider_id,
        };
        newest.entry(ids).or_default().push(row);
    }
    Ok(newest)
}

/// Returns the labels of all pacticipants in the pairs, by id.
async fn labels(connection: &mut Connection, pairs: &[Pair<'_>]) -> Result<HashMap<i64, Vec<String>>> {
    let parties = distinct(pairs.iter().flat_map(|pair| [pair.consumer.id, pair.provider.id]));
    let rows: Vec<LabelRow> = in_parts(connection, &parties, |part| {
        Statement::with_ids(
            "SELECT pacticipant_id, name FROM labels WHERE pacticipant_id IN {ids}",
            part,
        )
    })
    .await?;
    let mut labels: HashMap<i64, Vec<String>> = HashMap::new();
    for row in rows {
        labels.entry(row.pacticipant_id).or_default().push(row.name);
    }
    Ok(labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_of_the_last_deliveries_is_told() {
        use deliveries::Status::{Failure, NotRun, Retrying, Success};
        for (statuses, expected) in [
            (&[][..], Status::NotRun),
            (&[Success], Status::Success),
            (&[Success, NotRun], Status::NotRun),
            (&[Success, Failure, NotRun], Status::Failure),
            (&[Failure, Retrying], Status::Retrying),
        ] {
            assert_eq!(Status::of(statuses), expected, "{statuses:?}");
        }
    }
}

//! How the webhooks of many pairs stand, asked at once for all of them.

use std::collections::{BTreeSet, HashMap};

use super::{Connection, Result, in_list::select_in, webhooks};
use crate::webhook::{Party, Scope};

/// Of each pair the newest deliveries that are looked at: more than the webhooks of a pair set off in one go.
const NEWEST: i64 = 50;

/// What the webhooks of a pair last did, each event of a webhook for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) status: Status,
    /// When the last attempt ended.
    pub(crate) last_attempt: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// No webhook is for the pair.
    None,
    /// None was triggered, or its first attempt is to come.
    NotRun,
    Success,
    /// At least one failed at every attempt.
    Failure,
    /// At least one failed and is tried again.
    Retrying,
}

impl Status {
    /// As clients read it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::NotRun => "not_run",
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Retrying => "retrying",
        }
    }

    fn of(statuses: &[&str]) -> Self {
        let any = |wanted: &str| statuses.contains(&wanted);
        if any("retrying") {
            Self::Retrying
        } else if any("failure") {
            Self::Failure
        } else if statuses.is_empty() || any("not_run") {
            Self::NotRun
        } else {
            Self::Success
        }
    }
}

/// A consumer and a provider, each by id and name.
pub(crate) type Pair<'a> = ((i64, &'a str), (i64, &'a str));

/// Provider, consumer, webhook, event, status, attempts, and when it changed last.
type Row = (i64, i64, String, String, String, i64, i64);

/// How the webhooks of each pair stand, in the order of the pairs.
pub(crate) async fn of_pairs(connection: &mut Connection, pairs: &[Pair<'_>]) -> Result<Vec<Standing>> {
    let none = Standing {
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
    let covers = |party: &Party, (id, name): (i64, &str)| {
        party.covers(name, labels.get(&id).map_or(&[][..], Vec::as_slice))
    };
    Ok(pairs
        .iter()
        .map(|(consumer, provider)| {
            let own: BTreeSet<&str> = scopes
                .iter()
                .filter(|webhook| {
                    covers(&webhook.scope.consumer, *consumer) && covers(&webhook.scope.provider, *provider)
                })
                .map(|webhook| webhook.uuid.as_str())
                .collect();
            if own.is_empty() {
                return none;
            }
            let mut seen = BTreeSet::new();
            let found = newest
                .get(&(provider.0, consumer.0))
                .map_or(&[][..], Vec::as_slice);
            let last: Vec<&Row> = found
                .iter()
                .filter(|row| own.contains(row.2.as_str()) && seen.insert((&row.2, &row.3)))
                .collect();
            let statuses: Vec<&str> = last.iter().map(|row| row.4.as_str()).collect();
            Standing {
                status: Status::of(&statuses),
                last_attempt: last.iter().filter(|row| row.5 > 0).map(|row| row.6).max(),
            }
        })
        .collect())
}

/// The newest deliveries of the pairs of some providers, newest first.
async fn newest(connection: &mut Connection, pairs: &[Pair<'_>]) -> Result<HashMap<(i64, i64), Vec<Row>>> {
    let providers: BTreeSet<i64> = pairs.iter().map(|(_, provider)| provider.0).collect();
    let providers: Vec<i64> = providers.into_iter().collect();
    let rows: Vec<Row> = select_in(
        connection,
        |list| {
            format!(
                "SELECT t.provider_id, t.consumer_id, t.webhook_uuid, t.event_name, t.status, t.attempts, t.updated_at \
                 FROM integrations n JOIN triggered_webhooks t ON t.provider_id = n.provider_id \
                 AND t.consumer_id = n.consumer_id AND t.id > COALESCE((SELECT x.id FROM triggered_webhooks x \
                   WHERE x.provider_id = n.provider_id AND x.consumer_id = n.consumer_id \
                   ORDER BY x.id DESC LIMIT 1 OFFSET {NEWEST}), 0) \
                 WHERE n.provider_id IN {list} ORDER BY t.id DESC"
            )
        },
        &[],
        &providers,
    )
    .await?;
    let mut newest: HashMap<(i64, i64), Vec<Row>> = HashMap::new();
    for row in rows {
        newest.entry((row.0, row.1)).or_default().push(row);
    }
    Ok(newest)
}

/// The labels of everyone in the pairs, by id.
async fn labels(connection: &mut Connection, pairs: &[Pair<'_>]) -> Result<HashMap<i64, Vec<String>>> {
    let parties: BTreeSet<i64> = pairs
        .iter()
        .flat_map(|(consumer, provider)| [consumer.0, provider.0])
        .collect();
    let parties: Vec<i64> = parties.into_iter().collect();
    let rows: Vec<(i64, String)> = select_in(
        connection,
        |list| format!("SELECT pacticipant_id, name FROM labels WHERE pacticipant_id IN {list}"),
        &[],
        &parties,
    )
    .await?;
    let mut labels: HashMap<i64, Vec<String>> = HashMap::new();
    for (id, name) in rows {
        labels.entry(id).or_default().push(name);
    }
    Ok(labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_of_the_last_deliveries_is_told() {
        for (statuses, expected) in [
            (&[][..], "not_run"),
            (&["success"], "success"),
            (&["success", "not_run"], "not_run"),
            (&["success", "failure", "not_run"], "failure"),
            (&["failure", "retrying"], "retrying"),
        ] {
            assert_eq!(Status::of(statuses).as_str(), expected, "{statuses:?}");
        }
    }
}

//! Events waiting to trigger webhooks, and the facts about them.

use std::collections::BTreeMap;

use super::{Connection, Error, Result, Statement, distinct, in_parts, row};
use crate::{
    domain::events::Event,
    webhook::{Facts, VersionFacts},
};

/// An event in the outbox, and the rows that it refers to.
#[derive(Debug, Clone, Default)]
pub(crate) struct EventRow {
    /// Its id in the outbox; `None` for a test of a webhook.
    pub(crate) id: Option<i64>,
    /// `None` for a test of a webhook.
    pub(crate) event: Option<Event>,
    pub(crate) consumer_id: i64,
    pub(crate) provider_id: i64,
    pub(crate) consumer_version_id: Option<i64>,
    pub(crate) provider_version_id: Option<i64>,
    pub(crate) content_id: Option<i64>,
    pub(crate) verification_id: Option<i64>,
    pub(crate) comment: Option<String>,
    /// The place in a trace of the request that caused it.
    pub(crate) traceparent: Option<String>,
}

row! {
    struct StoredEvent {
        id: i64,
        name: String,
        consumer_id: i64,
        provider_id: i64,
        consumer_version_id: Option<i64>,
        provider_version_id: Option<i64>,
        content_id: Option<i64>,
        verification_id: Option<i64>,
        comment: Option<String>,
        traceparent: Option<String>,
    }

    struct NewestContract {
        consumer: i64,
        provider: i64,
        consumer_version: i64,
        content: i64,
        verification: Option<i64>,
        provider_version: Option<i64>,
    }

    struct ResultFacts {
        id: i64,
        success: bool,
        build_url: Option<String>,
    }

    /// The verdict of a comparison, for a provider version.
    struct ComparedFacts {
        content: i64,
        provider_version: i64,
        success: bool,
    }

    struct VersionRow {
        id: i64,
        number: String,
        build_url: Option<String>,
    }

    /// A text of a row.
    struct TextOf {
        id: i64,
        text: String,
    }
}

impl StoredEvent {
    /// # Errors
    /// There is no event with this name.
    fn read(self) -> Result<EventRow> {
        let event = Event::named(&self.name).ok_or_else(|| {
            let problem = format!("there is no event {:?}", self.name);
            Error::unreadable("events_outbox", self.id, "name", problem)
        })?;
        Ok(EventRow {
            id: Some(self.id),
            event: Some(event),
            consumer_id: self.consumer_id,
            provider_id: self.provider_id,
            consumer_version_id: self.consumer_version_id,
            provider_version_id: self.provider_version_id,
            content_id: self.content_id,
            verification_id: self.verification_id,
            comment: self.comment,
            traceparent: self.traceparent,
        })
    }
}

/// Returns the oldest events of the outbox. One that cannot be read is skipped and logged: a newer broker version may
/// have written it.
pub(crate) async fn waiting(connection: &mut Connection, limit: i64) -> Result<Vec<EventRow>> {
    let mut events = Vec::new();
    let mut after = 0;
    loop {
        let stored: Vec<StoredEvent> = Statement::new(
            "SELECT id, name, consumer_id, provider_id, consumer_version_id, provider_version_id, content_id, \
             verification_id, comment, traceparent FROM events_outbox WHERE id > $1 ORDER BY id LIMIT $2",
        )
        .bind(after)
        .bind(limit)
        .all(connection)
        .await?;
        let Some(last) = stored.last() else {
            return Ok(events);
        };
        after = last.id;
        for one in stored {
            match one.read() {
                Ok(event) => events.push(event),
                Err(error) => tracing::error!(%error, "no webhook is told of an event"),
            }
        }
        if !events.is_empty() {
            return Ok(events);
        }
    }
}

/// Returns the newest contract of this pair (or of any, if no name is given) with its newest result, as an event
/// without a name.
pub(crate) async fn newest(
    connection: &mut Connection,
    consumer: Option<&str>,
    provider: Option<&str>,
) -> Result<Option<EventRow>> {
    let mut statement = Statement::new(
        "SELECT cp.consumer_id, cp.provider_id, cp.consumer_version_id, cp.content_id, v.id, v.provider_version_id \
         FROM current_publications cp JOIN pacticipants c ON c.id = cp.consumer_id \
         JOIN pacticipants p ON p.id = cp.provider_id \
         LEFT JOIN verifications v ON v.id = (SELECT MAX(r.id) FROM verifications r WHERE r.content_id = cp.content_id)",
    );
    let mut and = " WHERE ";
    for (column, name) in [("c.name = ", consumer), ("p.name = ", provider)] {
        if let Some(name) = name {
            statement = statement.sql(and).sql(column).value(name);
            and = " AND ";
        }
    }
    let newest: Option<NewestContract> = statement
        .sql(" ORDER BY cp.consumer_version_id DESC LIMIT 1")
        .optional(connection)
        .await?;
    Ok(newest.map(|newest| EventRow {
        consumer_id: newest.consumer,
        provider_id: newest.provider,
        consumer_version_id: Some(newest.consumer_version),
        provider_version_id: newest.provider_version,
        content_id: Some(newest.content),
        verification_id: newest.verification,
        ..EventRow::default()
    }))
}

/// Returns the facts about each event, in order; `None` if its consumer or provider was deleted. All events are queried
/// together: the number of queries does not depend on the number of events.
pub(crate) async fn facts(connection: &mut Connection, events: &[EventRow]) -> Result<Vec<Option<Facts>>> {
    let parties = ids(events, |event| [Some(event.consumer_id), Some(event.provider_id)]);
    let names = texts(
        connection,
        "SELECT id, name FROM pacticipants WHERE id IN {ids}",
        &parties,
    )
    .await?;
    let labels = lists(
        connection,
        "SELECT pacticipant_id, name FROM labels WHERE pacticipant_id IN {ids} ORDER BY name",
        &parties,
    )
    .await?;
    let deployed = lists(
        connection,
        "SELECT d.pacticipant_id, v.number FROM current_deployments d JOIN versions v ON v.id = d.version_id \
         WHERE d.kind = 'deployed' AND d.pacticipant_id IN {ids} GROUP BY d.pacticipant_id, v.number",
        &parties,
    )
    .await?;
    let versions = versions(connection, events).await?;
    let contents = ids(events, |event| [event.content_id]);
    let shas = texts(
        connection,
        "SELECT id, sha FROM contents WHERE id IN {ids}",
        &contents,
    )
    .await?;
    let results = ids(events, |event| [event.verification_id]);
    let results: Vec<ResultFacts> = in_parts(connection, &results, |part| {
        Statement::with_ids(
            "SELECT id, success, build_url FROM verifications WHERE id IN {ids}",
            part,
        )
    })
    .await?;
    let results: BTreeMap<i64, ResultFacts> = results.into_iter().map(|result| (result.id, result)).collect();
    let compared = compared(connection, events).await?;

    let facts = |event: &EventRow| {
        let result = event.verification_id.and_then(|id| results.get(&id));
        let version = |id: Option<i64>| id.and_then(|id| versions.get(&id)).cloned();
        let labels = |id: i64| labels.get(&id).cloned().unwrap_or_default();
        let mut provider_version = version(event.provider_version_id);
        if let (Some(version), Some(comment)) = (&mut provider_version, &event.comment)
            && event.event == Some(Event::ContractRequiringVerificationPublished)
        {
            version.descriptions = vec![comment.clone()];
        }
        Some(Facts {
            event: event.event,
            consumer: if event.is_about_provider_alone() {
                String::new()
            } else {
                names.get(&event.consumer_id)?.clone()
            },
            provider: names.get(&event.provider_id)?.clone(),
            consumer_labels: if event.is_about_provider_alone() {
                Vec::new()
            } else {
                labels(event.consumer_id)
            },
            provider_labels: labels(event.provider_id),
            consumer_version: version(event.consumer_version_id),
            provider_version,
            success: result
                .map(|result| result.success)
                .or_else(|| compared.get(&event.compared()?).copied()),
            verification_build_url: result.and_then(|result| result.build_url.clone()),
            content_sha: event.content_id.and_then(|id| shas.get(&id)).cloned(),
            verification_number: event.verification_id,
            currently_deployed_provider: match deployed.get(&event.provider_id).map(Vec::as_slice) {
                Some([number]) => Some(number.clone()),
                _ => None,
            },
        })
    };
    Ok(events.iter().map(facts).collect())
}

impl EventRow {
    /// Returns whether it names its provider on both sides, because it concerns no consumer.
    fn is_about_provider_alone(&self) -> bool {
        self.event == Some(Event::ProviderContractPublished)
    }

    /// Returns the comparison that the event refers to, if any.
    fn compared(&self) -> Option<ContentAndVersion> {
        let tells = matches!(
            self.event,
            Some(
                Event::ProviderVerificationPublished
                    | Event::ProviderVerificationSucceeded
                    | Event::ProviderVerificationFailed
            )
        );
        Some(ContentAndVersion {
            content: self.content_id?,
            provider_version: self.provider_version_id?,
        })
        .filter(|_| tells && self.verification_id.is_none())
    }
}

/// A content, and the provider version with whose description it was compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct ContentAndVersion {
    content: i64,
    provider_version: i64,
}

/// Returns the verdicts of the comparisons that the events refer to.
async fn compared(
    connection: &mut Connection,
    events: &[EventRow],
) -> Result<BTreeMap<ContentAndVersion, bool>> {
    let told: Vec<ContentAndVersion> = events.iter().filter_map(EventRow::compared).collect();
    if told.is_empty() {
        return Ok(BTreeMap::new());
    }
    let contents = distinct(told.iter().map(|one| one.content));
    let versions = distinct(told.iter().map(|one| one.provider_version));
    let found: Vec<ComparedFacts> = in_parts(connection, &contents, |part| {
        Statement::new(
            "SELECT k.content_id, c.provider_version_id, k.success FROM comparisons k \
             JOIN provider_contracts c ON c.description_id = k.description_id \
             WHERE k.success IS NOT NULL AND k.content_id IN ",
        )
        .numbers(part)
        .sql(" AND c.provider_version_id IN ")
        .numbers(&versions)
    })
    .await?;
    let each = found.into_iter().map(|row| {
        let told = ContentAndVersion {
            content: row.content,
            provider_version: row.provider_version,
        };
        (told, row.success)
    });
    Ok(each.collect())
}

/// Returns the versions that the events refer to.
async fn versions(connection: &mut Connection, events: &[EventRow]) -> Result<BTreeMap<i64, VersionFacts>> {
    let wanted = ids(events, |event| {
        [event.consumer_version_id, event.provider_version_id]
    });
    let rows: Vec<VersionRow> = in_parts(connection, &wanted, |part| {
        Statement::with_ids(
            "SELECT id, number, build_url FROM versions WHERE id IN {ids}",
            part,
        )
    })
    .await?;
    let mut branches = lists(
        connection,
        "SELECT bv.version_id, b.name FROM branch_versions bv JOIN branches b ON b.id = bv.branch_id \
         WHERE bv.version_id IN {ids} ORDER BY bv.id",
        &wanted,
    )
    .await?;
    let mut tags = lists(
        connection,
        "SELECT version_id, name FROM tags WHERE version_id IN {ids} ORDER BY name",
        &wanted,
    )
    .await?;
    let mut places = lists(
        connection,
        "SELECT d.version_id, e.name FROM current_deployments d JOIN environments e ON e.id = d.environment_id \
         WHERE d.version_id IN {ids} ORDER BY e.name",
        &wanted,
    )
    .await?;
    let facts = rows.into_iter().map(|row| {
        let facts = VersionFacts {
            number: row.number,
            branches: branches.remove(&row.id).unwrap_or_default(),
            tags: tags.remove(&row.id).unwrap_or_default(),
            environments: places.remove(&row.id).unwrap_or_default(),
            descriptions: Vec::new(),
            build_url: row.build_url,
        };
        (row.id, facts)
    });
    Ok(facts.collect())
}

/// Returns the distinct ids that the events refer to.
fn ids<const N: usize>(events: &[EventRow], of: impl Fn(&EventRow) -> [Option<i64>; N]) -> Vec<i64> {
    distinct(events.iter().flat_map(of).flatten())
}

/// Returns one text for each id.
async fn texts(connection: &mut Connection, sql: &str, ids: &[i64]) -> Result<BTreeMap<i64, String>> {
    let rows: Vec<TextOf> = in_parts(connection, ids, |part| Statement::with_ids(sql, part)).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.text)).collect())
}

/// Returns the texts of each id, in query order, without adjacent duplicates.
async fn lists(connection: &mut Connection, sql: &str, ids: &[i64]) -> Result<BTreeMap<i64, Vec<String>>> {
    let rows: Vec<TextOf> = in_parts(connection, ids, |part| Statement::with_ids(sql, part)).await?;
    let mut lists: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for row in rows {
        let list = lists.entry(row.id).or_default();
        if list.last() != Some(&row.text) {
            list.push(row.text);
        }
    }
    Ok(lists)
}

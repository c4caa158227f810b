//! Events that wait to be handed to webhooks, and everything that is known about them.

use std::collections::BTreeMap;

use super::{Connection, Result, in_list::select_in, statement::Statement};
use crate::{
    domain::events::Event,
    webhook::{Facts, VersionFacts},
};

/// An event in the outbox, and the rows that it is about.
#[derive(Debug, Clone, Default)]
pub(crate) struct EventRow {
    /// Its id in the outbox; `None` when somebody tries a webhook out.
    pub(crate) id: Option<i64>,
    pub(crate) name: String,
    pub(crate) consumer_id: i64,
    pub(crate) provider_id: i64,
    pub(crate) consumer_version_id: Option<i64>,
    pub(crate) provider_version_id: Option<i64>,
    pub(crate) content_id: Option<i64>,
    pub(crate) verification_id: Option<i64>,
    pub(crate) comment: Option<String>,
}

type Row = (
    i64,
    String,
    i64,
    i64,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<String>,
);

/// The oldest events of the outbox.
pub(crate) async fn waiting(connection: &mut Connection, limit: i64) -> Result<Vec<EventRow>> {
    let rows: Vec<Row> = Statement::new(
        "SELECT id, name, consumer_id, provider_id, consumer_version_id, provider_version_id, content_id, \
         verification_id, comment FROM events_outbox ORDER BY id LIMIT $1",
    )
    .bind(limit)
    .all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(
            |(
                id,
                name,
                consumer,
                provider,
                consumer_version,
                provider_version,
                content,
                verification,
                comment,
            )| EventRow {
                id: Some(id),
                name,
                consumer_id: consumer,
                provider_id: provider,
                consumer_version_id: consumer_version,
                provider_version_id: provider_version,
                content_id: content,
                verification_id: verification,
                comment,
            },
        )
        .collect())
}

/// The newest contract between these two (or anyone, where none is named) with its newest result, as an event of
/// no name.
pub(crate) async fn newest(
    connection: &mut Connection,
    consumer: Option<&str>,
    provider: Option<&str>,
) -> Result<Option<EventRow>> {
    type Newest = (i64, i64, i64, i64, Option<i64>, Option<i64>);
    let row: Option<Newest> = Statement::new(
        "SELECT cp.consumer_id, cp.provider_id, cp.consumer_version_id, cp.content_id, v.id, v.provider_version_id \
         FROM current_publications cp JOIN pacticipants c ON c.id = cp.consumer_id \
         JOIN pacticipants p ON p.id = cp.provider_id \
         LEFT JOIN verifications v ON v.id = (SELECT MAX(r.id) FROM verifications r WHERE r.content_id = cp.content_id) \
         WHERE ($1 = '' OR c.name = $1) AND ($2 = '' OR p.name = $2) ORDER BY cp.consumer_version_id DESC LIMIT 1",
    )
    .bind(consumer.unwrap_or_default())
    .bind(provider.unwrap_or_default())
    .optional(connection)
    .await?;
    Ok(row.map(
        |(consumer_id, provider_id, consumer_version, content, verification, provider_version)| EventRow {
            consumer_id,
            provider_id,
            consumer_version_id: Some(consumer_version),
            provider_version_id: provider_version,
            content_id: Some(content),
            verification_id: verification,
            ..EventRow::default()
        },
    ))
}

/// What is known about each event, in their order; `None` for one whose consumer or provider is gone. Asks for all
/// events at once: the number of queries does not depend on how many there are.
pub(crate) async fn facts(connection: &mut Connection, events: &[EventRow]) -> Result<Vec<Option<Facts>>> {
    let parties = ids(events, |event| [Some(event.consumer_id), Some(event.provider_id)]);
    let names: BTreeMap<i64, String> = pairs(
        connection,
        "SELECT id, name FROM pacticipants WHERE id IN",
        &parties,
    )
    .await?;
    let labels = lists(
        connection,
        "SELECT pacticipant_id, name FROM labels WHERE pacticipant_id IN",
        "name",
        &parties,
    )
    .await?;
    let deployed = select_in::<(i64, String), _>(
        connection,
        |list| {
            format!(
                "SELECT d.pacticipant_id, v.number FROM current_deployments d JOIN versions v ON v.id = d.version_id \
                 WHERE d.kind = 'deployed' AND d.pacticipant_id IN {list} GROUP BY d.pacticipant_id, v.number"
            )
        },
        &[],
        &parties,
    )
    .await?;
    let versions = versions(connection, events).await?;
    let contents = ids(events, |event| [event.content_id, None]);
    let shas: BTreeMap<i64, String> =
        pairs(connection, "SELECT id, sha FROM contents WHERE id IN", &contents).await?;
    let results = ids(events, |event| [event.verification_id, None]);
    let results: BTreeMap<i64, (bool, Option<String>)> = select_in::<(i64, i64, Option<String>), _>(
        connection,
        |list| format!("SELECT id, success, build_url FROM verifications WHERE id IN {list}"),
        &[],
        &results,
    )
    .await?
    .into_iter()
    .map(|(id, success, build_url)| (id, (success != 0, build_url)))
    .collect();

    let facts = |event: &EventRow| {
        let result = event.verification_id.and_then(|id| results.get(&id));
        let version = |id: Option<i64>| id.and_then(|id| versions.get(&id)).cloned();
        let labels = |id: i64| labels.get(&id).cloned().unwrap_or_default();
        let mut live = deployed.iter().filter(|(id, _)| *id == event.provider_id);
        let mut provider_version = version(event.provider_version_id);
        if let (Some(version), Some(comment)) = (&mut provider_version, &event.comment)
            && event.name == Event::ContractRequiringVerificationPublished.as_str()
        {
            version.descriptions = vec![comment.clone()];
        }
        Some(Facts {
            event: Event::ALL.into_iter().find(|known| known.as_str() == event.name),
            consumer: names.get(&event.consumer_id)?.clone(),
            provider: names.get(&event.provider_id)?.clone(),
            consumer_labels: labels(event.consumer_id),
            provider_labels: labels(event.provider_id),
            consumer_version: version(event.consumer_version_id),
            provider_version,
            success: result.map(|(success, _)| *success),
            verification_build_url: result.and_then(|(_, build_url)| build_url.clone()),
            content_sha: event.content_id.and_then(|id| shas.get(&id)).cloned(),
            verification_number: event.verification_id,
            currently_deployed_provider: match (live.next(), live.next()) {
                (Some((_, number)), None) => Some(number.clone()),
                _ => None,
            },
        })
    };
    Ok(events.iter().map(facts).collect())
}

/// The versions that the events are about.
async fn versions(connection: &mut Connection, events: &[EventRow]) -> Result<BTreeMap<i64, VersionFacts>> {
    let wanted = ids(events, |event| {
        [event.consumer_version_id, event.provider_version_id]
    });
    let rows: Vec<(i64, String, Option<String>)> = select_in(
        connection,
        |list| format!("SELECT id, number, build_url FROM versions WHERE id IN {list}"),
        &[],
        &wanted,
    )
    .await?;
    let branches = "SELECT bv.version_id, b.name FROM branch_versions bv JOIN branches b ON b.id = bv.branch_id \
                    WHERE bv.version_id IN";
    let mut branches = lists(connection, branches, "bv.id", &wanted).await?;
    let mut tags = lists(
        connection,
        "SELECT version_id, name FROM tags WHERE version_id IN",
        "name",
        &wanted,
    )
    .await?;
    let places = "SELECT d.version_id, e.name FROM current_deployments d JOIN environments e \
                  ON e.id = d.environment_id WHERE d.version_id IN";
    let mut places = lists(connection, places, "e.name", &wanted).await?;
    Ok(rows
        .into_iter()
        .map(|(id, number, build_url)| {
            let facts = VersionFacts {
                number,
                branches: branches.remove(&id).unwrap_or_default(),
                tags: tags.remove(&id).unwrap_or_default(),
                environments: places.remove(&id).unwrap_or_default(),
                descriptions: Vec::new(),
                build_url,
            };
            (id, facts)
        })
        .collect())
}

/// The ids that the events name, each once.
fn ids<const N: usize>(events: &[EventRow], of: impl Fn(&EventRow) -> [Option<i64>; N]) -> Vec<i64> {
    let mut ids: Vec<i64> = events.iter().flat_map(of).flatten().collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

async fn pairs(connection: &mut Connection, select: &str, ids: &[i64]) -> Result<BTreeMap<i64, String>> {
    let rows: Vec<(i64, String)> = select_in(connection, |list| format!("{select} {list}"), &[], ids).await?;
    Ok(rows.into_iter().collect())
}

async fn lists(
    connection: &mut Connection,
    select: &str,
    order: &str,
    ids: &[i64],
) -> Result<BTreeMap<i64, Vec<String>>> {
    let rows: Vec<(i64, String)> = select_in(
        connection,
        |list| format!("{select} {list} ORDER BY {order}"),
        &[],
        ids,
    )
    .await?;
    let mut lists: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for (id, value) in rows {
        let list = lists.entry(id).or_default();
        if list.last() != Some(&value) {
            list.push(value);
        }
    }
    Ok(lists)
}

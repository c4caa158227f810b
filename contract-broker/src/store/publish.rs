//! Publishing contracts: everything a publication changes, in one transaction.

use super::{Connection, Result, branches, contracts, outbox, pacticipants, tags, versions};
use crate::domain::{
    Refusal,
    content::Content,
    events::{Event, Line, content_changes},
    merge::merge,
    publication::{Detected, Outcome, Published, PublishedContract},
    time::now,
};

/// Contracts of one consumer version to publish.
#[derive(Debug, Clone)]
pub(crate) struct Publish {
    pub(crate) consumer: String,
    pub(crate) version: String,
    pub(crate) branch: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) build_url: Option<String>,
    pub(crate) contracts: Vec<NewContract>,
    /// Different content for a contract that was published before is a new revision, not a conflict.
    pub(crate) allow_modification: bool,
    pub(crate) main_candidates: Vec<String>,
}

/// A contract to publish.
#[derive(Debug, Clone)]
pub(crate) struct NewContract {
    pub(crate) provider: String,
    pub(crate) content: Content,
    /// Interactions are added to those that were published before.
    pub(crate) merge: bool,
}

/// Publishes contracts.
pub(crate) async fn publish(connection: &mut Connection, publish: &Publish) -> Result<Published> {
    let mut names: Vec<String> = publish
        .contracts
        .iter()
        .map(|contract| contract.provider.clone())
        .collect();
    names.push(publish.consumer.clone());
    let ids = pacticipants::ensure(connection, &names).await?;
    let consumer = ids[&publish.consumer];
    let (version, version_created) = versions::ensure(
        connection,
        consumer,
        &publish.version,
        publish.build_url.as_deref(),
    )
    .await?;
    if let Some(branch) = &publish.branch {
        branches::add_version(
            connection,
            consumer,
            version,
            branch,
            false,
            &publish.main_candidates,
        )
        .await?;
    }
    let mut wanted: Vec<&String> = publish.tags.iter().collect();
    wanted.sort_unstable();
    for tag in wanted {
        tags::add(connection, consumer, version, tag, &publish.main_candidates).await?;
    }
    let lines = lines(connection, version).await?;
    let mut contracts: Vec<&NewContract> = publish.contracts.iter().collect();
    contracts.sort_by(|a, b| a.provider.cmp(&b.provider));
    let mut published = Vec::with_capacity(contracts.len());
    for contract in contracts {
        let target = Target {
            consumer,
            version,
            provider: ids[&contract.provider],
            lines: &lines,
        };
        published.push(one(connection, publish, contract, &target).await?);
    }
    Ok(Published {
        version_created,
        consumer_id: consumer,
        version_id: version,
        contracts: published,
    })
}

struct Target<'a> {
    consumer: i64,
    version: i64,
    provider: i64,
    lines: &'a Lines,
}

/// The lines of development that a version belongs to.
struct Lines {
    /// Branch, its name, and the version's place on it.
    branches: Vec<(i64, String, i64)>,
    tags: Vec<String>,
}

async fn lines(connection: &mut Connection, version: i64) -> Result<Lines> {
    let branches: Vec<(i64, String, i64)> = sqlx::query_as(
        "SELECT b.id, b.name, m.id FROM branch_versions m JOIN branches b ON b.id = m.branch_id \
         WHERE m.version_id = $1 ORDER BY b.id",
    )
    .bind(version)
    .fetch_all(&mut *connection)
    .await?;
    let tags: Vec<(String,)> = sqlx::query_as("SELECT name FROM tags WHERE version_id = $1 ORDER BY name")
        .bind(version)
        .fetch_all(&mut *connection)
        .await?;
    Ok(Lines {
        branches,
        tags: tags.into_iter().map(|row| row.0).collect(),
    })
}

async fn one(
    connection: &mut Connection,
    publish: &Publish,
    contract: &NewContract,
    target: &Target<'_>,
) -> Result<PublishedContract> {
    let existing: Option<(i64, i64, i64, String)> = sqlx::query_as(
        "SELECT k.publication_id, k.content_id, n.revision, t.sha FROM current_publications k \
         JOIN publications n ON n.id = k.publication_id JOIN contents t ON t.id = k.content_id \
         WHERE k.consumer_version_id = $1 AND k.provider_id = $2",
    )
    .bind(target.version)
    .bind(target.provider)
    .fetch_optional(&mut *connection)
    .await?;
    let merged = match &existing {
        Some((_, content, _, sha)) if contract.merge && *sha != contract.content.sha => {
            let document = contracts::document(connection, *content).await?.text;
            Some(merge(&document, &contract.content.document)?)
        }
        _ => None,
    };
    let content = merged.as_ref().unwrap_or(&contract.content);
    let outcome = match &existing {
        None => Outcome::Created,
        Some((_, _, _, sha)) if *sha == content.sha => Outcome::Unchanged,
        Some(_) if contract.merge || publish.allow_modification => Outcome::Revised,
        Some((_, old, _, _)) => {
            let document = contracts::document(connection, *old).await?.text;
            return Err(conflict(publish, contract, &document).into());
        }
    };
    let before = previous_contents(connection, target).await?;
    let (content_id, publication) =
        if let (Some((publication, content_id, _, _)), Outcome::Unchanged) = (&existing, outcome) {
            (*content_id, *publication)
        } else {
            let revision = existing.as_ref().map_or(1, |(_, _, revision, _)| revision + 1);
            let content_id = ensure_content(connection, target, content).await?;
            (
                content_id,
                insert(connection, target, content_id, revision).await?,
            )
        };
    ensure_integration(connection, target.consumer, target.provider).await?;
    let reasons = content_changes(content_id, &before);
    let waiting = unverified_versions(connection, target, content_id).await?;
    let mut events = vec![(Event::ContractPublished, None, None)];
    if outcome != Outcome::Unchanged && !reasons.is_empty() {
        events.push((Event::ContractContentChanged, None, Some(reasons.join(", "))));
    }
    for (provider_version, reason) in &waiting {
        let event = Event::ContractRequiringVerificationPublished;
        events.push((event, Some(*provider_version), Some(reason.clone())));
    }
    for (event, provider_version, comment) in &events {
        let entry = outbox::Entry {
            consumer_version: Some(target.version),
            provider_version: *provider_version,
            content: Some(content_id),
            publication: Some(publication),
            comment: comment.clone(),
            ..outbox::Entry::new(*event, target.consumer, target.provider)
        };
        outbox::add(connection, &entry).await?;
    }
    let (verified,): (i64,) =
        sqlx::query_as("SELECT CASE WHEN EXISTS (SELECT 1 FROM verifications WHERE provider_id = $1 AND consumer_id = $2) THEN 1 ELSE 0 END")
            .bind(target.provider)
            .bind(target.consumer)
            .fetch_one(&mut *connection)
            .await?;
    Ok(PublishedContract {
        provider: contract.provider.clone(),
        provider_id: target.provider,
        content_id,
        outcome,
        events: events
            .into_iter()
            .map(|(event, provider_version, comment)| Detected {
                event,
                provider_version,
                comment,
                webhooks: Vec::new(),
            })
            .collect(),
        ever_verified: verified == 1,
    })
}

fn conflict(publish: &Publish, contract: &NewContract, old: &str) -> Refusal {
    crate::domain::publication::conflict(
        &publish.consumer,
        &publish.version,
        &contract.provider,
        old,
        &contract.content.document,
    )
}

/// What each line of development had before: its newest content for the provider.
async fn previous_contents(connection: &mut Connection, target: &Target<'_>) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for (branch, name, _) in &target.lines.branches {
        let row: Option<(i64,)> = sqlx::query_as(
            "SELECT k.content_id FROM branch_contracts h JOIN current_publications k \
             ON k.consumer_version_id = h.consumer_version_id AND k.provider_id = h.provider_id \
             WHERE h.branch_id = $1 AND h.provider_id = $2",
        )
        .bind(*branch)
        .bind(target.provider)
        .fetch_optional(&mut *connection)
        .await?;
        lines.push(Line {
            name: Some(format!("branch {name}")),
            previous: row.map(|row| row.0),
        });
    }
    for tag in &target.lines.tags {
        let row: Option<(i64,)> = sqlx::query_as(
            "SELECT k.content_id FROM tag_contracts h JOIN current_publications k \
             ON k.consumer_version_id = h.consumer_version_id AND k.provider_id = h.provider_id \
             WHERE h.pacticipant_id = $1 AND h.name = $2 AND h.provider_id = $3",
        )
        .bind(target.consumer)
        .bind(tag.clone())
        .bind(target.provider)
        .fetch_optional(&mut *connection)
        .await?;
        lines.push(Line {
            name: Some(format!("tag {tag}")),
            previous: row.map(|row| row.0),
        });
    }
    if lines.is_empty() {
        let row: Option<(i64,)> = sqlx::query_as(
            "SELECT content_id FROM current_publications WHERE provider_id = $1 AND consumer_id = $2 \
             ORDER BY consumer_version_id DESC LIMIT 1",
        )
        .bind(target.provider)
        .bind(target.consumer)
        .fetch_optional(&mut *connection)
        .await?;
        lines.push(Line {
            name: None,
            previous: row.map(|row| row.0),
        });
    }
    Ok(lines)
}

async fn ensure_content(connection: &mut Connection, target: &Target<'_>, content: &Content) -> Result<i64> {
    let select = "SELECT id FROM contents WHERE consumer_id = $1 AND provider_id = $2 AND sha = $3";
    let found: Option<(i64,)> = sqlx::query_as(select)
        .bind(target.consumer)
        .bind(target.provider)
        .bind(content.sha.clone())
        .fetch_optional(&mut *connection)
        .await?;
    if let Some((id,)) = found {
        return Ok(id);
    }
    let inserted: Option<(i64,)> = sqlx::query_as(
        "INSERT INTO contents (consumer_id, provider_id, sha, interactions_count, messages_count, created_at, edits, \
         document) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING id",
    )
    .bind(target.consumer)
    .bind(target.provider)
    .bind(content.sha.clone())
    .bind(i64::try_from(content.interactions).unwrap_or(i64::MAX))
    .bind(i64::try_from(content.messages).unwrap_or(i64::MAX))
    .bind(now())
    .bind(serde_json::to_string(&content.edits).unwrap_or_default())
    .bind(content.document.clone())
    .fetch_optional(&mut *connection)
    .await?;
    if let Some((id,)) = inserted {
        return Ok(id);
    }
    let (id,): (i64,) = sqlx::query_as(select)
        .bind(target.consumer)
        .bind(target.provider)
        .bind(content.sha.clone())
        .fetch_one(connection)
        .await?;
    Ok(id)
}

async fn insert(
    connection: &mut Connection,
    target: &Target<'_>,
    content: i64,
    revision: i64,
) -> Result<i64> {
    let at = now();
    let (publication,): (i64,) = sqlx::query_as(
        "INSERT INTO publications (consumer_version_id, consumer_id, provider_id, revision, content_id, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
    )
    .bind(target.version)
    .bind(target.consumer)
    .bind(target.provider)
    .bind(revision)
    .bind(content)
    .bind(at)
    .fetch_one(&mut *connection)
    .await?;
    let sql = if revision == 1 {
        "INSERT INTO current_publications (publication_id, content_id, created_at, consumer_version_id, provider_id, \
         consumer_id) VALUES ($1, $2, $3, $4, $5, $6)"
    } else {
        "UPDATE current_publications SET publication_id = $1, content_id = $2, created_at = $3 \
         WHERE consumer_version_id = $4 AND provider_id = $5 AND consumer_id = $6"
    };
    sqlx::query(sql)
        .bind(publication)
        .bind(content)
        .bind(at)
        .bind(target.version)
        .bind(target.provider)
        .bind(target.consumer)
        .execute(&mut *connection)
        .await?;
    for (branch, _, position) in &target.lines.branches {
        branches::set_contract(
            connection,
            *branch,
            target.provider,
            target.version,
            *position,
            at,
        )
        .await?;
    }
    for tag in &target.lines.tags {
        tags::set_contract(
            connection,
            target.consumer,
            tag,
            target.provider,
            target.version,
            at,
        )
        .await?;
    }
    Ok(publication)
}

async fn ensure_integration(connection: &mut Connection, consumer: i64, provider: i64) -> Result<()> {
    // Read first: an insert that changes nothing still writes a row lock on PostgreSQL.
    let found: Option<(i64,)> =
        sqlx::query_as("SELECT created_at FROM integrations WHERE consumer_id = $1 AND provider_id = $2")
            .bind(consumer)
            .bind(provider)
            .fetch_optional(&mut *connection)
            .await?;
    if found.is_none() {
        sqlx::query(
            "INSERT INTO integrations (consumer_id, provider_id, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        )
        .bind(consumer)
        .bind(provider)
        .bind(now())
        .execute(connection)
        .await?;
    }
    Ok(())
}

/// The provider versions that matter (head of the main branch, deployed, released) and have no result for a content,
/// each with why it matters.
async fn unverified_versions(
    connection: &mut Connection,
    target: &Target<'_>,
    content: i64,
) -> Result<Vec<(i64, String)>> {
    let rows: Vec<(i64, String, String)> = sqlx::query_as(
        "SELECT w.version_id, w.why, w.name FROM ( \
           SELECT h.version_id AS version_id, 'latest version from the main branch' AS why, b.name AS name \
           FROM pacticipants p JOIN branches b ON b.pacticipant_id = p.id AND b.name = p.main_branch \
           JOIN branch_heads h ON h.branch_id = b.id WHERE p.id = $1 \
           UNION ALL \
           SELECT d.version_id, CASE WHEN d.kind = 'deployed' THEN 'version deployed to' ELSE 'version released in' END, \
           e.name FROM current_deployments d JOIN environments e ON e.id = d.environment_id WHERE d.pacticipant_id = $1 \
         ) w WHERE NOT EXISTS (SELECT 1 FROM current_verifications c \
           WHERE c.content_id = $2 AND c.provider_version_id = w.version_id) ORDER BY w.version_id",
    )
    .bind(target.provider)
    .bind(content)
    .fetch_all(connection)
    .await?;
    let mut waiting: Vec<(i64, String)> = Vec::new();
    for (version, why, name) in rows {
        let reason = format!("no result from the {why} {name}");
        match waiting.last_mut() {
            Some((last, reasons)) if *last == version => {
                reasons.push_str(", ");
                reasons.push_str(&reason);
            }
            _ => waiting.push((version, reason)),
        }
    }
    Ok(waiting)
}

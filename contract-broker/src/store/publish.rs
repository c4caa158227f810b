//! Publishing contracts: everything a publication changes, in one transaction.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use super::{
    Connection, Error, Result, branches, contracts, outbox, pacticipants, statement::Statement, tags,
    versions,
};
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
    let mut contracts: Vec<&NewContract> = publish.contracts.iter().collect();
    contracts.sort_by(|a, b| a.provider.cmp(&b.provider));
    let mut targets: Vec<Target<'_>> = contracts
        .into_iter()
        .map(|contract| Target {
            contract,
            provider: ids[&contract.provider],
        })
        .collect();
    let owner = Owner {
        consumer,
        version,
        lines: lines(connection, version).await?,
    };
    let mut published = Vec::with_capacity(targets.len());
    // All at once, unless a provider is named twice: then the second contract meets the first.
    while !targets.is_empty() {
        let mut round: Vec<Target<'_>> = Vec::with_capacity(targets.len());
        let mut later = Vec::new();
        for target in targets {
            if round.iter().any(|other| other.provider == target.provider) {
                later.push(target);
            } else {
                round.push(target);
            }
        }
        published.append(&mut publish_round(connection, publish, &owner, &round).await?);
        targets = later;
    }
    Ok(Published {
        version_created,
        consumer_id: consumer,
        version_id: version,
        contracts: published,
    })
}

/// Whose contracts are published.
struct Owner {
    consumer: i64,
    version: i64,
    lines: Lines,
}

/// A contract and the id of its provider.
struct Target<'a> {
    contract: &'a NewContract,
    provider: i64,
}

/// The lines of development that a version belongs to.
struct Lines {
    /// Branch, its name, and the version's place on it.
    branches: Vec<(i64, String, i64)>,
    tags: Vec<String>,
}

async fn lines(connection: &mut Connection, version: i64) -> Result<Lines> {
    let rows: Vec<(i64, i64, String, i64)> = Statement::new(
        "SELECT 0, b.id, b.name, m.id FROM branch_versions m JOIN branches b ON b.id = m.branch_id \
         WHERE m.version_id = ",
    )
    .number(version)
    .sql(" UNION ALL SELECT 1, 0, name, 0 FROM tags WHERE version_id = ")
    .number(version)
    .sql(" ORDER BY 1, 2, 3")
    .all(connection)
    .await?;
    let mut lines = Lines {
        branches: Vec::new(),
        tags: Vec::new(),
    };
    for (kind, branch, name, position) in rows {
        if kind == 0 {
            lines.branches.push((branch, name, position));
        } else {
            lines.tags.push(name);
        }
    }
    Ok(lines)
}

/// What a version has already: a contract with a provider.
struct Existing {
    publication: i64,
    content: i64,
    revision: i64,
    sha: String,
}

/// Publishes contracts with different providers: each step is one statement for all of them.
async fn publish_round(
    connection: &mut Connection,
    publish: &Publish,
    owner: &Owner,
    round: &[Target<'_>],
) -> Result<Vec<PublishedContract>> {
    let providers: Vec<i64> = round.iter().map(|target| target.provider).collect();
    let existing = existing(connection, owner, &providers).await?;
    let mut planned: Vec<(Cow<'_, Content>, Outcome)> = Vec::with_capacity(round.len());
    for target in round {
        planned.push(plan(connection, publish, target, existing.get(&target.provider)).await?);
    }
    let before = previous_contents(connection, owner, &providers).await?;
    let changed: Vec<(&Target<'_>, &Content, i64)> = round
        .iter()
        .zip(&planned)
        .filter(|(_, (_, outcome))| *outcome != Outcome::Unchanged)
        .map(|(target, (content, _))| {
            let last = existing.get(&target.provider);
            (target, content.as_ref(), last.map_or(1, |last| last.revision + 1))
        })
        .collect();
    let contents = ensure_contents(connection, owner, &changed).await?;
    let publications = insert(connection, owner, &changed, &contents).await?;
    let verified = ensure_integrations(connection, owner.consumer, &providers).await?;
    let of_target = |target: &Target<'_>, content: &Content| -> Option<(i64, i64)> {
        match contents.get(&(target.provider, content.sha.clone())) {
            Some(content) => Some((*content, *publications.get(&target.provider)?)),
            None => existing
                .get(&target.provider)
                .map(|existing| (existing.content, existing.publication)),
        }
    };
    let mut done: Vec<(i64, i64)> = Vec::with_capacity(round.len());
    for (target, (content, _)) in round.iter().zip(&planned) {
        let ids = of_target(target, content);
        done.push(ids.ok_or_else(|| Error::unavailable("publishing", "a row that was written is missing"))?);
    }
    let asked: Vec<(i64, i64)> = providers
        .iter()
        .copied()
        .zip(done.iter().map(|(content, _)| *content))
        .collect();
    let mut waiting = unverified_versions(connection, &asked).await?;
    let mut entries: Vec<outbox::Entry> = Vec::new();
    let mut published = Vec::with_capacity(round.len());
    for ((target, (_, outcome)), (content, publication)) in round.iter().zip(planned).zip(done) {
        let reasons = content_changes(content, before.get(&target.provider).map_or(&[], Vec::as_slice));
        let mut events = vec![(Event::ContractPublished, None, None)];
        if outcome != Outcome::Unchanged && !reasons.is_empty() {
            events.push((Event::ContractContentChanged, None, Some(reasons.join(", "))));
        }
        for (provider_version, reason) in waiting.remove(&target.provider).unwrap_or_default() {
            let event = Event::ContractRequiringVerificationPublished;
            events.push((event, Some(provider_version), Some(reason)));
        }
        entries.extend(
            events
                .iter()
                .map(|(event, provider_version, comment)| outbox::Entry {
                    consumer_version: Some(owner.version),
                    provider_version: *provider_version,
                    content: Some(content),
                    publication: Some(publication),
                    comment: comment.clone(),
                    ..outbox::Entry::new(*event, owner.consumer, target.provider)
                }),
        );
        published.push(PublishedContract {
            provider: target.contract.provider.clone(),
            provider_id: target.provider,
            content_id: content,
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
            ever_verified: verified.contains(&target.provider),
        });
    }
    outbox::add_all(connection, &entries).await?;
    Ok(published)
}

/// What the version has with these providers, by provider.
async fn existing(
    connection: &mut Connection,
    owner: &Owner,
    providers: &[i64],
) -> Result<HashMap<i64, Existing>> {
    let rows: Vec<(i64, i64, i64, i64, String)> = Statement::new(
        "SELECT k.provider_id, k.publication_id, k.content_id, n.revision, t.sha FROM current_publications k \
         JOIN publications n ON n.id = k.publication_id JOIN contents t ON t.id = k.content_id \
         WHERE k.consumer_version_id = ",
    )
    .number(owner.version)
    .sql(" AND k.provider_id IN ")
    .numbers(providers)
    .all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(provider, publication, content, revision, sha)| {
            let existing = Existing {
                publication,
                content,
                revision,
                sha,
            };
            (provider, existing)
        })
        .collect())
}

/// The content to store for a contract, merged where that is asked for, and what it does to what is there.
async fn plan<'a>(
    connection: &mut Connection,
    publish: &Publish,
    Target { contract, .. }: &Target<'a>,
    existing: Option<&Existing>,
) -> Result<(Cow<'a, Content>, Outcome)> {
    let Some(existing) = existing else {
        return Ok((Cow::Borrowed(&contract.content), Outcome::Created));
    };
    let mut content = Cow::Borrowed(&contract.content);
    if contract.merge && existing.sha != content.sha {
        let document = contracts::document(connection, existing.content).await?.text;
        content = Cow::Owned(merge(&document, &content.document)?);
    }
    if existing.sha == content.sha {
        Ok((content, Outcome::Unchanged))
    } else if contract.merge || publish.allow_modification {
        Ok((content, Outcome::Revised))
    } else {
        let document = contracts::document(connection, existing.content).await?.text;
        Err(conflict(publish, contract, &document).into())
    }
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

/// What each line of development had before: its newest content, by provider.
async fn previous_contents(
    connection: &mut Connection,
    owner: &Owner,
    providers: &[i64],
) -> Result<HashMap<i64, Vec<Line>>> {
    let Lines { branches, tags } = &owner.lines;
    let names: Vec<Option<String>> = if branches.is_empty() && tags.is_empty() {
        vec![None]
    } else {
        let branches = branches.iter().map(|(_, name, _)| format!("branch {name}"));
        let tags = tags.iter().map(|tag| format!("tag {tag}"));
        branches.chain(tags).map(Some).collect()
    };
    let mut statement = Statement::default();
    let mut line = 0;
    let mut next = |statement: Statement, from: &str| {
        let union = if line == 0 { "" } else { " UNION ALL " };
        line += 1;
        statement.sql(union).sql(&format!(
            "SELECT {}, k.provider_id, k.content_id FROM {from}",
            line - 1
        ))
    };
    for (branch, ..) in branches {
        statement = next(
            statement,
            "branch_contracts h JOIN current_publications k ON k.consumer_version_id = h.consumer_version_id \
             AND k.provider_id = h.provider_id WHERE h.branch_id = ",
        )
        .number(*branch)
        .sql(" AND h.provider_id IN ")
        .numbers(providers);
    }
    for tag in tags {
        statement = next(
            statement,
            "tag_contracts h JOIN current_publications k ON k.consumer_version_id = h.consumer_version_id \
             AND k.provider_id = h.provider_id WHERE h.pacticipant_id = ",
        )
        .number(owner.consumer)
        .sql(" AND h.name = ")
        .text(tag)
        .sql(" AND h.provider_id IN ")
        .numbers(providers);
    }
    if names == [None] {
        statement = next(
            statement,
            "pacticipants p JOIN current_publications k ON k.provider_id = p.id AND k.consumer_version_id = \
             (SELECT MAX(m.consumer_version_id) FROM current_publications m WHERE m.provider_id = p.id AND m.consumer_id = ",
        )
        .number(owner.consumer)
        .sql(") WHERE p.id IN ")
        .numbers(providers);
    }
    let rows: Vec<(i64, i64, i64)> = statement.all(connection).await?;
    let known: HashMap<(i64, i64), i64> = rows
        .into_iter()
        .map(|(line, provider, content)| ((line, provider), content))
        .collect();
    let lines_of = |provider: &i64| -> Vec<Line> {
        (0..)
            .zip(&names)
            .map(|(line, name)| Line {
                name: name.clone(),
                previous: known.get(&(line, *provider)).copied(),
            })
            .collect()
    };
    Ok(providers
        .iter()
        .map(|provider| (*provider, lines_of(provider)))
        .collect())
}

/// The ids of contents, by provider and hash; those that are missing are created.
async fn ensure_contents(
    connection: &mut Connection,
    owner: &Owner,
    changed: &[(&Target<'_>, &Content, i64)],
) -> Result<HashMap<(i64, String), i64>> {
    let mut known = HashMap::new();
    if changed.is_empty() {
        return Ok(known);
    }
    let providers: Vec<i64> = changed.iter().map(|(target, ..)| target.provider).collect();
    let shas: Vec<String> = changed
        .iter()
        .map(|(_, content, _)| content.sha.clone())
        .collect();
    let select = Statement::new("SELECT id, provider_id, sha FROM contents WHERE consumer_id = ")
        .number(owner.consumer)
        .sql(" AND provider_id IN ")
        .numbers(&providers)
        .sql(" AND sha IN ")
        .texts(&shas);
    // Inserts leave out what another transaction stored in between; looking again finds it.
    for _ in 0..2 {
        let rows: Vec<(i64, i64, String)> = select.clone().all(connection).await?;
        known.extend(rows.into_iter().map(|(id, provider, sha)| ((provider, sha), id)));
        let missing: Vec<(i64, &Content)> = changed
            .iter()
            .map(|(target, content, _)| (target.provider, *content))
            .filter(|(provider, content)| !known.contains_key(&(*provider, content.sha.clone())))
            .collect();
        if missing.is_empty() {
            break;
        }
        let at = now();
        let mut insert = Statement::new(
            "INSERT INTO contents (consumer_id, provider_id, sha, interactions_count, messages_count, created_at, edits, \
             document) VALUES ",
        );
        for (index, (provider, content)) in missing.into_iter().enumerate() {
            insert = insert
                .sql(if index == 0 { "(" } else { ", (" })
                .number(owner.consumer)
                .sql(", ")
                .number(provider)
                .sql(", ")
                .text(&content.sha)
                .sql(", ")
                .number(i64::try_from(content.interactions).unwrap_or(i64::MAX))
                .sql(", ")
                .number(i64::try_from(content.messages).unwrap_or(i64::MAX))
                .sql(", ")
                .number(at)
                .sql(", ")
                .text(&serde_json::to_string(&content.edits).unwrap_or_default())
                .sql(", ")
                .text(&content.document)
                .sql(")");
        }
        let rows: Vec<(i64, i64, String)> = insert
            .sql(" ON CONFLICT DO NOTHING RETURNING id, provider_id, sha")
            .all(connection)
            .await?;
        known.extend(rows.into_iter().map(|(id, provider, sha)| ((provider, sha), id)));
        if changed
            .iter()
            .all(|(target, content, _)| known.contains_key(&(target.provider, content.sha.clone())))
        {
            break;
        }
    }
    Ok(known)
}

/// Stores publications, makes them those that count, and gives their ids by provider.
async fn insert(
    connection: &mut Connection,
    owner: &Owner,
    changed: &[(&Target<'_>, &Content, i64)],
    contents: &HashMap<(i64, String), i64>,
) -> Result<HashMap<i64, i64>> {
    if changed.is_empty() {
        return Ok(HashMap::new());
    }
    let at = now();
    let rows: Vec<(i64, i64, i64)> = changed
        .iter()
        .map(|(target, content, revision)| {
            let content = contents.get(&(target.provider, content.sha.clone())).copied();
            (target.provider, *revision, content.unwrap_or_default())
        })
        .collect();
    let mut statement = Statement::new(
        "INSERT INTO publications (consumer_version_id, consumer_id, provider_id, revision, content_id, created_at) VALUES ",
    );
    for (index, (provider, revision, content)) in rows.iter().enumerate() {
        let values = [owner.version, owner.consumer, *provider, *revision, *content, at];
        statement = statement.sql(if index == 0 { "" } else { ", " }).row(&values);
    }
    let ids: Vec<(i64, i64)> = statement
        .sql(" RETURNING provider_id, id")
        .all(connection)
        .await?;
    let ids: HashMap<i64, i64> = ids.into_iter().collect();
    let mut first = Statement::new(
        "INSERT INTO current_publications (publication_id, content_id, created_at, consumer_version_id, provider_id, \
         consumer_id) VALUES ",
    );
    let mut new = 0;
    for (provider, revision, content) in &rows {
        let publication = ids.get(provider).copied().unwrap_or_default();
        if *revision == 1 {
            let values = [
                publication,
                *content,
                at,
                owner.version,
                *provider,
                owner.consumer,
            ];
            first = first.sql(if new == 0 { "" } else { ", " }).row(&values);
            new += 1;
        } else {
            Statement::new("UPDATE current_publications SET publication_id = ")
                .number(publication)
                .sql(", content_id = ")
                .number(*content)
                .sql(", created_at = ")
                .number(at)
                .sql(" WHERE consumer_version_id = ")
                .number(owner.version)
                .sql(" AND provider_id = ")
                .number(*provider)
                .execute(connection)
                .await?;
        }
    }
    if new > 0 {
        first.execute(connection).await?;
    }
    let providers: Vec<i64> = rows.iter().map(|(provider, ..)| *provider).collect();
    for (branch, _, position) in &owner.lines.branches {
        branches::set_contracts(connection, *branch, &providers, owner.version, *position, at).await?;
    }
    for tag in &owner.lines.tags {
        for provider in &providers {
            tags::set_contract(connection, owner.consumer, tag, *provider, owner.version, at).await?;
        }
    }
    Ok(ids)
}

/// Notes that the consumer needs the providers; gives those that ever sent a result to it.
async fn ensure_integrations(
    connection: &mut Connection,
    consumer: i64,
    providers: &[i64],
) -> Result<HashSet<i64>> {
    // Read first: an insert that changes nothing still writes a row lock on PostgreSQL.
    let found: Vec<(i64, i64)> = Statement::new(
        "SELECT i.provider_id, CASE WHEN EXISTS (SELECT 1 FROM verifications r WHERE r.provider_id = i.provider_id \
         AND r.consumer_id = i.consumer_id) THEN 1 ELSE 0 END FROM integrations i WHERE i.consumer_id = ",
    )
    .number(consumer)
    .sql(" AND i.provider_id IN ")
    .numbers(providers)
    .all(connection)
    .await?;
    for provider in providers {
        if !found.iter().any(|(known, _)| known == provider) {
            Statement::new("INSERT INTO integrations (consumer_id, provider_id, created_at) VALUES ")
                .row(&[consumer, *provider, now()])
                .sql(" ON CONFLICT DO NOTHING")
                .execute(connection)
                .await?;
        }
    }
    Ok(found
        .into_iter()
        .filter(|(_, verified)| *verified == 1)
        .map(|(provider, _)| provider)
        .collect())
}

/// The provider versions that matter (head of the main branch, deployed, released) and have no result for the content
/// that is asked for with their pacticipant: by provider, each with why it matters.
async fn unverified_versions(
    connection: &mut Connection,
    asked: &[(i64, i64)],
) -> Result<HashMap<i64, Vec<(i64, String)>>> {
    let providers: Vec<i64> = asked.iter().map(|(provider, _)| *provider).collect();
    let contents: Vec<i64> = asked.iter().map(|(_, content)| *content).collect();
    // A content belongs to one provider.
    let rows: Vec<(i64, i64, String, String)> = Statement::new(
        "SELECT w.provider_id, w.version_id, w.why, w.name FROM ( \
           SELECT p.id AS provider_id, h.version_id AS version_id, 'latest version from the main branch' AS why, \
           b.name AS name FROM pacticipants p JOIN branches b ON b.pacticipant_id = p.id AND b.name = p.main_branch \
           JOIN branch_heads h ON h.branch_id = b.id WHERE p.id IN ",
    )
    .numbers(&providers)
    .sql(
        " UNION ALL SELECT d.pacticipant_id, d.version_id, \
          CASE WHEN d.kind = 'deployed' THEN 'version deployed to' ELSE 'version released in' END, e.name \
          FROM current_deployments d JOIN environments e ON e.id = d.environment_id WHERE d.pacticipant_id IN ",
    )
    .numbers(&providers)
    .sql(
        ") w JOIN contents t ON t.provider_id = w.provider_id WHERE NOT EXISTS (SELECT 1 FROM current_verifications c \
         WHERE c.content_id = t.id AND c.provider_version_id = w.version_id) AND t.id IN ",
    )
    .numbers(&contents)
    .sql(" ORDER BY 2")
    .all(connection)
    .await?;
    let mut waiting: HashMap<i64, Vec<(i64, String)>> = HashMap::new();
    for (provider, version, why, name) in rows {
        let waiting = waiting.entry(provider).or_default();
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

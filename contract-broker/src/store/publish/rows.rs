//! The rows that a publication writes: each step is one statement for all contracts.

use std::collections::{HashMap, HashSet};

use super::{
    super::{Connection, Result, branches, statement::Statement, tags},
    Owner, Target,
};
use crate::domain::{content::Content, time::now};

/// The ids of contents, by provider and hash; those that are missing are created.
pub(super) async fn ensure_contents(
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
pub(super) async fn insert(
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
pub(super) async fn ensure_integrations(
    connection: &mut Connection,
    consumer: i64,
    providers: &[i64],
) -> Result<HashSet<i64>> {
    // Read first: an insert that changes nothing still writes a row lock on PostgreSQL.
    let found: Vec<(i64, Option<i64>)> = Statement::new(
        "SELECT i.provider_id, (SELECT 1 FROM verifications r WHERE r.provider_id = i.provider_id \
         AND r.consumer_id = i.consumer_id LIMIT 1) FROM integrations i WHERE i.consumer_id = ",
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
        .filter(|(_, verified)| verified.is_some())
        .map(|(provider, _)| provider)
        .collect())
}

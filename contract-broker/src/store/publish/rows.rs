//! Writes the rows of a publication: each step is one statement for all contracts.

use std::collections::HashMap;

use super::{
    super::{Connection, Error, Result, Statement, branches, row, tags},
    Owner,
    before::Before,
};
use crate::domain::{content::Content, time::now};

/// Maximum number of contracts per statement.
const MOST: usize = 100;

/// A contract that is new or has new content.
pub(super) struct Changed<'a> {
    pub(super) provider: i64,
    pub(super) content: &'a Content,
    /// 1 for the first contract of a consumer version with the provider.
    pub(super) revision: i64,
}

row! {
    /// The stored rows of a contract.
    #[derive(Debug, Clone, Copy)]
    pub(super) struct Stored {
        pub(super) publication: i64,
        pub(super) content: i64,
    }

    struct StoredFor {
        provider: i64,
        stored: Stored,
    }
}

/// Stores missing contents and publications, and makes the publications current; returns them by provider.
pub(super) async fn insert(
    connection: &mut Connection,
    owner: &Owner,
    before: &Before,
    changed: &[Changed<'_>],
) -> Result<HashMap<i64, Stored>> {
    let at = now();
    let mut stored = HashMap::new();
    for part in changed.chunks(MOST) {
        insert_contents(connection, owner, before, part, at).await?;
        let rows = insert_publications(connection, owner, part, at).await?;
        make_current(connection, owner, part, &rows, at).await?;
        stored.extend(rows);
    }
    let providers: Vec<i64> = changed.iter().map(|changed| changed.provider).collect();
    if providers.is_empty() {
        return Ok(stored);
    }
    for branch in &owner.lines.branches {
        let is_known = |provider: &i64| owner.fresh && before.is_on_branch(branch.id, *provider);
        let (known, new): (Vec<i64>, Vec<i64>) = providers.iter().copied().partition(is_known);
        if !known.is_empty() {
            branches::moving_contracts(branch.id, &known, owner.version, branch.position, at)
                .later(connection)
                .await?;
        }
        branches::set_contracts(connection, branch.id, &new, owner.version, branch.position, at).await?;
    }
    for tag in &owner.lines.tags {
        for provider in &providers {
            tags::set_contract(connection, owner.consumer, tag, *provider, owner.version, at).await?;
        }
    }
    Ok(stored)
}

/// Skips what another transaction stored concurrently.
async fn insert_contents(
    connection: &mut Connection,
    owner: &Owner,
    before: &Before,
    changed: &[Changed<'_>],
    at: i64,
) -> Result<()> {
    let missing = changed
        .iter()
        .filter(|changed| !before.knows_content(changed.provider, &changed.content.sha));
    let mut insert = Statement::new(
        "INSERT INTO contents (consumer_id, provider_id, sha, interactions_count, messages_count, created_at, edits, \
         document) VALUES ",
    );
    let mut count = 0;
    for Changed {
        provider, content, ..
    } in missing
    {
        insert = insert
            .sql(if count == 0 { "(" } else { ", (" })
            .value(owner.consumer)
            .sql(", ")
            .value(*provider)
            .sql(", ")
            .value(&content.sha)
            .sql(", ")
            .value(i64::try_from(content.interactions).unwrap_or(i64::MAX))
            .sql(", ")
            .value(i64::try_from(content.messages).unwrap_or(i64::MAX))
            .sql(", ")
            .value(at)
            .sql(", ")
            .value(&content.stored_edits)
            .sql(", ")
            .value(&content.document)
            .sql(")");
        count += 1;
    }
    if count == 0 {
        return Ok(());
    }
    insert.sql(" ON CONFLICT DO NOTHING").later(connection).await
}

async fn insert_publications(
    connection: &mut Connection,
    owner: &Owner,
    changed: &[Changed<'_>],
    at: i64,
) -> Result<HashMap<i64, Stored>> {
    let mut insert = Statement::new(
        "INSERT INTO publications (consumer_version_id, consumer_id, provider_id, revision, created_at, content_id)",
    );
    for (
        place,
        Changed {
            provider,
            content,
            revision,
        },
    ) in changed.iter().enumerate()
    {
        insert = insert.sql(if place == 0 {
            " SELECT "
        } else {
            " UNION ALL SELECT "
        });
        for value in [owner.version, owner.consumer, *provider, *revision, at] {
            insert = insert.value(value).sql(", ");
        }
        insert = insert
            .sql("t.id FROM contents t WHERE t.consumer_id = ")
            .value(owner.consumer)
            .sql(" AND t.provider_id = ")
            .value(*provider)
            .sql(" AND t.sha = ")
            .value(&content.sha);
    }
    let rows: Vec<StoredFor> = insert
        .sql(" RETURNING provider_id, id, content_id")
        .all(connection)
        .await?;
    if rows.len() < changed.len() {
        return Err(Error::met_another("a content that was there before is gone"));
    }
    Ok(rows.into_iter().map(|row| (row.provider, row.stored)).collect())
}

async fn make_current(
    connection: &mut Connection,
    owner: &Owner,
    changed: &[Changed<'_>],
    stored: &HashMap<i64, Stored>,
    at: i64,
) -> Result<()> {
    let mut first = Statement::new(
        "INSERT INTO current_publications (publication_id, content_id, created_at, consumer_version_id, provider_id, \
         consumer_id) VALUES ",
    );
    let mut new = 0;
    for Changed {
        provider, revision, ..
    } in changed
    {
        let Some(Stored { publication, content }) = stored.get(provider).copied() else {
            continue;
        };
        if *revision == 1 {
            let values = [publication, content, at, owner.version, *provider, owner.consumer];
            first = first.sql(if new == 0 { "" } else { ", " }).row(&values);
            new += 1;
        } else {
            Statement::new(
                "UPDATE current_publications SET publication_id = $1, content_id = $2, created_at = $3 \
                 WHERE consumer_version_id = $4 AND provider_id = $5",
            )
            .bind(publication)
            .bind(content)
            .bind(at)
            .bind(owner.version)
            .bind(*provider)
            .later(connection)
            .await?;
        }
    }
    if new > 0 {
        first.later(connection).await?;
    }
    Ok(())
}

/// Records the integrations with the providers. On PostgreSQL even an insert without an effect writes a row lock, so it
/// is used only for those that may be missing.
pub(super) async fn ensure_integrations(
    connection: &mut Connection,
    consumer: i64,
    providers: impl Iterator<Item = i64>,
) -> Result<()> {
    for provider in providers {
        Statement::new("INSERT INTO integrations (consumer_id, provider_id, created_at) VALUES ")
            .row(&[consumer, provider, now()])
            .sql(" ON CONFLICT DO NOTHING")
            .later(connection)
            .await?;
    }
    Ok(())
}

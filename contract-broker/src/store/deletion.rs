//! Deleting. Rows that belong to what is deleted go with it by foreign keys; what is left is put right here: heads of
//! branches and tags, their newest contracts, branches without versions, contents that nobody publishes any more, and
//! deliveries that are done.

use super::{Connection, Result, in_list::select_in};

/// How many versions one transaction deletes, so that others need not wait long.
pub(crate) const BATCH: i64 = 100;

/// Runs a statement for a list of ids; gives the number of rows it changed.
async fn execute_in(connection: &mut Connection, sql: impl Fn(&str) -> String, ids: &[i64]) -> Result<u64> {
    let mut changed = 0;
    for part in ids.chunks(super::in_list::MOST) {
        let list = super::InList::new(1, part.len());
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql(&list.to_string())));
        for id in list.padded(part) {
            query = query.bind(*id);
        }
        changed += query.execute(&mut *connection).await?.rows_affected();
    }
    Ok(changed)
}

async fn ids_in(connection: &mut Connection, sql: &str, ids: &[i64]) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> = select_in(
        connection,
        |list| sql.replace("{list}", &list.to_string()),
        &[],
        ids,
    )
    .await?;
    let mut ids: Vec<i64> = rows.into_iter().map(|row| row.0).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// The branches and tags whose heads or newest contracts are of some versions, and the contents those published.
struct Touched {
    branches: Vec<i64>,
    tags: Vec<(i64, String)>,
    contents: Vec<i64>,
}

async fn touched(connection: &mut Connection, versions: &[i64]) -> Result<Touched> {
    let mut branches = ids_in(
        connection,
        "SELECT branch_id FROM branch_heads WHERE version_id IN {list}",
        versions,
    )
    .await?;
    branches.extend(
        ids_in(
            connection,
            "SELECT branch_id FROM branch_contracts WHERE consumer_version_id IN {list}",
            versions,
        )
        .await?,
    );
    branches.sort_unstable();
    branches.dedup();
    let mut tags: Vec<(i64, String)> = select_in(
        connection,
        |list| format!("SELECT pacticipant_id, name FROM tag_heads WHERE version_id IN {list}"),
        &[],
        versions,
    )
    .await?;
    tags.extend(
        select_in::<(i64, String), _>(
            connection,
            |list| {
                format!("SELECT pacticipant_id, name FROM tag_contracts WHERE consumer_version_id IN {list}")
            },
            &[],
            versions,
        )
        .await?,
    );
    tags.sort_unstable();
    tags.dedup();
    let contents = ids_in(
        connection,
        "SELECT content_id FROM publications WHERE consumer_version_id IN {list}",
        versions,
    )
    .await?;
    Ok(Touched {
        branches,
        tags,
        contents,
    })
}

async fn put_right(connection: &mut Connection, touched: Touched) -> Result<()> {
    for branch in touched.branches {
        recompute_branch(connection, branch).await?;
    }
    for (pacticipant, name) in touched.tags {
        recompute_tag(connection, pacticipant, &name).await?;
    }
    delete_orphans(connection, &touched.contents).await
}

/// Deletes contents that no publication has any more, with their results.
async fn delete_orphans(connection: &mut Connection, contents: &[i64]) -> Result<()> {
    execute_in(
        connection,
        |list| {
            format!(
                "DELETE FROM contents WHERE id IN {list} \
                 AND NOT EXISTS (SELECT 1 FROM publications k WHERE k.content_id = contents.id)"
            )
        },
        contents,
    )
    .await?;
    Ok(())
}

/// Finds the head and the newest contracts of a branch anew. A branch that has no version left goes.
pub(crate) async fn recompute_branch(connection: &mut Connection, branch: i64) -> Result<()> {
    for sql in [
        "DELETE FROM branch_heads WHERE branch_id = $1",
        "INSERT INTO branch_heads (branch_id, version_id, position) SELECT branch_id, version_id, id \
         FROM branch_versions WHERE branch_id = $1 ORDER BY id DESC LIMIT 1",
        "DELETE FROM branch_contracts WHERE branch_id = $1",
        "INSERT INTO branch_contracts (branch_id, provider_id, consumer_version_id, position, published_at) \
         SELECT m.branch_id, k.provider_id, m.version_id, m.id, k.created_at FROM ( \
           SELECT MAX(n.id) AS id, l.provider_id AS provider_id FROM branch_versions n \
           JOIN current_publications l ON l.consumer_version_id = n.version_id WHERE n.branch_id = $1 \
           GROUP BY l.provider_id \
         ) newest JOIN branch_versions m ON m.id = newest.id \
         JOIN current_publications k ON k.consumer_version_id = m.version_id AND k.provider_id = newest.provider_id",
        "DELETE FROM branches WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM branch_versions m WHERE m.branch_id = $1)",
    ] {
        sqlx::query(sql).bind(branch).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Finds the head and the newest contracts of a tag anew. The time at which the tag was first used is kept.
pub(crate) async fn recompute_tag(connection: &mut Connection, pacticipant: i64, name: &str) -> Result<()> {
    let first: Option<(i64,)> =
        sqlx::query_as("SELECT first_tagged_at FROM tag_heads WHERE pacticipant_id = $1 AND name = $2")
            .bind(pacticipant)
            .bind(name.to_owned())
            .fetch_optional(&mut *connection)
            .await?;
    for sql in [
        "DELETE FROM tag_heads WHERE pacticipant_id = $1 AND name = $2",
        "DELETE FROM tag_contracts WHERE pacticipant_id = $1 AND name = $2",
        "INSERT INTO tag_contracts (pacticipant_id, name, provider_id, consumer_version_id, published_at) \
         SELECT newest.pacticipant_id, newest.name, k.provider_id, k.consumer_version_id, k.created_at FROM ( \
           SELECT t.pacticipant_id AS pacticipant_id, t.name AS name, MAX(t.version_id) AS version_id, \
           l.provider_id AS provider_id FROM tags t JOIN current_publications l ON l.consumer_version_id = t.version_id \
           WHERE t.pacticipant_id = $1 AND t.name = $2 GROUP BY t.pacticipant_id, t.name, l.provider_id \
         ) newest JOIN current_publications k ON k.consumer_version_id = newest.version_id \
         AND k.provider_id = newest.provider_id",
    ] {
        sqlx::query(sql)
            .bind(pacticipant)
            .bind(name.to_owned())
            .execute(&mut *connection)
            .await?;
    }
    sqlx::query(
        "INSERT INTO tag_heads (pacticipant_id, name, version_id, first_tagged_at) \
         SELECT t.pacticipant_id, t.name, t.version_id, COALESCE($3, t.created_at) FROM tags t \
         WHERE t.pacticipant_id = $1 AND t.name = $2 ORDER BY t.version_id DESC LIMIT 1",
    )
    .bind(pacticipant)
    .bind(name.to_owned())
    .bind(first.map(|row| row.0))
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps others from using versions until the end of the transaction; they wait. SQLite has one writer at a time
/// anyway.
pub(crate) async fn lock_versions(connection: &mut Connection, ids: &[i64]) -> Result<()> {
    if connection.backend_name() == "PostgreSQL" {
        let _: Vec<(i64,)> = select_in(
            connection,
            |list| format!("SELECT id FROM versions WHERE id IN {list} ORDER BY id FOR UPDATE"),
            &[],
            ids,
        )
        .await?;
    }
    Ok(())
}

/// Deletes versions with everything that belongs to them. A delivery that is still to be made is made.
pub(crate) async fn versions(connection: &mut Connection, ids: &[i64]) -> Result<u64> {
    let touched = touched(connection, ids).await?;
    execute_in(
        connection,
        |list| {
            format!("DELETE FROM triggered_webhooks WHERE consumer_version_id IN {list} AND due_at IS NULL")
        },
        ids,
    )
    .await?;
    let deleted = execute_in(
        connection,
        |list| format!("DELETE FROM versions WHERE id IN {list}"),
        ids,
    )
    .await?;
    put_right(connection, touched).await?;
    Ok(deleted)
}

/// Deletes up to [`BATCH`] versions of a pacticipant, oldest first; true when there may be more.
pub(crate) async fn some_versions(connection: &mut Connection, pacticipant: i64) -> Result<bool> {
    let rows: Vec<(i64,)> =
        sqlx::query_as("SELECT id FROM versions WHERE pacticipant_id = $1 ORDER BY id LIMIT $2")
            .bind(pacticipant)
            .bind(BATCH)
            .fetch_all(&mut *connection)
            .await?;
    let ids: Vec<i64> = rows.into_iter().map(|row| row.0).collect();
    if ids.is_empty() {
        return Ok(false);
    }
    versions(connection, &ids).await?;
    Ok(true)
}

/// Deletes a pacticipant, what is left of it.
pub(crate) async fn pacticipant(connection: &mut Connection, id: i64) -> Result<()> {
    sqlx::query("DELETE FROM pacticipants WHERE id = $1")
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

/// Deletes contracts: the publications of consumer versions with a provider.
pub(crate) async fn contracts(connection: &mut Connection, provider: i64, versions: &[i64]) -> Result<u64> {
    let touched = touched(connection, versions).await?;
    let mut deleted = 0;
    for part in versions.chunks(super::in_list::MOST) {
        let list = super::InList::new(2, part.len());
        let sql =
            format!("DELETE FROM publications WHERE provider_id = $1 AND consumer_version_id IN {list}");
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(provider);
        for id in list.padded(part) {
            query = query.bind(*id);
        }
        deleted += query.execute(&mut *connection).await?.rows_affected();
    }
    put_right(connection, touched).await?;
    Ok(deleted)
}

/// Deletes a branch; its versions and their contracts stay.
pub(crate) async fn branch(connection: &mut Connection, id: i64) -> Result<()> {
    sqlx::query("DELETE FROM branches WHERE id = $1")
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

/// Deletes up to [`BATCH`] branches of a pacticipant but its main branch and those named; true when there may be more.
pub(crate) async fn some_branches(
    connection: &mut Connection,
    pacticipant: i64,
    keep: &[String],
) -> Result<bool> {
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "SELECT b.id, b.name FROM branches b JOIN pacticipants p ON p.id = b.pacticipant_id \
         WHERE p.id = $1 AND (p.main_branch IS NULL OR b.name <> p.main_branch) ORDER BY b.id",
    )
    .bind(pacticipant)
    .fetch_all(&mut *connection)
    .await?;
    let batch = usize::try_from(BATCH).unwrap_or(usize::MAX);
    let mut ids: Vec<i64> = rows
        .into_iter()
        .filter(|(_, name)| !keep.contains(name))
        .map(|(id, _)| id)
        .collect();
    let more = ids.len() > batch;
    ids.truncate(batch);
    execute_in(
        connection,
        |list| format!("DELETE FROM branches WHERE id IN {list}"),
        &ids,
    )
    .await?;
    Ok(more)
}

/// Takes a version off a branch.
pub(crate) async fn branch_version(connection: &mut Connection, branch: i64, version: i64) -> Result<()> {
    sqlx::query("DELETE FROM branch_versions WHERE branch_id = $1 AND version_id = $2")
        .bind(branch)
        .bind(version)
        .execute(&mut *connection)
        .await?;
    recompute_branch(connection, branch).await
}

/// Takes a tag off a version.
pub(crate) async fn tag(
    connection: &mut Connection,
    pacticipant: i64,
    version: i64,
    name: &str,
) -> Result<()> {
    sqlx::query("DELETE FROM tags WHERE version_id = $1 AND name = $2")
        .bind(version)
        .bind(name.to_owned())
        .execute(&mut *connection)
        .await?;
    recompute_tag(connection, pacticipant, name).await
}

/// Up to [`BATCH`] consumer versions with a contract of the pair.
pub(crate) async fn some_versions_of_pair(
    connection: &mut Connection,
    consumer: i64,
    provider: i64,
) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> = sqlx::query_as(
        "SELECT DISTINCT consumer_version_id FROM publications WHERE provider_id = $1 AND consumer_id = $2 \
         ORDER BY consumer_version_id LIMIT $3",
    )
    .bind(provider)
    .bind(consumer)
    .bind(BATCH)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Ends an integration whose contracts are deleted: its webhooks go, and of its two pacticipants each that has no
/// integration left and nothing recorded of its own.
pub(crate) async fn integration(connection: &mut Connection, consumer: i64, provider: i64) -> Result<()> {
    for sql in [
        "DELETE FROM contents WHERE consumer_id = $1 AND provider_id = $2",
        "DELETE FROM webhooks WHERE consumer_id = $1 AND provider_id = $2",
        "DELETE FROM integrations WHERE consumer_id = $1 AND provider_id = $2",
    ] {
        sqlx::query(sql)
            .bind(consumer)
            .bind(provider)
            .execute(&mut *connection)
            .await?;
    }
    for id in [consumer, provider] {
        let rows: Vec<(i64,)> = sqlx::query_as(
            "SELECT v.id FROM versions v WHERE v.pacticipant_id = $1 \
             AND NOT EXISTS (SELECT 1 FROM publications k WHERE k.consumer_version_id = v.id) \
             AND NOT EXISTS (SELECT 1 FROM verifications r WHERE r.provider_version_id = v.id) \
             AND NOT EXISTS (SELECT 1 FROM deployments d WHERE d.version_id = v.id)",
        )
        .bind(id)
        .fetch_all(&mut *connection)
        .await?;
        let ids: Vec<i64> = rows.into_iter().map(|row| row.0).collect();
        versions(connection, &ids).await?;
        sqlx::query(
            "DELETE FROM pacticipants WHERE id = $1 \
             AND NOT EXISTS (SELECT 1 FROM integrations i WHERE i.consumer_id = $1) \
             AND NOT EXISTS (SELECT 1 FROM integrations i WHERE i.provider_id = $1) \
             AND NOT EXISTS (SELECT 1 FROM versions v WHERE v.pacticipant_id = $1)",
        )
        .bind(id)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

//! Deletes branches and tags; their versions are kept.

use std::collections::HashSet;

use super::{
    super::row, Connection, Result, Statement, execute_in, lines::Lines, versions::BATCH,
    versions::lock_versions,
};

/// Deletes a branch; its versions and their contracts are kept.
pub(crate) async fn branch(connection: &mut Connection, id: i64) -> Result<()> {
    Statement::new("DELETE FROM branches WHERE id = $1")
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

/// Returns the id of the most recently created branch of a pacticipant, or 0.
pub(crate) async fn newest_branch(connection: &mut Connection, pacticipant: i64) -> Result<i64> {
    Statement::new("SELECT COALESCE(MAX(id), 0) FROM branches WHERE pacticipant_id = $1")
        .bind(pacticipant)
        .one(connection)
        .await
}

row! {
    struct NamedBranch {
        id: i64,
        name: String,
    }
}

/// Deletes up to [`BATCH`] branches of a pacticipant, none newer than `newest`, except its main branch and those named;
/// returns true if there may be more.
pub(crate) async fn some_branches(
    connection: &mut Connection,
    pacticipant: i64,
    newest: i64,
    keep: &HashSet<String>,
) -> Result<bool> {
    let branches: Vec<NamedBranch> = Statement::new(
        "SELECT b.id, b.name FROM branches b JOIN pacticipants p ON p.id = b.pacticipant_id \
         WHERE p.id = $1 AND b.id <= $2 AND (p.main_branch IS NULL OR b.name <> p.main_branch) ORDER BY b.id",
    )
    .bind(pacticipant)
    .bind(newest)
    .all(&mut *connection)
    .await?;
    let batch = usize::try_from(BATCH).unwrap_or(usize::MAX);
    let mut ids: Vec<i64> = branches
        .into_iter()
        .filter(|branch| !keep.contains(&branch.name))
        .map(|branch| branch.id)
        .collect();
    let more = ids.len() > batch;
    ids.truncate(batch);
    execute_in(connection, "DELETE FROM branches WHERE id IN {ids}", &ids).await?;
    Ok(more)
}

/// Removes a version from a branch. A branch without versions is deleted.
pub(crate) async fn branch_version(connection: &mut Connection, branch: i64, version: i64) -> Result<()> {
    lock_versions(connection, &[version]).await?;
    let lines = Lines::of_branch(branch);
    lines.lock(connection).await?;
    Statement::new("DELETE FROM branch_versions WHERE branch_id = $1 AND version_id = $2")
        .bind(branch)
        .bind(version)
        .execute(&mut *connection)
        .await?;
    lines.put_heads_right(connection).await?;
    lines.put_contracts_right(connection).await?;
    lines.delete_empty_branches(connection).await
}

/// Removes a tag from a version.
pub(crate) async fn tag(
    connection: &mut Connection,
    pacticipant: i64,
    version: i64,
    name: &str,
) -> Result<()> {
    lock_versions(connection, &[version]).await?;
    let lines = Lines::of_tag(pacticipant, name);
    lines.lock(connection).await?;
    Statement::new("DELETE FROM tags WHERE version_id = $1 AND name = $2")
        .bind(version)
        .bind(name)
        .execute(&mut *connection)
        .await?;
    lines.put_heads_right(connection).await?;
    lines.put_contracts_right(connection).await
}

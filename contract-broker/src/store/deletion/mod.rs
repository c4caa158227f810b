//! Deletes data. Dependent rows are deleted by foreign keys; the remaining derived data is updated here: current
//! contracts, heads of branches and tags, their newest contracts, branches without versions, unpublished contents, and
//! completed deliveries.
//!
//! On PostgreSQL others write concurrently. Anything deleted only because it is no longer used is locked first, which
//! waits for transactions that begin to use it, and is checked again in a separate statement, which sees their changes:
//! a foreign key would delete the new rows as well. Locks are taken in the order of publishing: versions, branches,
//! tags, contents.

mod branches;
mod contents;
mod lines;
mod pacticipants;
mod versions;

pub(crate) use branches::{branch, branch_version, newest_branch, some_branches, tag};
pub(crate) use pacticipants::{
    all_pacticipants, integration, pacticipant, some_deliveries, some_unused_versions, unused_pacticipant,
    webhooks,
};
pub(crate) use versions::{BATCH, contracts, lock_versions, some_versions, some_versions_of_pair, versions};

use super::{Connection, Dialect, PART, Result, Statement, in_parts};

/// Runs a statement about ids, written as `{ids}`; returns the number of changed rows.
async fn execute_in(connection: &mut Connection, sql: &str, ids: &[i64]) -> Result<u64> {
    let mut changed = 0;
    for part in ids.chunks(PART) {
        changed += Statement::with_ids(sql, part).execute(connection).await?;
    }
    Ok(changed)
}

/// Returns the distinct ids from a query about ids, sorted. The ids are written as `{ids}`.
async fn ids_in(connection: &mut Connection, sql: &str, ids: &[i64]) -> Result<Vec<i64>> {
    let found: Vec<i64> = in_parts(connection, ids, |part| Statement::with_ids(sql, part)).await?;
    Ok(super::distinct(found.into_iter()))
}

/// Blocks other uses of rows of a table until the end of the transaction, after waiting for current ones. SQLite has
/// only one writer anyway.
pub(super) async fn lock(connection: &mut Connection, table: &str, ids: &[i64]) -> Result<()> {
    if connection.dialect() == Dialect::Postgres {
        let sql = format!("SELECT id FROM {table} WHERE id IN {{ids}} ORDER BY id FOR UPDATE");
        in_parts::<i64, _>(connection, ids, |part| Statement::with_ids(&sql, part)).await?;
    }
    Ok(())
}

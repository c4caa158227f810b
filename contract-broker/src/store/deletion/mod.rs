//! Deleting. Rows that belong to what is deleted go with it by foreign keys; what is left is put right here: the contracts
//! that count, heads of branches and tags, their newest contracts, branches without versions, contents that nobody
//! publishes any more, and deliveries that are done.
//!
//! On PostgreSQL others write at the same time. What is deleted only because nothing uses it any more is locked first,
//! which waits for those who begin to use it, and is looked at again in a statement of its own, which sees what they
//! did: a foreign key would take the new rows along. Locks are taken in the order in which publishing takes them:
//! versions, branches, tags, contents.

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

/// Runs a statement about ids, which stand in it as `{ids}`; returns the number of rows it changed.
async fn execute_in(connection: &mut Connection, sql: &str, ids: &[i64]) -> Result<u64> {
    let mut changed = 0;
    for part in ids.chunks(PART) {
        changed += Statement::with_ids(sql, part).execute(connection).await?;
    }
    Ok(changed)
}

/// The ids that a query about ids gives, each once, in order. The ids stand in it as `{ids}`.
async fn ids_in(connection: &mut Connection, sql: &str, ids: &[i64]) -> Result<Vec<i64>> {
    let found: Vec<i64> = in_parts(connection, ids, |part| Statement::with_ids(sql, part)).await?;
    Ok(super::distinct(found.into_iter()))
}

/// Keeps others from using the rows of a table until the end of the transaction; they wait, and so does this for those
/// who use them already. SQLite has one writer at a time anyway.
async fn lock(connection: &mut Connection, table: &str, ids: &[i64]) -> Result<()> {
    if connection.dialect() == Dialect::Postgres {
        let sql = format!("SELECT id FROM {table} WHERE id IN {{ids}} ORDER BY id FOR UPDATE");
        in_parts::<i64, _>(connection, ids, |part| Statement::with_ids(&sql, part)).await?;
    }
    Ok(())
}

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

use super::{
    Connection, Result,
    connection::Dialect,
    in_list::{self, InList, select_in},
    statement::Statement,
};

/// Runs a statement for a list of ids, which stands in it as `{list}`; gives the number of rows it changed.
async fn execute_in(connection: &mut Connection, sql: &str, ids: &[i64]) -> Result<u64> {
    let mut changed = 0;
    for part in ids.chunks(in_list::MOST) {
        let list = InList::new(1, part.len());
        let mut query = Statement::new(sql.replace("{list}", &list.to_string()));
        for id in list.padded(part) {
            query = query.bind(*id);
        }
        changed += query.execute(&mut *connection).await?;
    }
    Ok(changed)
}

/// The ids that a query for a list of ids gives, each once, in order. The list stands in it as `{list}`.
async fn ids_in(connection: &mut Connection, sql: &str, ids: &[i64]) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> = select_in(
        connection,
        |list| sql.replace("{list}", &list.to_string()),
        &[],
        ids,
    )
    .await?;
    Ok(super::distinct(rows.into_iter().map(|row| row.0)))
}

/// Keeps others from using the rows of a table until the end of the transaction; they wait, and so does this for those
/// who use them already. SQLite has one writer at a time anyway.
async fn lock(connection: &mut Connection, table: &str, ids: &[i64]) -> Result<()> {
    if connection.dialect() == Dialect::Postgres {
        let _: Vec<(i64,)> = select_in(
            connection,
            |list| format!("SELECT id FROM {table} WHERE id IN {list} ORDER BY id FOR UPDATE"),
            &[],
            ids,
        )
        .await?;
    }
    Ok(())
}

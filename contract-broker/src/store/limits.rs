//! How much a database holds, for limits.

use super::{Connection, Dialect, Result, Statement};

/// How many applications there are.
pub(crate) async fn applications(connection: &mut Connection) -> Result<i64> {
    Statement::new("SELECT COUNT(*) FROM pacticipants")
        .one(connection)
        .await
}

/// How many bytes the database takes, indexes included. It reads no rows. Space that was freed by deleting counts no longer
/// on SQLite, and on PostgreSQL once it is reused.
pub(crate) async fn bytes(connection: &mut Connection) -> Result<i64> {
    let sql = match connection.dialect() {
        Dialect::Sqlite => {
            "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count(), pragma_freelist_count(), \
             pragma_page_size()"
        }
        Dialect::Postgres => {
            "SELECT COALESCE(SUM(pg_total_relation_size(c.oid)), 0)::BIGINT FROM pg_class c \
             JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relkind = 'r'"
        }
    };
    Statement::new(sql).one(connection).await
}

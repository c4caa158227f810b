//! The schemas of tenants in PostgreSQL.

use super::super::{Connection, Result, Statement};
use crate::domain::tenant::SchemaName;

/// Creates the schema of a tenant; one that an attempt before left behind stays.
pub(crate) async fn create_schema(connection: &mut Connection, schema: &SchemaName) -> Result<()> {
    let schema = schema.as_str();
    Statement::new(format!("CREATE SCHEMA IF NOT EXISTS {schema}"))
        .execute(connection)
        .await?;
    Ok(())
}

/// Drops the schema of a tenant with everything in it, if it is there.
pub(crate) async fn drop_schema(connection: &mut Connection, schema: &SchemaName) -> Result<()> {
    let schema = schema.as_str();
    Statement::new(format!("DROP SCHEMA IF EXISTS {schema} CASCADE"))
        .execute(connection)
        .await?;
    Ok(())
}

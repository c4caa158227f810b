//! What operators did to tenants.

use super::super::{Connection, Result, Statement, row};
use crate::domain::tenant::TenantName;

row! {
    /// Something that an operator did to a tenant.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct TenantEvent {
        /// In microseconds since 1970.
        pub(crate) at: i64,
        pub(crate) tenant: String,
        pub(crate) action: String,
        /// `command` for the command line, else what the settings call the credentials.
        pub(crate) actor: String,
        /// As a JSON object.
        pub(crate) details: String,
    }
}

/// Writes an event down.
pub(crate) async fn add_event(connection: &mut Connection, event: &TenantEvent) -> Result<()> {
    Statement::new(
        "INSERT INTO tenant_events (at, tenant, action, actor, details) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(event.at)
    .bind(&event.tenant)
    .bind(&event.action)
    .bind(&event.actor)
    .bind(&event.details)
    .execute(connection)
    .await?;
    Ok(())
}

/// The newest events of a tenant, newest first, those of an earlier one of the same name included.
pub(crate) async fn events_of(
    connection: &mut Connection,
    name: &TenantName,
    most: i64,
) -> Result<Vec<TenantEvent>> {
    Statement::new(
        "SELECT at, tenant, action, actor, details FROM tenant_events WHERE tenant = $1 ORDER BY id DESC LIMIT $2",
    )
    .bind(name.as_str())
    .bind(most)
    .all(connection)
    .await
}

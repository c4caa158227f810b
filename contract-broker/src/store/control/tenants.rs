//! The tenants.

use super::super::{Connection, Error, Result, Statement, row};
use crate::domain::{
    Refusal,
    tenant::{TenantLimits, TenantName, TenantStatus},
    time::now,
};

/// A tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tenant {
    pub(crate) name: TenantName,
    pub(crate) status: TenantStatus,
    pub(crate) limits: TenantLimits,
    /// In microseconds since 1970.
    pub(crate) created_at: i64,
}

row! {
    struct Stored {
        name: String,
        status: String,
        max_applications: Option<i64>,
        max_bytes: Option<i64>,
        max_requests: Option<i64>,
        created_at: i64,
    }
}

impl Stored {
    fn read(self) -> Result<Tenant> {
        let unreadable = |column, problem| Error::unreadable("tenants", &self.name, column, problem);
        let name = TenantName::read(&self.name).map_err(|problem| unreadable("name", problem))?;
        let status = TenantStatus::named(&self.status)
            .ok_or_else(|| unreadable("status", format!("there is no status {:?}", self.status)))?;
        Ok(Tenant {
            name,
            status,
            limits: TenantLimits {
                applications: self.max_applications,
                bytes: self.max_bytes,
                requests: self.max_requests,
            },
            created_at: self.created_at,
        })
    }
}

const COLUMNS: &str = "name, status, max_applications, max_bytes, max_requests, created_at";

/// The tenant of this name.
pub(crate) async fn find(connection: &mut Connection, name: &TenantName) -> Result<Option<Tenant>> {
    let stored: Option<Stored> = Statement::new(format!("SELECT {COLUMNS} FROM tenants WHERE name = $1"))
        .bind(name.as_str())
        .optional(connection)
        .await?;
    stored.map(Stored::read).transpose()
}

/// Every tenant, by name.
pub(crate) async fn all(connection: &mut Connection) -> Result<Vec<Tenant>> {
    let stored: Vec<Stored> = Statement::new(format!("SELECT {COLUMNS} FROM tenants ORDER BY name"))
        .all(connection)
        .await?;
    stored.into_iter().map(Stored::read).collect()
}

/// Adds a tenant.
///
/// # Errors
/// Refused where there is one of this name; database errors.
pub(crate) async fn add(connection: &mut Connection, tenant: &Tenant) -> Result<()> {
    let added = Statement::new(
        "INSERT INTO tenants (name, status, max_applications, max_bytes, max_requests, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT DO NOTHING",
    )
    .bind(tenant.name.as_str())
    .bind(tenant.status.as_str())
    .bind(tenant.limits.applications)
    .bind(tenant.limits.bytes)
    .bind(tenant.limits.requests)
    .bind(tenant.created_at)
    .execute(connection)
    .await?;
    if added == 0 {
        return Err(Refusal::Conflict(format!("there is a tenant named {} already", tenant.name)).into());
    }
    Ok(())
}

/// Sets what becomes of a tenant; false if there is none of this name.
pub(crate) async fn set_status(
    connection: &mut Connection,
    name: &TenantName,
    status: TenantStatus,
) -> Result<bool> {
    let changed = Statement::new("UPDATE tenants SET status = $2, updated_at = $3 WHERE name = $1")
        .bind(name.as_str())
        .bind(status.as_str())
        .bind(now())
        .execute(connection)
        .await?;
    Ok(changed > 0)
}

/// Sets the limits of a tenant; false if there is none of this name.
pub(crate) async fn set_limits(
    connection: &mut Connection,
    name: &TenantName,
    limits: TenantLimits,
) -> Result<bool> {
    let changed = Statement::new(
        "UPDATE tenants SET max_applications = $2, max_bytes = $3, max_requests = $4, updated_at = $5 WHERE name = $1",
    )
    .bind(name.as_str())
    .bind(limits.applications)
    .bind(limits.bytes)
    .bind(limits.requests)
    .bind(now())
    .execute(connection)
    .await?;
    Ok(changed > 0)
}

/// Removes the row of a tenant whose store is gone.
pub(crate) async fn remove(connection: &mut Connection, name: &TenantName) -> Result<()> {
    Statement::new("DELETE FROM tenants WHERE name = $1")
        .bind(name.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

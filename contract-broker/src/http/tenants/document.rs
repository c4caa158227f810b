//! The documents that the control API answers with.

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::{
    config::Secret,
    domain::{tenant::TenantLimits, time::iso},
    store::control::{Tenant, TenantEvent},
};

/// What a tenant may use at most; null is no limit of its own.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
#[schema(as = TenantLimits)]
pub(super) struct Limits {
    pub(super) applications: Option<u32>,
    pub(super) bytes: Option<u64>,
    pub(super) requests: Option<u32>,
}

impl Limits {
    pub(super) fn of(limits: TenantLimits) -> Self {
        let small = |limit: Option<i64>| limit.map(|limit| u32::try_from(limit).unwrap_or(u32::MAX));
        Self {
            applications: small(limits.applications),
            bytes: limits.bytes.map(|limit| u64::try_from(limit).unwrap_or_default()),
            requests: small(limits.requests),
        }
    }
}

/// A tenant.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Tenant)]
pub(super) struct TenantDocument {
    pub(super) name: String,
    pub(super) status: &'static str,
    pub(super) created_at: String,
    pub(super) limits: Limits,
    /// Why its store does not open, on the node that answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) problem: Option<String>,
    /// What was done to it, newest first; of one tenant alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) events: Option<Vec<EventDocument>>,
}

impl TenantDocument {
    pub(super) fn of(tenant: &Tenant, problem: Option<String>) -> Self {
        Self {
            name: tenant.name.to_string(),
            status: tenant.status.as_str(),
            created_at: iso(tenant.created_at),
            limits: Limits::of(tenant.limits),
            problem,
            events: None,
        }
    }
}

/// Something that was done to a tenant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TenantEvent)]
pub(super) struct EventDocument {
    pub(super) at: String,
    pub(super) action: String,
    pub(super) actor: String,
    #[schema(value_type = Object)]
    pub(super) details: Box<RawValue>,
}

impl EventDocument {
    /// # Errors
    /// The details are no JSON.
    pub(super) fn of(event: TenantEvent) -> Result<Self, serde_json::Error> {
        Ok(Self {
            at: iso(event.at),
            action: event.action,
            actor: event.actor,
            details: RawValue::from_string(event.details)?,
        })
    }
}

/// All tenants.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TenantList {
    pub(super) tenants: Vec<TenantDocument>,
}

/// A tenant that was created, and the token of its administrator, which is told once.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CreatedTenant {
    pub(super) name: String,
    /// The token for the host of the tenant.
    pub(super) token: String,
    /// The token that names the tenant, for the host that belongs to none.
    #[serde(rename = "tokenForAnyHost")]
    pub(super) token_for_any_host: String,
}

impl CreatedTenant {
    pub(super) fn of(name: &str, token: &Secret) -> Self {
        Self {
            name: name.to_owned(),
            token: token.expose().to_owned(),
            token_for_any_host: format!("{name}.{}", token.expose()),
        }
    }
}

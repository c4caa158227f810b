//! Roles and permissions.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Link, Links, List};
use crate::{
    domain::access::PERMISSIONS,
    http::{address, base_url::BaseUrl},
    store::identity::roles::Role,
};

/// A permission: `resource:action:scope`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PermissionDocument {
    scope: String,
    label: &'static str,
    description: &'static str,
}

impl PermissionDocument {
    pub(crate) fn of(scope: &str) -> Self {
        let known = PERMISSIONS.iter().find(|permission| permission.scope == scope);
        let label = known.map_or("", |permission| permission.label);
        Self {
            scope: scope.to_owned(),
            label,
            description: label,
        }
    }
}

/// A role.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RoleDocument {
    uuid: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    permissions: Vec<PermissionDocument>,
    #[serde(rename = "_links")]
    links: Links,
}

impl RoleDocument {
    pub(crate) fn of(base: &BaseUrl, role: &Role) -> Self {
        let itself = Link::to(base.to(address::ROLE, [&role.uuid])).titled("Role");
        Self {
            uuid: role.uuid.clone(),
            name: role.fields.name.clone(),
            description: role.fields.description.clone(),
            permissions: role
                .fields
                .permissions
                .iter()
                .map(|scope| PermissionDocument::of(scope))
                .collect(),
            links: Links::itself(itself.named(&role.fields.name)),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Roles {
    roles: Vec<RoleDocument>,
}

/// Roles.
pub(crate) type RoleList = List<Roles>;

impl RoleList {
    pub(crate) fn of(base: &BaseUrl, found: &[Role]) -> Self {
        let reset = Link::to(base.to(address::RESET_ROLES, [])).titled("POST to reset the predefined roles");
        Self {
            embedded: Roles {
                roles: found.iter().map(|role| RoleDocument::of(base, role)).collect(),
            },
            links: Links::itself(Link::to(base.to(address::ROLES, [])).titled("Roles"))
                .with("pf:reset", reset),
            page: None,
        }
    }
}

/// Every permission that a role can have.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PermissionList {
    permissions: Vec<PermissionDocument>,
    #[serde(rename = "_links")]
    links: Links,
}

impl PermissionList {
    pub(crate) fn all(base: &BaseUrl) -> Self {
        Self {
            permissions: PERMISSIONS
                .iter()
                .map(|permission| PermissionDocument::of(permission.scope))
                .collect(),
            links: Links::itself(Link::to(base.to(address::PERMISSIONS, [])).titled("Permissions")),
        }
    }
}

//! The permissions that a role can have: those of PactFlow, and some of this broker.

use contract_core::report::nearest;

/// A permission, as named in roles.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Permission {
    /// `resource:action:scope`.
    pub(crate) scope: &'static str,
    /// A description for people.
    pub(crate) label: &'static str,
}

const fn permission(scope: &'static str, label: &'static str) -> Permission {
    Permission { scope, label }
}

/// All permissions, by name. `:*` applies everywhere, `:team` to resources of the account's teams, `:own` to
/// resources that the account created or creates.
pub(crate) const PERMISSIONS: &[Permission] = &[
    permission("audit:read:*", "Read the audit log"),
    permission("authentication_settings:manage", "Manage authentication settings"),
    permission(
        "authentication_settings:manage:*",
        "Manage authentication settings",
    ),
    permission(
        "contract_data:bulk_delete:*",
        "Delete any application, integration or set of branches",
    ),
    permission(
        "contract_data:bulk_delete:own",
        "Delete applications and integrations that the account created",
    ),
    permission(
        "contract_data:bulk_delete:team",
        "Delete applications and integrations of its teams",
    ),
    permission(
        "contract_data:manage:*",
        "Manage contracts, versions and results of any application",
    ),
    permission(
        "contract_data:manage:own",
        "Create applications, and manage those that the account created",
    ),
    permission(
        "contract_data:manage:team",
        "Manage contracts, versions and results of its teams",
    ),
    permission("contract_data:read:*", "Read contracts, versions and results"),
    permission(
        "deployment_and_release:record:*",
        "Record deployments and releases of any application",
    ),
    permission(
        "deployment_and_release:record:team",
        "Record deployments and releases of its teams",
    ),
    permission("environment:manage:*", "Manage environments"),
    permission("environment:manage:team", "Manage environments of its teams"),
    permission("environment:read:*", "See environments"),
    permission(
        "environment:read:team",
        "See environments of its teams, and those that no team has",
    ),
    permission("insight:read:*", "Read statistics"),
    permission("read_token:manage:own", "Renew its own read only token"),
    permission("retention:manage:*", "Apply the rules of retention"),
    permission("role:manage:*", "Manage roles"),
    permission("role:read:*", "See roles"),
    permission("secret:manage:*", "Manage secrets"),
    permission("secret:manage:team", "Manage secrets of its teams"),
    permission("secret:read:team", "See the names of secrets of its teams"),
    permission("system_account:manage:*", "Manage system accounts"),
    permission(
        "system_account:manage:team",
        "Manage system accounts of its teams",
    ),
    permission("system_account:read:*", "See system accounts"),
    permission("system_account:read:team", "See system accounts of its teams"),
    permission("system_preference:manage:*", "Manage preferences of the system"),
    permission("team:manage:*", "Manage teams"),
    permission("team:read:*", "See teams"),
    permission("tenant:manage:*", "Manage tenants"),
    permission("token:manage:own", "Manage its own tokens"),
    permission("user:invite", "Invite users"),
    permission("user:manage:*", "Manage users"),
    permission("user:manage_scim_attributes:*", "Manage users by SCIM"),
    permission("user:read:*", "See users"),
    permission("webhook:manage:*", "Manage webhooks"),
    permission("webhook:manage:team", "Manage webhooks of its teams"),
];

/// Checks whether the permission exists.
///
/// # Errors
/// It does not exist; the message suggests the nearest one.
pub(crate) fn check(scope: &str) -> Result<(), String> {
    let known = || PERMISSIONS.iter().map(|permission| permission.scope);
    if known().any(|name| name == scope) {
        return Ok(());
    }
    let hint = match nearest(scope, known()) {
        Some(name) => format!("did you mean {name:?}?"),
        None => "GET /admin/permissions lists those that there are".to_owned(),
    };
    let shown: String = scope.chars().take(100).collect();
    Err(format!("names no permission: there is no {shown:?}; {hint}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_are_in_order_and_a_slip_is_told_what_was_meant() {
        assert!(PERMISSIONS.iter().map(|permission| permission.scope).is_sorted());
        assert_eq!(check("contract_data:read:*"), Ok(()));
        let slip = check("contract_data:read:team").unwrap_err();
        assert!(slip.contains("did you mean \"contract_data:"), "{slip}");
        let stranger = check("everything").unwrap_err();
        assert!(stranger.contains("GET /admin/permissions"), "{stranger}");
    }
}

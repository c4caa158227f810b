//! The predefined roles of every broker. Their ids are those of PactFlow, so that its clients work with this
//! broker.

use super::Grants;

/// A role of a new database, which can be reset to these permissions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PredefinedRole {
    pub(crate) uuid: &'static str,
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) permissions: &'static [&'static str],
}

/// Has every permission.
pub(crate) const ADMINISTRATOR: &PredefinedRole = &PredefinedRole {
    uuid: "cf75d7c2-416b-11ea-af5e-53c3b1a4efd8",
    name: "Administrator",
    description: "May do everything.",
    permissions: &[
        "audit:read:*",
        "authentication_settings:manage:*",
        "contract_data:bulk_delete:*",
        "contract_data:manage:*",
        "contract_data:read:*",
        "deployment_and_release:record:*",
        "environment:manage:*",
        "environment:read:*",
        "insight:read:*",
        "retention:manage:*",
        "role:manage:*",
        "role:read:*",
        "secret:manage:*",
        "system_account:manage:*",
        "system_account:read:*",
        "system_preference:manage:*",
        "team:manage:*",
        "team:read:*",
        "tenant:manage:*",
        "token:manage:own",
        "user:invite",
        "user:manage:*",
        "user:read:*",
        "webhook:manage:*",
    ],
};

/// For people who work on applications.
const USER: &PredefinedRole = &PredefinedRole {
    uuid: "e9282e22-416b-11ea-a16e-57ee1bb61d18",
    name: "User",
    description: "Works on the applications of its teams.",
    permissions: &[
        "contract_data:bulk_delete:own",
        "contract_data:bulk_delete:team",
        "contract_data:manage:own",
        "contract_data:manage:team",
        "contract_data:read:*",
        "environment:read:team",
        "role:read:*",
        "secret:manage:team",
        "system_account:manage:team",
        "system_account:read:*",
        "team:read:*",
        "token:manage:own",
        "user:read:*",
        "webhook:manage:team",
    ],
};

/// For builds.
const CI: &PredefinedRole = &PredefinedRole {
    uuid: "c1878b8e-d09e-11ea-8fde-af02c4677eb7",
    name: "CI/CD",
    description: "Publishes contracts and results, and records deployments.",
    permissions: &[
        "contract_data:manage:own",
        "contract_data:manage:team",
        "contract_data:read:*",
        "deployment_and_release:record:*",
        "environment:read:*",
    ],
};

/// Reads everything except the secrets of accounts.
pub(crate) const READ_ONLY: &PredefinedRole = &PredefinedRole {
    uuid: "9fa50562-a42b-4771-aa8e-4bb3d623ae60",
    name: "Read-Only",
    description: "Reads contracts, results, deployments, teams and users.",
    permissions: &[
        "contract_data:read:*",
        "environment:read:*",
        "read_token:manage:own",
        "team:read:*",
        "user:read:*",
    ],
};

/// All predefined roles.
pub(crate) const PREDEFINED: [&PredefinedRole; 4] = [ADMINISTRATOR, USER, CI, READ_ONLY];

/// The role of a new user without a given role.
pub(crate) const DEFAULT_OF_USERS: &PredefinedRole = USER;

/// The role of a new system account without a given role.
pub(crate) const DEFAULT_OF_SYSTEM_ACCOUNTS: &PredefinedRole = CI;

/// The first of the permissions of the predefined administrator that these do not cover.
pub(crate) fn lacking_of_administrator(permissions: &[String]) -> Option<&'static str> {
    let has = Grants::of(permissions.iter().map(String::as_str));
    has.lacking(ADMINISTRATOR.permissions.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::access::{PERMISSIONS, check};

    #[test]
    fn roles_hold_permissions_that_there_are() {
        for role in PREDEFINED {
            for permission in role.permissions {
                assert_eq!(check(permission), Ok(()), "{}", role.name);
            }
        }
    }

    #[test]
    fn an_administrator_lacks_nothing_but_what_a_directory_does() {
        let all = Grants::of(ADMINISTRATOR.permissions.iter().copied());
        let lacking = |permission: &&str| all.lacking([*permission]).is_some();
        let lacked: Vec<&str> = PERMISSIONS
            .iter()
            .map(|permission| permission.scope)
            .filter(lacking)
            .collect();
        assert_eq!(
            lacked,
            ["authentication_settings:manage", "user:manage_scim_attributes:*"]
        );
    }
}

//! Rights.

/// A right: a resource and an action on it. A permission grants it in a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Right {
    ContractRead,
    ContractManage,
    ContractDelete,
    Record,
    EnvironmentRead,
    EnvironmentManage,
    WebhookManage,
    SecretRead,
    SecretManage,
    TeamRead,
    TeamManage,
    UserRead,
    UserManage,
    UserInvite,
    RoleRead,
    RoleManage,
    SystemAccountRead,
    SystemAccountManage,
    TokenManage,
    /// For a read-only token.
    TokenRenew,
    AuthenticationManage,
    AuditRead,
    RetentionManage,
}

impl Right {
    /// Returns the prefix of the permissions that grant it; a scope follows.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::ContractRead => "contract_data:read",
            Self::ContractManage => "contract_data:manage",
            Self::ContractDelete => "contract_data:bulk_delete",
            Self::Record => "deployment_and_release:record",
            Self::EnvironmentRead => "environment:read",
            Self::EnvironmentManage => "environment:manage",
            Self::WebhookManage => "webhook:manage",
            Self::SecretRead => "secret:read",
            Self::SecretManage => "secret:manage",
            Self::TeamRead => "team:read",
            Self::TeamManage => "team:manage",
            Self::UserRead => "user:read",
            Self::UserManage => "user:manage",
            Self::UserInvite => "user:invite",
            Self::RoleRead => "role:read",
            Self::RoleManage => "role:manage",
            Self::SystemAccountRead => "system_account:read",
            Self::SystemAccountManage => "system_account:manage",
            Self::TokenManage => "token:manage",
            Self::TokenRenew => "read_token:manage",
            Self::AuthenticationManage => "authentication_settings:manage",
            Self::AuditRead => "audit:read",
            Self::RetentionManage => "retention:manage",
        }
    }

    /// Returns the right that includes this one: the right to manage includes the right to read.
    pub(crate) const fn included_in(self) -> Option<Self> {
        match self {
            Self::ContractRead => Some(Self::ContractManage),
            Self::EnvironmentRead => Some(Self::EnvironmentManage),
            Self::SecretRead => Some(Self::SecretManage),
            Self::TeamRead => Some(Self::TeamManage),
            Self::UserRead | Self::UserInvite => Some(Self::UserManage),
            Self::RoleRead => Some(Self::RoleManage),
            Self::TokenRenew => Some(Self::TokenManage),
            Self::SystemAccountRead => Some(Self::SystemAccountManage),
            _ => None,
        }
    }

    /// Returns whether it only reads.
    pub(crate) const fn reads(self) -> bool {
        matches!(
            self,
            Self::ContractRead
                | Self::EnvironmentRead
                | Self::SecretRead
                | Self::TeamRead
                | Self::UserRead
                | Self::RoleRead
                | Self::SystemAccountRead
                | Self::AuditRead
        )
    }
}

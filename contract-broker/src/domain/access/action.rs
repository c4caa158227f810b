//! What can be done, and the right that it needs: the one table by which use cases and routes decide.

use super::Right;

macro_rules! actions {
    ($($(#[$doc:meta])* $action:ident = $name:literal needs $right:expr;)+) => {
        /// Something that can be done.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Action { $($(#[$doc])* $action),+ }

        impl Action {
            /// The name in the audit log: what it is done with, and what was done.
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Self::$action => $name),+ }
            }

            /// The names of those that change something, each once, in order.
            pub(crate) fn changes() -> Vec<&'static str> {
                let all = [$(Self::$action),+];
                let changing = all.iter().filter(|action| {
                    **action != Self::ReadOwnAccount && action.right().is_none_or(|right| !right.reads())
                });
                let mut names: Vec<&'static str> = changing.map(|action| action.name()).collect();
                names.sort_unstable();
                names.dedup();
                names
            }

            /// What whoever does it must be allowed; `None` is nothing beyond being known.
            pub(crate) const fn right(self) -> Option<Right> {
                match self { $(Self::$action => $right),+ }
            }
        }
    };
}

#[expect(clippy::unnecessary_wraps, reason = "some actions of the table need no right")]
const fn right(right: Right) -> Option<Right> {
    Some(right)
}

actions! {
    ReadContracts = "contract.read" needs right(Right::ContractRead);
    PublishContract = "contract.published" needs right(Right::ContractManage);
    DeleteContract = "contract.deleted" needs right(Right::ContractManage);
    PublishProviderContract = "provider_contract.published" needs right(Right::ContractManage);
    ChangeCompatibility = "compatibility.changed" needs right(Right::ContractManage);
    PublishResult = "result.published" needs right(Right::ContractManage);
    DeleteResult = "result.deleted" needs right(Right::ContractManage);
    ChangeApplication = "application.changed" needs right(Right::ContractManage);
    DeleteApplication = "application.deleted" needs right(Right::ContractDelete);
    ChangeVersion = "version.changed" needs right(Right::ContractManage);
    DeleteVersion = "version.deleted" needs right(Right::ContractManage);
    DeleteBranches = "branches.deleted" needs right(Right::ContractDelete);
    DeleteIntegration = "integration.deleted" needs right(Right::ContractDelete);
    DeleteEverything = "everything.deleted" needs right(Right::ContractDelete);
    ApplyRetention = "retention.applied" needs right(Right::RetentionManage);
    Record = "deployment.recorded" needs right(Right::Record);
    EndRecord = "deployment.ended" needs right(Right::Record);
    DeleteRecord = "deployment.deleted" needs right(Right::Record);
    ReadEnvironments = "environment.read" needs right(Right::EnvironmentRead);
    CreateEnvironment = "environment.created" needs right(Right::EnvironmentManage);
    ChangeEnvironment = "environment.changed" needs right(Right::EnvironmentManage);
    DeleteEnvironment = "environment.deleted" needs right(Right::EnvironmentManage);
    ReadWebhooks = "webhook.read" needs right(Right::ContractRead);
    CreateWebhook = "webhook.created" needs right(Right::WebhookManage);
    ChangeWebhook = "webhook.changed" needs right(Right::WebhookManage);
    DeleteWebhook = "webhook.deleted" needs right(Right::WebhookManage);
    ExecuteWebhook = "webhook.executed" needs right(Right::WebhookManage);
    ReplayDelivery = "delivery.replayed" needs right(Right::WebhookManage);
    DeleteDelivery = "delivery.deleted" needs right(Right::WebhookManage);
    ReadSecrets = "secret.read" needs right(Right::SecretRead);
    CreateSecret = "secret.created" needs right(Right::SecretManage);
    ChangeSecret = "secret.changed" needs right(Right::SecretManage);
    DeleteSecret = "secret.deleted" needs right(Right::SecretManage);
    ReadTeams = "team.read" needs right(Right::TeamRead);
    CreateTeam = "team.created" needs right(Right::TeamManage);
    ChangeTeam = "team.changed" needs right(Right::TeamManage);
    DeleteTeam = "team.deleted" needs right(Right::TeamManage);
    ReadUsers = "user.read" needs right(Right::UserRead);
    CreateUser = "user.created" needs right(Right::UserInvite);
    ChangeUser = "user.changed" needs right(Right::UserManage);
    DeleteUser = "user.deleted" needs right(Right::UserManage);
    AssignRoles = "user.roles_assigned" needs right(Right::UserManage);
    ReadSystemAccounts = "system_account.read" needs right(Right::SystemAccountRead);
    CreateSystemAccount = "system_account.created" needs right(Right::SystemAccountManage);
    ChangeSystemAccount = "system_account.changed" needs right(Right::SystemAccountManage);
    DeleteSystemAccount = "system_account.deleted" needs right(Right::SystemAccountManage);
    AssignSystemAccountRoles = "system_account.roles_assigned" needs right(Right::SystemAccountManage);
    ReadRoles = "role.read" needs right(Right::RoleRead);
    CreateRole = "role.created" needs right(Right::RoleManage);
    ChangeRole = "role.changed" needs right(Right::RoleManage);
    DeleteRole = "role.deleted" needs right(Right::RoleManage);
    /// Of the account that asks.
    ReadOwnAccount = "account.read" needs None;
    CreateToken = "token.created" needs right(Right::TokenManage);
    RenewToken = "token.renewed" needs right(Right::TokenRenew);
    RevokeToken = "token.revoked" needs right(Right::TokenRenew);
    CreateAccountToken = "token.created" needs right(Right::SystemAccountManage);
    RenewAccountToken = "token.renewed" needs right(Right::SystemAccountManage);
    RevokeAccountToken = "token.revoked" needs right(Right::SystemAccountManage);
    RevokeUserToken = "token.revoked" needs right(Right::UserManage);
    /// Of the account that asks.
    LogIn = "login.succeeded" needs None;
    FailToLogIn = "login.failed" needs None;
    LogOut = "login.ended" needs None;
    EndOwnSession = "session.revoked" needs None;
    EndUserSession = "session.revoked" needs right(Right::UserManage);
    EndSessionsByProvider = "session.ended_by_provider" needs None;
    /// A job of a CI system for a token.
    ExchangeToken = "ci_token.exchanged" needs None;
    AllowDevice = "device_login.allowed" needs None;
    DenyDevice = "device_login.denied" needs None;
    CreateDeviceToken = "token.created" needs None;
    GiveTokenBack = "token.revoked" needs None;
    ReadAuthentication = "authentication.read" needs right(Right::AuthenticationManage);
    ChangeAuthentication = "authentication.changed" needs right(Right::AuthenticationManage);
    ReadAudit = "audit.read" needs right(Right::AuditRead);
}

//! What each route asks of its caller.

use std::{collections::HashMap, sync::LazyLock};

use http::Method;

use crate::{
    domain::access::{Action, Right},
    http::address,
};

/// What a request needs. It is decided by the route that serves the request, never by the path as it was sent: two
/// readings of one path would be a way around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// Sees whether the broker is alive.
    SeeHealth,
    /// Sees a badge.
    SeeBadge,
    /// Becomes somebody who is known.
    LogIn,
    /// Does one of these, whichever it is in the end.
    To(&'static [Action]),
}

/// A method of a route, and what it is for.
struct Entry {
    method: Method,
    actions: &'static [Action],
}

macro_rules! needs {
    ($($route:ident: $($method:ident $($action:ident)|+),+;)+) => {
        static NEEDS: LazyLock<HashMap<&'static str, Vec<Entry>>> = LazyLock::new(|| {
            HashMap::from([$((
                address::$route.route(),
                vec![$(Entry {
                    method: Method::$method,
                    actions: &[$(Action::$action),+],
                }),+],
            )),+])
        });
    };
}

// One line for each route.
#[rustfmt::skip]
needs! {
    INDEX: GET ReadContracts;
    DEPENDENCIES: GET ReadContracts;
    RELATION: GET ReadContracts;
    TEST_ERROR: GET ReadContracts, POST ChangeApplication;
    METRICS: GET ReadContracts;
    TEAM_METRICS: GET ReadTeams;
    RETENTION: GET ReadContracts;
    INTEGRATIONS: GET ReadContracts, DELETE DeleteEverything;
    INTEGRATION: DELETE DeleteIntegration;
    DASHBOARD: GET ReadContracts;
    DASHBOARD_OF_PAIR: GET ReadContracts;
    RELATIONSHIPS: GET ReadContracts;
    GROUP: GET ReadContracts;
    NETWORK: GET ReadContracts;
    INTEGRATIONS_OF_TEAM: GET ReadContracts;
    PACTICIPANTS: GET ReadContracts, POST ChangeApplication;
    PACTICIPANTS_WITH_LABEL: GET ReadContracts;
    PACTICIPANT: GET ReadContracts, PUT ChangeApplication, PATCH ChangeApplication, DELETE DeleteApplication;
    LABEL: GET ReadContracts, PUT ChangeApplication, DELETE ChangeApplication;
    LABELS: GET ReadContracts;
    VERSIONS: GET ReadContracts;
    VERSION: GET ReadContracts, PUT ChangeVersion, PATCH ChangeVersion, DELETE DeleteVersion;
    LATEST_VERSION: GET ReadContracts;
    LATEST_VERSION_WITH_TAG: GET ReadContracts;
    TAG: GET ReadContracts, PUT ChangeVersion, DELETE ChangeVersion;
    VERSIONS_WITH_TAG: GET ReadContracts;
    BRANCHES: GET ReadContracts, DELETE DeleteBranches;
    BRANCH: GET ReadContracts, DELETE ChangeVersion;
    LATEST_VERSION_OF_BRANCH: GET ReadContracts;
    VERSIONS_OF_BRANCH: GET ReadContracts;
    BRANCH_VERSION: GET ReadContracts, PUT ChangeVersion, DELETE ChangeVersion;
    VERSIONS_IN_ENVIRONMENT: GET ReadContracts;
    PUBLISH: POST PublishContract;
    CONTRACT: GET ReadContracts, PUT PublishContract, PATCH PublishContract, DELETE DeleteContract;
    CONTRACT_OLDER: GET ReadContracts, PUT PublishContract, PATCH PublishContract, DELETE DeleteContract;
    CONTRACT_OLDEST: GET ReadContracts, PUT PublishContract, PATCH PublishContract, DELETE DeleteContract;
    LATEST_CONTRACT_OLDEST: GET ReadContracts;
    LATEST_CONTRACT: GET ReadContracts;
    LATEST_CONTRACT_WITH_TAG: GET ReadContracts;
    LATEST_CONTRACT_UNTAGGED: GET ReadContracts;
    LATEST_CONTRACT_ON_BRANCH: GET ReadContracts;
    LATEST_CONTRACT_ON_MAIN_BRANCH: GET ReadContracts, DELETE DeleteContract;
    CONTENT: GET ReadContracts;
    SELECTED_CONTENT: GET ReadContracts;
    PREVIOUS_DISTINCT: GET ReadContracts;
    LATEST_CONTRACTS: GET ReadContracts;
    PROVIDER: GET ReadContracts;
    PROVIDER_WITH_TAG: GET ReadContracts;
    PROVIDER_LATEST: GET ReadContracts;
    PROVIDER_LATEST_WITH_TAG: GET ReadContracts;
    PROVIDER_MAIN_BRANCH: GET ReadContracts;
    PROVIDER_LATEST_ON_MAIN_BRANCH: GET ReadContracts;
    PROVIDER_BRANCH: GET ReadContracts;
    PROVIDER_LATEST_ON_BRANCH: GET ReadContracts;
    PROVIDER_STATES: GET ReadContracts;
    PROVIDER_STATES_ON_BRANCH: GET ReadContracts;
    PROVIDER_STATES_IN_ENVIRONMENT: GET ReadContracts;
    PAIR_VERSIONS: GET ReadContracts, DELETE DeleteContract;
    PAIR_WITH_TAG: GET ReadContracts, DELETE DeleteContract;
    PAIR_MAIN_BRANCH: GET ReadContracts, DELETE DeleteContract;
    PAIR_LATEST_ON_MAIN_BRANCH: GET ReadContracts, DELETE DeleteContract;
    PAIR_BRANCH: GET ReadContracts, DELETE DeleteContract;
    PAIR_LATEST_ON_BRANCH: GET ReadContracts, DELETE DeleteContract;
    PAIR_MAIN_BRANCH_SHORT: GET ReadContracts;
    CHANGES: GET ReadContracts;
    CHANGES_SINCE_VERSION: GET ReadContracts;
    DIFF_PREVIOUS_DISTINCT: GET ReadContracts;
    DIFF_OF_VERSIONS: GET ReadContracts;
    DIFF_OF_CONTENTS: GET ReadContracts;
    RESULTS: POST PublishResult;
    RESULTS_OF_SELECTED: POST PublishResult;
    RESULT: GET ReadContracts, DELETE DeleteResult;
    RESULT_OF_SELECTED: GET ReadContracts;
    LATEST_RESULT_OF_CONTENT: GET ReadContracts;
    LATEST_RESULT_OF_VERSION: GET ReadContracts;
    LATEST_RESULT_OF_LATEST: GET ReadContracts;
    LATEST_RESULT_OF_LATEST_WITH_TAG: GET ReadContracts;
    RESULTS_OF_CONSUMER_VERSION: GET ReadContracts;
    FOR_VERIFICATION: GET ReadContracts, POST ReadContracts;
    MATRIX: GET ReadContracts;
    MATRIX_OF_PAIR: GET ReadContracts;
    CAN_I_DEPLOY: GET ReadContracts;
    CAN_I_DEPLOY_TAG: GET ReadContracts;
    CAN_I_DEPLOY_BRANCH: GET ReadContracts;
    PUBLISH_PROVIDER_CONTRACT: POST PublishProviderContract;
    PROVIDER_CONTRACT_OLDER: GET ReadContracts, PUT PublishProviderContract;
    PROVIDER_CONTRACTS: GET ReadContracts;
    COMPATIBILITY: GET ReadContracts, PUT ChangeCompatibility;
    PROVIDER_CONTRACT: GET ReadContracts;
    SELF_VERIFICATION: GET ReadContracts;
    COMPARED_CONTRACTS: GET ReadContracts;
    RESULTS_OF_COMPARED_CONTRACTS: GET ReadContracts;
    COMPARISONS: GET ReadContracts;
    DESCRIPTION_CHANGES: GET ReadContracts;
    DESCRIPTION_COVERAGE: GET ReadContracts;
    PROVIDER_CONTRACT_OF_PAIR: GET ReadContracts;
    SELF_VERIFICATION_OF_PAIR: GET ReadContracts;
    CONSUMER_CONTRACT_OF_PAIR: GET ReadContracts;
    RESULTS_OF_PAIR: GET ReadContracts;
    COMPARISON: GET ReadContracts;
    COMPARISON_OF_CONTENT: GET ReadContracts;
    ENVIRONMENTS: GET ReadEnvironments, POST CreateEnvironment;
    ENVIRONMENT: GET ReadEnvironments, PUT ChangeEnvironment, DELETE DeleteEnvironment;
    CURRENTLY_DEPLOYED: GET ReadContracts;
    CURRENTLY_SUPPORTED: GET ReadContracts;
    DEPLOYMENTS_OF_VERSION: GET ReadContracts, POST Record;
    RELEASES_OF_VERSION: GET ReadContracts, POST Record;
    DEPLOYMENT: GET ReadContracts, PATCH EndRecord, DELETE DeleteRecord;
    RELEASE: GET ReadContracts, PATCH EndRecord, DELETE DeleteRecord;
    LOGS: GET ReadWebhooks;
    WEBHOOKS: GET ReadWebhooks, POST CreateWebhook;
    EXECUTE_UNSAVED: POST ExecuteWebhook;
    WEBHOOK: GET ReadWebhooks, PUT ChangeWebhook, DELETE DeleteWebhook;
    EXECUTE: POST ExecuteWebhook;
    SENT_BY_WEBHOOK: GET ReadWebhooks;
    WEBHOOKS_OF_PROVIDER: GET ReadWebhooks, POST CreateWebhook;
    WEBHOOKS_OF_CONSUMER: GET ReadWebhooks, POST CreateWebhook;
    WEBHOOKS_OF_PAIR: GET ReadWebhooks, POST CreateWebhook;
    WEBHOOKS_OF_CONTRACT: GET ReadWebhooks, POST CreateWebhook;
    WEBHOOK_STATUS: GET ReadWebhooks;
    TRIGGERED_BY_CONTRACT: GET ReadWebhooks;
    TRIGGERED_BY_RESULT: GET ReadWebhooks;
    TRIGGERED_WEBHOOKS: GET ReadWebhooks;
    TRIGGERED_WEBHOOK: GET ReadWebhooks, DELETE DeleteDelivery;
    REPLAY: POST ReplayDelivery;
    DESCRIPTION: GET ReadContracts;
    DESCRIPTION_PAGE: GET ReadContracts;
    BROWSER: GET ReadContracts;
    ASSET: GET ReadContracts;
    OWN_ACCOUNT: GET ReadOwnAccount;
    OWN_TOKENS: GET ReadOwnAccount, POST CreateToken;
    TOKEN: POST RevokeToken | RevokeAccountToken | RevokeUserToken, DELETE RevokeToken | RevokeAccountToken | RevokeUserToken;
    RENEW_TOKEN: POST RenewToken | RenewAccountToken;
    OWN_SESSIONS: GET ReadOwnAccount;
    END_SESSION: POST EndOwnSession;
    SESSIONS_OF: GET EndUserSession;
    LOG_OUT: POST LogOut;
    DEVICE: GET ReadOwnAccount, POST AllowDevice | DenyDevice;
    OWN_PREFERENCES: GET ReadOwnAccount;
    PREFERENCES: GET ReadOwnAccount;
    ACCOUNTS: GET ReadUsers | ReadSystemAccounts, POST CreateUser;
    INVITE_USER: POST CreateUser;
    INVITE_USERS: POST CreateUser;
    ACCOUNT: GET ReadUsers | ReadSystemAccounts, POST ChangeUser | ChangeSystemAccount, PUT ChangeUser | ChangeSystemAccount, DELETE DeleteUser | DeleteSystemAccount;
    ACCOUNT_ROLES: PUT AssignRoles | AssignSystemAccountRoles;
    ACCOUNT_ROLE: PUT AssignRoles | AssignSystemAccountRoles, DELETE AssignRoles | AssignSystemAccountRoles;
    ACCOUNT_ADMINISTRATOR: PUT AssignRoles | AssignSystemAccountRoles, DELETE AssignRoles | AssignSystemAccountRoles;
    SYSTEM_ACCOUNTS: GET ReadSystemAccounts, POST CreateSystemAccount;
    SYSTEM_ACCOUNT_TOKENS: GET ReadSystemAccounts, POST CreateAccountToken;
    TEAMS: GET ReadTeams, POST CreateTeam;
    TEAM: GET ReadTeams, POST ChangeTeam, PUT ChangeTeam, DELETE DeleteTeam;
    TEAM_MEMBERS: GET ReadTeams, POST ChangeTeam, PUT ChangeTeam, PATCH ChangeTeam, DELETE ChangeTeam;
    TEAM_MEMBER: GET ReadTeams, DELETE ChangeTeam;
    ROLES: GET ReadRoles, POST CreateRole;
    RESET_ROLES: POST ChangeRole;
    ROLE: GET ReadRoles, POST ChangeRole, PUT ChangeRole, DELETE DeleteRole;
    PERMISSIONS: GET ReadRoles;
    AUTHENTICATION_SETTINGS: GET ReadAuthentication, PUT ChangeAuthentication;
    SECRETS: GET ReadSecrets, POST CreateSecret;
    SECRET: GET ReadSecrets, PUT ChangeSecret, DELETE DeleteSecret;
    AUDIT: GET ReadAudit;
}

impl Need {
    /// What a request needs at a route; `None` is an address that no route has. A method that a route lacks needs what the
    /// most careful reading of it could do.
    pub(crate) fn of(method: &Method, route: Option<&str>) -> Self {
        let reads = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
        match route {
            Some(route) if reads && address::HEALTH.contains(&route) => Self::SeeHealth,
            Some(route) if reads && address::badge::ALL.contains(&route) => Self::SeeBadge,
            Some(route) if address::login::ALL.contains(&route) => Self::LogIn,
            route => {
                let wanted = if reads { &Method::GET } else { method };
                let actions = route.and_then(|route| Self::listed(wanted, route));
                Self::To(actions.unwrap_or(if reads {
                    &[Action::ReadContracts]
                } else {
                    &[Action::ChangeApplication]
                }))
            }
        }
    }

    /// What the table says of a method of a route.
    fn listed(method: &Method, route: &str) -> Option<&'static [Action]> {
        let entry = NEEDS.get(route)?.iter().find(|entry| entry.method == *method)?;
        Some(entry.actions)
    }

    /// The rights one of which is enough; empty is nothing beyond being known.
    pub(crate) fn rights(self) -> Vec<Right> {
        match self {
            Self::SeeHealth | Self::SeeBadge | Self::LogIn => Vec::new(),
            Self::To(actions) => actions.iter().filter_map(|action| action.right()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{http::openapi_of_all_routes, web::FORMS};

    /// What the description of the API and the pages have, as `GET /path`.
    fn routes() -> BTreeSet<String> {
        openapi_of_all_routes()
            .into_iter()
            .filter(|route| {
                !address::HEALTH
                    .iter()
                    .any(|path| route.ends_with(&format!(" {path}")))
            })
            .filter(|route| {
                !address::badge::ALL
                    .iter()
                    .any(|path| route.ends_with(&format!(" {path}")))
            })
            .filter(|route| {
                !address::login::ALL
                    .iter()
                    .any(|path| route.ends_with(&format!(" {path}")))
            })
            .chain([address::DESCRIPTION_PAGE, address::BROWSER].map(|page| format!("GET {}", page.route())))
            .chain([format!("POST {}", address::LOG_OUT.route())])
            .chain(["GET", "POST"].map(|method| format!("{method} {}", address::DEVICE.route())))
            .chain([format!("GET {}", address::ASSET.route())])
            .chain(FORMS.map(|route| format!("POST {route}")))
            .collect()
    }

    #[test]
    fn every_route_says_what_it_is_for_and_nothing_else_does() {
        let listed: BTreeSet<String> = NEEDS
            .iter()
            .flat_map(|(route, entries)| {
                entries
                    .iter()
                    .map(move |entry| format!("{} {route}", entry.method))
            })
            .collect();
        let routes = routes();
        let missing: Vec<_> = routes.difference(&listed).collect();
        assert!(
            missing.is_empty(),
            "these routes need a line in auth/needs.rs: {missing:#?}"
        );
        let stale: Vec<_> = listed.difference(&routes).collect();
        assert!(
            stale.is_empty(),
            "these lines of auth/needs.rs name no route: {stale:#?}"
        );
    }

    #[test]
    fn what_is_not_listed_needs_what_its_method_could_do() {
        let brew = Method::from_bytes(b"BREW").expect("a method");
        for (method, route, needed) in [
            (Method::GET, Some("/healthz"), Need::SeeHealth),
            (
                Method::HEAD,
                Some("/diagnostic/status/heartbeat"),
                Need::SeeHealth,
            ),
            (
                Method::POST,
                Some("/healthz"),
                Need::To(&[Action::ChangeApplication]),
            ),
            (Method::GET, Some(address::badge::LATEST.route()), Need::SeeBadge),
            (
                Method::DELETE,
                Some(address::badge::LATEST.route()),
                Need::To(&[Action::ChangeApplication]),
            ),
            (
                Method::HEAD,
                Some(address::AUDIT.route()),
                Need::To(&[Action::ReadAudit]),
            ),
            (
                Method::OPTIONS,
                Some(address::AUDIT.route()),
                Need::To(&[Action::ReadAudit]),
            ),
            (
                Method::POST,
                Some(address::FOR_VERIFICATION.route()),
                Need::To(&[Action::ReadContracts]),
            ),
            (
                Method::PUT,
                Some(address::FOR_VERIFICATION.route()),
                Need::To(&[Action::ChangeApplication]),
            ),
            (brew, Some("/"), Need::To(&[Action::ChangeApplication])),
            (Method::GET, None, Need::To(&[Action::ReadContracts])),
            (Method::POST, None, Need::To(&[Action::ChangeApplication])),
        ] {
            assert_eq!(Need::of(&method, route), needed, "{method} {route:?}");
        }
    }
}

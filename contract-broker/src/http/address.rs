//! Every address of the broker, spelled once: routes, links, the description and the guard take it from here.

use std::fmt::Write as _;

use crate::domain::segment::encode;

/// The address of a route, with `N` names in braces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Address<const N: usize>(&'static str);

impl<const N: usize> Address<N> {
    /// The address as the router and the description write it.
    pub(crate) const fn route(self) -> &'static str {
        self.0
    }

    /// The path with these names in place of those in braces, each percent-encoded as one segment.
    pub(crate) fn path(self, names: [&str; N]) -> String {
        self.filled(&names.map(encode))
    }

    /// The path with these texts as they are: `{tag}` stays for the client to fill in, names are encoded already.
    pub(crate) fn template(self, parts: [&str; N]) -> String {
        self.filled(&parts)
    }

    fn filled<T: AsRef<str>>(self, parts: &[T; N]) -> String {
        let mut path = String::with_capacity(self.0.len() + 64);
        let mut parts = parts.iter();
        let mut rest = self.0;
        while let Some((before, after)) = rest.split_once('{') {
            let part = parts.next().map_or("", AsRef::as_ref);
            let _ = write!(path, "{before}{part}");
            rest = after.split_once('}').map_or("", |(_, after)| after);
        }
        path.push_str(rest);
        path
    }
}

/// How many names in braces a route has.
const fn names(route: &str) -> usize {
    let bytes = route.as_bytes();
    let (mut at, mut count) = (0, 0);
    while at < bytes.len() {
        if bytes[at] == b'{' {
            count += 1;
        }
        at += 1;
    }
    count
}

macro_rules! addresses {
    ($($(#[$doc:meta])* $name:ident = $route:literal;)+) => {
        $($(#[$doc])* pub(crate) const $name: Address<{ names($route) }> = Address($route);)+
    };
}

// About the broker itself.
addresses! {
    INDEX = "/";
    /// Whether the broker is alive.
    ALIVE = "/healthz";
    /// Whether the broker can serve.
    READY = "/readyz";
    /// As [`ALIVE`], at the address that clients of the original use.
    HEARTBEAT = "/diagnostic/status/heartbeat";
    DEPENDENCIES = "/diagnostic/status/dependencies";
    /// The description of the API for programs.
    DESCRIPTION = "/openapi.json";
    /// The description of the API for people.
    DESCRIPTION_PAGE = "/openapi";
    RELATION = "/doc/{relation}";
    TEST_ERROR = "/test/error";
    BROWSER = "/hal-browser/browser.html";
    ASSET = "/assets/{name}";
}

/// The addresses that tell whether the broker is alive.
pub(crate) const HEALTH: [&str; 3] = [ALIVE.0, READY.0, HEARTBEAT.0];

// Integrations and what is counted over all of them.
addresses! {
    INTEGRATIONS = "/integrations";
    INTEGRATION = "/integrations/provider/{provider}/consumer/{consumer}";
    INTEGRATIONS_OF_TEAM = "/integrations/team/{team}";
    DASHBOARD = "/dashboard";
    DASHBOARD_OF_PAIR = "/dashboard/provider/{provider}/consumer/{consumer}";
    RELATIONSHIPS = "/relationships";
    GROUP = "/groups/{pacticipant}";
    /// As clients of PactFlow spell it.
    NETWORK = "/pacticipant/{pacticipant}/network";
    METRICS = "/metrics";
    TEAM_METRICS = "/metrics/teams";
    RETENTION = "/retention";
}

// Pacticipants with their labels, versions, tags and branches.
addresses! {
    PACTICIPANTS = "/pacticipants";
    PACTICIPANTS_WITH_LABEL = "/pacticipants/label/{label}";
    PACTICIPANT = "/pacticipants/{pacticipant}";
    LABEL = "/pacticipants/{pacticipant}/labels/{label}";
    LABELS = "/labels";
    VERSIONS = "/pacticipants/{pacticipant}/versions";
    VERSION = "/pacticipants/{pacticipant}/versions/{version}";
    LATEST_VERSION = "/pacticipants/{pacticipant}/latest-version";
    LATEST_VERSION_WITH_TAG = "/pacticipants/{pacticipant}/latest-version/{tag}";
    TAG = "/pacticipants/{pacticipant}/versions/{version}/tags/{tag}";
    VERSIONS_WITH_TAG = "/pacticipants/{pacticipant}/tags/{tag}/versions";
    BRANCHES = "/pacticipants/{pacticipant}/branches";
    BRANCH = "/pacticipants/{pacticipant}/branches/{branch}";
    LATEST_VERSION_OF_BRANCH = "/pacticipants/{pacticipant}/branches/{branch}/latest-version";
    VERSIONS_OF_BRANCH = "/pacticipants/{pacticipant}/branches/{branch}/versions";
    BRANCH_VERSION = "/pacticipants/{pacticipant}/branches/{branch}/versions/{version}";
    VERSIONS_IN_ENVIRONMENT = "/pacticipants/{pacticipant}/environments/{environment}/versions";
}

// Lists of contracts.
addresses! {
    LATEST_CONTRACTS = "/pacts/latest";
    PROVIDER = "/pacts/provider/{provider}";
    PROVIDER_WITH_TAG = "/pacts/provider/{provider}/tag/{tag}";
    PROVIDER_LATEST = "/pacts/provider/{provider}/latest";
    PROVIDER_LATEST_WITH_TAG = "/pacts/provider/{provider}/latest/{tag}";
    PROVIDER_MAIN_BRANCH = "/pacts/provider/{provider}/branch";
    PROVIDER_LATEST_ON_MAIN_BRANCH = "/pacts/provider/{provider}/branch/latest";
    PROVIDER_BRANCH = "/pacts/provider/{provider}/branch/{branch}";
    PROVIDER_LATEST_ON_BRANCH = "/pacts/provider/{provider}/branch/{branch}/latest";
    PROVIDER_STATES = "/pacts/provider/{provider}/provider-states";
    PROVIDER_STATES_ON_BRANCH = "/pacts/provider/{provider}/provider-states/branch/{branch}";
    PROVIDER_STATES_IN_ENVIRONMENT = "/pacts/provider/{provider}/provider-states/environment/{environment}";
    PAIR_VERSIONS = "/pacts/provider/{provider}/consumer/{consumer}/versions";
    PAIR_WITH_TAG = "/pacts/provider/{provider}/consumer/{consumer}/tag/{tag}";
    PAIR_MAIN_BRANCH = "/pacts/provider/{provider}/consumer/{consumer}/branch/versions";
    PAIR_LATEST_ON_MAIN_BRANCH = "/pacts/provider/{provider}/consumer/{consumer}/branch/latest/versions";
    PAIR_BRANCH = "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}";
    PAIR_LATEST_ON_BRANCH = "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest/versions";
    /// As [`PAIR_MAIN_BRANCH`]; one client asks at this address.
    PAIR_MAIN_BRANCH_SHORT = "/pacts/provider/{provider}/consumer/{consumer}/branch";
}

// Single contracts.
addresses! {
    PUBLISH = "/contracts/publish";
    CONTRACT = "/pacts/provider/{provider}/consumer/{consumer}/version/{version}";
    CONTRACT_OLDER = "/pacts/provider/{provider}/consumer/{consumer}/versions/{version}";
    CONTRACT_OLDEST = "/pact/provider/{provider}/consumer/{consumer}/version/{version}";
    LATEST_CONTRACT = "/pacts/provider/{provider}/consumer/{consumer}/latest";
    LATEST_CONTRACT_OLDEST = "/pact/provider/{provider}/consumer/{consumer}/latest";
    LATEST_CONTRACT_WITH_TAG = "/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}";
    LATEST_CONTRACT_UNTAGGED = "/pacts/provider/{provider}/consumer/{consumer}/latest-untagged";
    LATEST_CONTRACT_ON_BRANCH = "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest";
    LATEST_CONTRACT_ON_MAIN_BRANCH = "/pacts/provider/{provider}/consumer/{consumer}/branch/latest";
    CONTENT = "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}";
    SELECTED_CONTENT = "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}";
    PREVIOUS_DISTINCT = "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/previous-distinct";
    CHANGES = "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/changes";
    CHANGES_SINCE_VERSION = "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/changes/version/{other}";
    DIFF_PREVIOUS_DISTINCT = "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/diff/previous-distinct";
    DIFF_OF_VERSIONS = "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/diff/version/{other}";
    DIFF_OF_CONTENTS = "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/diff/pact-version/{other}";
}

// Descriptions that providers publish, and their comparison with the contracts of consumers.
addresses! {
    PUBLISH_PROVIDER_CONTRACT = "/provider-contracts/provider/{provider}/publish";
    PROVIDER_CONTRACTS = "/provider-contracts/provider/{provider}";
    COMPATIBILITY = "/provider-contracts/provider/{provider}/compatibility";
    /// The older address to publish one.
    PROVIDER_CONTRACT_OLDER = "/contracts/provider/{provider}/version/{version}";
    PROVIDER_CONTRACT = "/contracts/bi-directional/provider/{provider}/version/{version}/provider-contract";
    SELF_VERIFICATION =
        "/contracts/bi-directional/provider/{provider}/version/{version}/provider-contract-verification-results";
    COMPARED_CONTRACTS = "/contracts/bi-directional/provider/{provider}/version/{version}/consumer-contract";
    RESULTS_OF_COMPARED_CONTRACTS =
        "/contracts/bi-directional/provider/{provider}/version/{version}/consumer-contract-verification-results";
    COMPARISONS =
        "/contracts/bi-directional/provider/{provider}/version/{version}/cross-contract-verification-results";
    DESCRIPTION_CHANGES = "/contracts/bi-directional/provider/{provider}/version/{version}/changes/version/{other}";
    DESCRIPTION_COVERAGE = "/contracts/bi-directional/provider/{provider}/version/{version}/coverage";
    PROVIDER_CONTRACT_OF_PAIR = "/contracts/bi-directional/provider/{provider}/version/{version}/consumer/{consumer}/version/{other}/provider-contract";
    SELF_VERIFICATION_OF_PAIR = "/contracts/bi-directional/provider/{provider}/version/{version}/consumer/{consumer}/version/{other}/provider-contract-verification-results";
    CONSUMER_CONTRACT_OF_PAIR = "/contracts/bi-directional/provider/{provider}/version/{version}/consumer/{consumer}/version/{other}/consumer-contract";
    RESULTS_OF_PAIR = "/contracts/bi-directional/provider/{provider}/version/{version}/consumer/{consumer}/version/{other}/consumer-contract-verification-results";
    COMPARISON = "/contracts/bi-directional/provider/{provider}/version/{version}/consumer/{consumer}/version/{other}/cross-contract-verification-results";
    /// The older address of a comparison, by the hash of the contract's content.
    COMPARISON_OF_CONTENT =
        "/contracts/provider/{provider}/version/{version}/consumer/{consumer}/pact-version/{sha}/verification-results";
}

// Verification.
addresses! {
    /// Which contracts a provider should verify. A POST there changes nothing.
    FOR_VERIFICATION = "/pacts/provider/{provider}/for-verification";
    RESULTS = "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results";
    RESULTS_OF_SELECTED =
        "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}/verification-results";
    RESULT = "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/{number}";
    RESULT_OF_SELECTED = "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}/verification-results/{number}";
    LATEST_RESULT_OF_CONTENT =
        "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/latest";
    LATEST_RESULT_OF_VERSION =
        "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/verification-results/latest";
    LATEST_RESULT_OF_LATEST = "/pacts/provider/{provider}/consumer/{consumer}/latest/verification-results/latest";
    LATEST_RESULT_OF_LATEST_WITH_TAG =
        "/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}/verification-results/latest";
    RESULTS_OF_CONSUMER_VERSION = "/verification-results/consumer/{consumer}/version/{version}/latest";
}

// What can be deployed, and what is.
addresses! {
    MATRIX = "/matrix";
    MATRIX_OF_PAIR = "/matrix/provider/{provider}/consumer/{consumer}";
    CAN_I_DEPLOY = "/can-i-deploy";
    CAN_I_DEPLOY_TAG = "/pacticipants/{pacticipant}/latest-version/{tag}/can-i-deploy/to/{to}";
    CAN_I_DEPLOY_BRANCH =
        "/pacticipants/{pacticipant}/branches/{branch}/latest-version/can-i-deploy/to-environment/{environment}";
    ENVIRONMENTS = "/environments";
    ENVIRONMENT = "/environments/{environment}";
    CURRENTLY_DEPLOYED = "/environments/{environment}/deployed-versions/currently-deployed";
    CURRENTLY_SUPPORTED = "/environments/{environment}/released-versions/currently-supported";
    DEPLOYMENTS_OF_VERSION =
        "/pacticipants/{pacticipant}/versions/{version}/deployed-versions/environment/{environment}";
    RELEASES_OF_VERSION = "/pacticipants/{pacticipant}/versions/{version}/released-versions/environment/{environment}";
    DEPLOYMENT = "/deployed-versions/{uuid}";
    RELEASE = "/released-versions/{uuid}";
}

// Webhooks and what they sent.
addresses! {
    WEBHOOKS = "/webhooks";
    WEBHOOK = "/webhooks/{uuid}";
    EXECUTE_UNSAVED = "/webhooks/execute";
    EXECUTE = "/webhooks/{uuid}/execute";
    SENT_BY_WEBHOOK = "/webhooks/{uuid}/triggered-webhooks";
    WEBHOOKS_OF_PROVIDER = "/webhooks/provider/{provider}";
    WEBHOOKS_OF_CONSUMER = "/webhooks/consumer/{consumer}";
    WEBHOOKS_OF_PAIR = "/webhooks/provider/{provider}/consumer/{consumer}";
    WEBHOOKS_OF_CONTRACT = "/pacts/provider/{provider}/consumer/{consumer}/webhooks";
    WEBHOOK_STATUS = "/pacts/provider/{provider}/consumer/{consumer}/webhooks/status";
    TRIGGERED_BY_CONTRACT = "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/triggered-webhooks";
    TRIGGERED_BY_RESULT = "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/{number}/triggered-webhooks";
    TRIGGERED_WEBHOOKS = "/triggered-webhooks";
    TRIGGERED_WEBHOOK = "/triggered-webhooks/{uuid}";
    LOGS = "/triggered-webhooks/{uuid}/logs";
    REPLAY = "/triggered-webhooks/{uuid}/replay";
}

// Who may do what.
addresses! {
    /// The account that asks.
    OWN_ACCOUNT = "/user";
    OWN_TOKENS = "/settings/tokens";
    TOKEN = "/settings/tokens/{uuid}";
    RENEW_TOKEN = "/settings/tokens/{uuid}/regenerate";
    OWN_SESSIONS = "/settings/sessions";
    END_SESSION = "/settings/sessions/{uuid}/revoke";
    SESSIONS_OF = "/admin/users/{uuid}/sessions";
    LOG_OUT = "/logout";
    /// Where somebody allows the command line to log in.
    DEVICE = "/device";
    OWN_PREFERENCES = "/preferences/current-user";
    PREFERENCES = "/preferences/system";
    ACCOUNTS = "/admin/users";
    INVITE_USER = "/admin/users/invite-user";
    INVITE_USERS = "/admin/users/invite-users";
    ACCOUNT = "/admin/users/{uuid}";
    ACCOUNT_ROLES = "/admin/users/{uuid}/roles";
    ACCOUNT_ROLE = "/admin/users/{uuid}/roles/{role}";
    /// As clients of older versions ask.
    ACCOUNT_ADMINISTRATOR = "/admin/users/{uuid}/role/admin";
    SYSTEM_ACCOUNTS = "/admin/system-accounts";
    SYSTEM_ACCOUNT_TOKENS = "/admin/system-accounts/{uuid}/tokens";
    TEAMS = "/admin/teams";
    TEAM = "/admin/teams/{uuid}";
    TEAM_MEMBERS = "/admin/teams/{uuid}/users";
    TEAM_MEMBER = "/admin/teams/{uuid}/users/{user}";
    ROLES = "/admin/roles";
    RESET_ROLES = "/admin/roles/reset";
    ROLE = "/admin/roles/{uuid}";
    PERMISSIONS = "/admin/permissions";
    AUTHENTICATION_SETTINGS = "/admin/tenant/authentication-settings";
    SECRETS = "/secrets";
    SECRET = "/secrets/{uuid}";
    AUDIT = "/audit";
}

// Tenants, at the host that belongs to none.
addresses! {
    TENANTS = "/admin/tenants";
    TENANT = "/admin/tenants/{name}";
    TENANT_EXPORT = "/admin/tenants/{name}/export";
}

// Where somebody becomes known.
addresses! {
    LOGIN = "/login";
    /// Where the provider sends a browser back to.
    LOGIN_CALLBACK = "/login/callback";
    LOGGED_OUT = "/logged-out";
    /// Where the provider says that somebody logged out there.
    PROVIDER_LOGOUT = "/logout/backchannel";
    OAUTH_TOKEN = "/oauth/token";
    OAUTH_DEVICE = "/oauth/device_authorization";
    OAUTH_REVOKE = "/oauth/revoke";
}

/// The addresses that everyone reaches, because they make somebody known.
pub(crate) mod login {
    /// All of them.
    pub(crate) const ALL: [&str; 7] = [
        super::LOGIN.0,
        super::LOGIN_CALLBACK.0,
        super::LOGGED_OUT.0,
        super::PROVIDER_LOGOUT.0,
        super::OAUTH_TOKEN.0,
        super::OAUTH_DEVICE.0,
        super::OAUTH_REVOKE.0,
    ];
}

/// Where badges are. Whoever may see badges alone may see these addresses and no other.
pub(crate) mod badge {
    use super::{Address, names};

    addresses! {
        LATEST = "/pacts/provider/{provider}/consumer/{consumer}/latest/badge";
        LATEST_WITH_TAG = "/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}/badge";
        LATEST_UNTAGGED = "/pacts/provider/{provider}/consumer/{consumer}/latest-untagged/badge";
        LATEST_ON_BRANCH = "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest/badge";
        OF_TAGS = "/matrix/provider/{provider}/latest/{providerTag}/consumer/{consumer}/latest/{tag}/badge";
        TAG_TO_TAG = "/pacticipants/{pacticipant}/latest-version/{tag}/can-i-deploy/to/{to}/badge";
        BRANCH_TO_ENVIRONMENT = "/pacticipants/{pacticipant}/branches/{branch}/latest-version/can-i-deploy/to-environment/{environment}/badge";
        CAN_I_MERGE = "/pacticipants/{pacticipant}/main-branch/can-i-merge/badge";
    }

    /// All of them.
    pub(crate) const ALL: [&str; 8] = [
        LATEST.0,
        LATEST_WITH_TAG.0,
        LATEST_UNTAGGED.0,
        LATEST_ON_BRANCH.0,
        OF_TAGS.0,
        TAG_TO_TAG.0,
        BRANCH_TO_ENVIRONMENT.0,
        CAN_I_MERGE.0,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_encoded_and_templates_are_left_as_they_are() {
        assert_eq!(INDEX.path([]), "/");
        assert_eq!(
            TAG.path(["a/b", "1.0+é", "{x}"]),
            "/pacticipants/a%2Fb/versions/1.0%2B%C3%A9/tags/%7Bx%7D"
        );
        assert_eq!(
            LATEST_CONTRACT.path(["p", "c"]),
            "/pacts/provider/p/consumer/c/latest"
        );
        assert_eq!(
            badge::TAG_TO_TAG.template(["a%20b", "{tag}", "{toTag}"]),
            "/pacticipants/a%20b/latest-version/{tag}/can-i-deploy/to/{toTag}/badge"
        );
    }
}

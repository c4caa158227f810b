//! The index: where everything is.

use super::{Link, Linked, Links};
use crate::http::{address, base_url::BaseUrl};

/// What a version can be asked to be deployed beside.
const TO_TAG: &str = "?pacticipant={pacticipant}&version={version}&to={tag}";
const TO_ENVIRONMENT: &str = "?pacticipant={pacticipant}&version={version}&environment={environment}";

/// A relation of the index.
struct Entry<'a> {
    relation: &'static str,
    /// An address with `{names}` is a template.
    address: &'a str,
    title: &'static str,
}

const fn entry<'a>(relation: &'static str, address: &'a str, title: &'static str) -> Entry<'a> {
    Entry {
        relation,
        address,
        title,
    }
}

const ENTRIES: [Entry<'static>; 33] = [
    entry(
        "pf:publish-provider-contract",
        address::PUBLISH_PROVIDER_CONTRACT.route(),
        "Publish the description of a provider version",
    ),
    entry(
        "pb:publish-contracts",
        address::PUBLISH.route(),
        "Publish contracts",
    ),
    entry(
        "pb:latest-pact-versions",
        address::LATEST_CONTRACTS.route(),
        "Latest contract of each integration",
    ),
    entry(
        "pb:tagged-pact-versions",
        address::PAIR_WITH_TAG.route(),
        "All contracts with a tag",
    ),
    entry(
        "pb:branch-pact-versions",
        address::PAIR_BRANCH.route(),
        "All contracts of a branch",
    ),
    entry(
        "pb:latest-branch-pact-versions",
        address::PAIR_LATEST_ON_BRANCH.route(),
        "Latest contract of a branch",
    ),
    entry(
        "pb:main-branch-pact-versions",
        address::PAIR_MAIN_BRANCH.route(),
        "All contracts of the main branch",
    ),
    entry(
        "pb:latest-main-branch-pact-versions",
        address::PAIR_LATEST_ON_MAIN_BRANCH.route(),
        "Latest contract of the main branch",
    ),
    entry(
        "pb:provider-pacts-with-main-branch",
        address::PROVIDER_MAIN_BRANCH.route(),
        "All contracts of a provider from main branches",
    ),
    entry(
        "pb:provider-pacts-with-branch",
        address::PROVIDER_BRANCH.route(),
        "All contracts of a provider from a branch",
    ),
    entry(
        "pb:latest-provider-pacts-with-main-branch",
        address::PROVIDER_LATEST_ON_MAIN_BRANCH.route(),
        "Latest contracts of a provider from main branches",
    ),
    entry(
        "pb:latest-provider-pacts-with-branch",
        address::PROVIDER_LATEST_ON_BRANCH.route(),
        "Latest contracts of a provider from a branch",
    ),
    entry("pb:pacticipants", address::PACTICIPANTS.route(), "Pacticipants"),
    entry("pb:pacticipant", address::PACTICIPANT.route(), "A pacticipant"),
    entry(
        "pb:latest-provider-pacts",
        address::PROVIDER_LATEST.route(),
        "Latest contracts of a provider",
    ),
    entry(
        "pb:latest-provider-pacts-with-tag",
        address::PROVIDER_LATEST_WITH_TAG.route(),
        "Latest contracts of a provider with a tag",
    ),
    entry(
        "pb:provider-pacts-with-tag",
        address::PROVIDER_WITH_TAG.route(),
        "All contracts of a provider with a tag",
    ),
    entry(
        "pb:provider-pacts",
        address::PROVIDER.route(),
        "All contracts of a provider",
    ),
    entry(
        "pb:latest-version",
        address::LATEST_VERSION.route(),
        "Latest version of a pacticipant",
    ),
    entry(
        "pb:latest-tagged-version",
        address::LATEST_VERSION_WITH_TAG.route(),
        "Latest version of a pacticipant with a tag",
    ),
    entry("pb:webhooks", address::WEBHOOKS.route(), "Webhooks"),
    entry("pb:webhook", address::WEBHOOK.route(), "A webhook"),
    entry("pb:integrations", address::INTEGRATIONS.route(), "Integrations"),
    entry(
        "pb:pacticipant-version-tag",
        address::TAG.route(),
        "A tag of a version",
    ),
    entry("pb:pacticipant-branch", address::BRANCH.route(), "A branch"),
    entry(
        "pb:pacticipant-branch-version",
        address::BRANCH_VERSION.route(),
        "A version on a branch",
    ),
    entry("pb:pacticipant-version", address::VERSION.route(), "A version"),
    entry("pb:metrics", address::METRICS.route(), "Counts"),
    entry(
        "pb:provider-pacts-for-verification",
        address::FOR_VERIFICATION.route(),
        "Contracts that a provider should verify",
    ),
    entry(
        "beta:provider-pacts-for-verification",
        address::FOR_VERIFICATION.route(),
        "Contracts that a provider should verify",
    ),
    entry("pb:environments", address::ENVIRONMENTS.route(), "Environments"),
    entry(
        "pb:idempotent-requests",
        IDEMPOTENT_REQUESTS,
        "A POST with an Idempotency-Key is done once",
    ),
    entry(
        "pb:api-description",
        address::DESCRIPTION.route(),
        "Description of this API",
    ),
];

/// What this relation means is all that it leads to.
const IDEMPOTENT_REQUESTS: &str = "/doc/idempotent-requests";

/// What clients of PactFlow ask for.
const OF_PACTFLOW: [Entry<'static>; 32] = [
    entry("pf:user", address::OWN_ACCOUNT.route(), "The account that asks"),
    entry(
        "pf:tokens",
        address::OWN_TOKENS.route(),
        "The tokens of the account that asks",
    ),
    entry("pf:token", address::TOKEN.route(), "A token"),
    entry(
        "pf:regenerate",
        address::RENEW_TOKEN.route(),
        "POST for a new value of a token",
    ),
    entry(
        "pf:current-user-preferences",
        address::OWN_PREFERENCES.route(),
        "The preferences of the account that asks",
    ),
    entry(
        "pf:system-preferences",
        address::PREFERENCES.route(),
        "The preferences of the broker",
    ),
    entry(
        "pf:admin-users",
        address::ACCOUNTS.route(),
        "Users and system accounts",
    ),
    entry(
        "pf:admin-invite-user",
        address::INVITE_USER.route(),
        "POST to create a user",
    ),
    entry(
        "pf:admin-invite-users",
        address::INVITE_USERS.route(),
        "POST to create several users",
    ),
    entry(
        "pf:admin-user",
        address::ACCOUNT.route(),
        "A user or a system account",
    ),
    entry(
        "pf:admin-user-roles",
        address::ACCOUNT_ROLES.route(),
        "The roles of an account",
    ),
    entry(
        "pf:admin-user-role",
        address::ACCOUNT_ROLE.route(),
        "A role of an account",
    ),
    entry(
        "pf:admin-system-accounts",
        address::SYSTEM_ACCOUNTS.route(),
        "System accounts",
    ),
    entry(
        "pf:admin-system-account-tokens",
        address::SYSTEM_ACCOUNT_TOKENS.route(),
        "The tokens of a system account",
    ),
    entry("pf:admin-teams", address::TEAMS.route(), "Teams"),
    entry("pf:admin-team", address::TEAM.route(), "A team"),
    entry(
        "pf:admin-team-users",
        address::TEAM_MEMBERS.route(),
        "The members of a team",
    ),
    entry(
        "pf:admin-team-user",
        address::TEAM_MEMBER.route(),
        "A member of a team",
    ),
    entry("pf:admin-roles", address::ROLES.route(), "Roles"),
    entry("pf:admin-role", address::ROLE.route(), "A role"),
    entry(
        "pf:admin-reset-roles",
        address::RESET_ROLES.route(),
        "POST to reset the predefined roles",
    ),
    entry(
        "pf:admin-permissions",
        address::PERMISSIONS.route(),
        "The permissions that a role can hold",
    ),
    entry(
        "pf:admin-authentication-settings",
        address::AUTHENTICATION_SETTINGS.route(),
        "Who may log in by which provider",
    ),
    entry("pf:secrets", address::SECRETS.route(), "Secrets of webhooks"),
    entry("pf:secret", address::SECRET.route(), "A secret"),
    entry(
        "pf:audit",
        address::AUDIT.route(),
        "What was changed, and by whom",
    ),
    entry(
        "pf:integrations-of-team",
        address::INTEGRATIONS_OF_TEAM.route(),
        "The integrations of a team",
    ),
    entry(
        "pf:network",
        address::NETWORK.route(),
        "Who is connected with a pacticipant",
    ),
    entry(
        "pf:team-metrics",
        address::TEAM_METRICS.route(),
        "Counts of what belongs to each team",
    ),
    entry(
        "pf:execute-webhook",
        address::EXECUTE_UNSAVED.route(),
        "POST to send a webhook that is not stored",
    ),
    entry(
        "pf:provider-contract",
        address::PROVIDER_CONTRACT.route(),
        "The description that a provider version published",
    ),
    entry(
        "pf:cross-contract-verification-results",
        address::COMPARISON.route(),
        "A contract compared with a description",
    ),
];

/// Links to everything.
pub(crate) fn index(base: &BaseUrl) -> Linked {
    // These have names that clients know other than those of the routes, or a query.
    let publish = address::CONTRACT.template(["{provider}", "{consumer}", "{consumerApplicationVersion}"]);
    let environment = address::ENVIRONMENT.template(["{uuid}"]);
    let can_i_deploy = |query: &str| format!("{}{query}", address::CAN_I_DEPLOY.route());
    let (to_tag, to_environment) = (can_i_deploy(TO_TAG), can_i_deploy(TO_ENVIRONMENT));
    let made = [
        entry("pb:publish-pact", &publish, "Publish a contract"),
        entry("pb:environment", &environment, "An environment"),
        entry(
            "pb:can-i-deploy-pacticipant-version-to-tag",
            &to_tag,
            "Whether a version can be deployed beside the latest versions with a tag",
        ),
        entry(
            "pb:can-i-deploy-pacticipant-version-to-environment",
            &to_environment,
            "Whether a version can be deployed to an environment",
        ),
    ];
    let mut links = Links::itself(Link::to(base.to(address::INDEX, [])).titled("Index")).prefixes(
        base,
        "index",
        &["pb", "beta", "pf"],
    );
    for Entry {
        relation,
        address,
        title,
    } in ENTRIES.iter().chain(&OF_PACTFLOW).chain(&made)
    {
        let link = Link::to(base.join(address)).titled(*title);
        links.add(relation, link.templated(address.contains('{')));
    }
    Linked { links }
}

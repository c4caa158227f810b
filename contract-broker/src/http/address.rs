//! Addresses that more than one part of the broker has to know: what a route asks of its caller is decided by them.

/// Whether the broker is alive.
pub(crate) const ALIVE: &str = "/healthz";
/// Whether the broker can serve.
pub(crate) const READY: &str = "/readyz";
/// As [`ALIVE`], where clients of the original look for it.
pub(crate) const HEARTBEAT: &str = "/diagnostic/status/heartbeat";

/// The addresses that tell whether the broker is alive.
pub(crate) const HEALTH: [&str; 3] = [ALIVE, READY, HEARTBEAT];

/// Which contracts a provider should verify. A POST there changes nothing.
pub(crate) const FOR_VERIFICATION: &str = "/pacts/provider/{provider}/for-verification";

/// Where badges are. Whoever may see badges alone may see these addresses and no other.
pub(crate) mod badge {
    pub(crate) const LATEST: &str = "/pacts/provider/{provider}/consumer/{consumer}/latest/badge";
    pub(crate) const LATEST_WITH_TAG: &str =
        "/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}/badge";
    pub(crate) const LATEST_UNTAGGED: &str =
        "/pacts/provider/{provider}/consumer/{consumer}/latest-untagged/badge";
    pub(crate) const LATEST_ON_BRANCH: &str =
        "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest/badge";
    pub(crate) const OF_TAGS: &str =
        "/matrix/provider/{provider}/latest/{providerTag}/consumer/{consumer}/latest/{tag}/badge";
    pub(crate) const TAG_TO_TAG: &str =
        "/pacticipants/{pacticipant}/latest-version/{tag}/can-i-deploy/to/{to}/badge";
    pub(crate) const BRANCH_TO_ENVIRONMENT: &str = "/pacticipants/{pacticipant}/branches/{branch}/latest-version/can-i-deploy/to-environment/{environment}/badge";
    pub(crate) const CAN_I_MERGE: &str = "/pacticipants/{pacticipant}/main-branch/can-i-merge/badge";

    /// All of them.
    pub(crate) const ALL: [&str; 8] = [
        LATEST,
        LATEST_WITH_TAG,
        LATEST_UNTAGGED,
        LATEST_ON_BRANCH,
        OF_TAGS,
        TAG_TO_TAG,
        BRANCH_TO_ENVIRONMENT,
        CAN_I_MERGE,
    ];
}

//! Every operation of the API, in the order in which they are described.

/// A method of HTTP.
#[derive(Debug, Clone, Copy)]
pub(super) enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// As the description writes it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Post => "post",
            Self::Put => "put",
            Self::Patch => "patch",
            Self::Delete => "delete",
        }
    }
}

/// One operation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Operation {
    pub(super) method: Method,
    pub(super) path: &'static str,
    pub(super) summary: &'static str,
    /// Names of query parameters; all optional.
    pub(super) query: &'static [&'static str],
    /// The name of the schema of its body.
    pub(super) body: Option<&'static str>,
    /// The name of the schema of a success.
    pub(super) answer: Option<&'static str>,
    /// The status of a success.
    pub(super) status: u16,
    /// The media type of a success; where it is not HAL, the schema is that of the HAL which can be asked for.
    pub(super) media: &'static str,
}

const fn one(method: Method, path: &'static str, summary: &'static str) -> Operation {
    Operation {
        method,
        path,
        summary,
        query: &[],
        body: None,
        answer: None,
        status: 200,
        media: "application/hal+json",
    }
}

impl Operation {
    const fn query(self, query: &'static [&'static str]) -> Self {
        Self { query, ..self }
    }

    const fn body(self, schema: &'static str) -> Self {
        Self {
            body: Some(schema),
            ..self
        }
    }

    const fn answer(self, schema: &'static str) -> Self {
        Self {
            answer: Some(schema),
            ..self
        }
    }

    const fn status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    const fn media(self, media: &'static str) -> Self {
        Self { media, ..self }
    }
}

/// Operations by the group that they belong to.
pub(super) static GROUPS: &[(&str, &[Operation])] = &[
    (
        "Index and health",
        &[
            one(Method::Get, "/", "Where everything is").answer("Linked"),
            one(Method::Get, "/healthz", "Whether the process is alive").answer("Health"),
            one(Method::Get, "/readyz", "Whether the database answers").answer("Health"),
            one(Method::Get, "/diagnostic/status/heartbeat", "Whether the process is alive, as older clients ask").answer("Health"),
            one(Method::Get, "/diagnostic/status/dependencies", "Whether the database answers, as older clients ask").answer("Dependencies"),
            one(Method::Get, "/openapi.json", "This description").media("application/json"),
            one(Method::Get, "/doc/{relation}", "What a relation of links means").answer("Relation"),
            one(Method::Get, "/test/error", "Fail, to see how failures are logged and shown").status(500),
            one(Method::Post, "/test/error", "Fail, to see how failures of changes are logged and shown").status(500),
        ],
    ),
    (
        "Integrations",
        &[
            one(Method::Get, "/integrations", "List who needs whom").query(&["q", "page", "size"]).answer("IntegrationList"),
            one(Method::Delete, "/integrations", "Delete everything but environments").status(204),
            one(Method::Delete, "/integrations/provider/{provider}/consumer/{consumer}", "Delete an integration with its contracts, webhooks, and what only it needed").status(204),
            one(Method::Get, "/dashboard", "How the newest contract of each integration stands").query(&["page", "size"]).answer("Dashboard"),
            one(Method::Get, "/dashboard/provider/{provider}/consumer/{consumer}", "How the newest contracts of a pair stand").answer("Dashboard"),
            one(Method::Get, "/relationships", "Who needs whom, for graphs").media("text/csv").answer("Network"),
            one(Method::Get, "/groups/{pacticipant}", "Those connected with a pacticipant, for graphs").query(&["maxPacticipants"]).media("text/csv").answer("Network"),
            one(Method::Get, "/metrics", "Counts of what is stored").answer("Metrics"),
            one(Method::Get, "/retention", "Which old versions retention would delete, and why the others stay").query(&["goes", "pacticipant", "page", "size"]).answer("Retention"),
        ],
    ),
    (
        "Lists of contracts",
        &[
            one(Method::Get, "/pacts/latest", "List the newest contract of each integration").query(&["page", "size"]).answer("ContractList"),
            one(Method::Get, "/pacts/provider/{provider}", "List the contracts of a provider").query(&["page", "size"]).answer("ProviderContracts"),
            one(Method::Get, "/pacts/provider/{provider}/tag/{tag}", "List the contracts of a provider whose versions have a tag").query(&["page", "size"]).answer("ProviderContracts"),
            one(Method::Get, "/pacts/provider/{provider}/latest", "List the newest contracts of a provider").query(&["page", "size"]).answer("ProviderContracts"),
            one(Method::Get, "/pacts/provider/{provider}/latest/{tag}", "List the newest contracts of a provider with a tag").query(&["page", "size"]).answer("ProviderContracts"),
            one(Method::Get, "/pacts/provider/{provider}/branch", "List the contracts of a provider from main branches").query(&["page", "size"]).answer("ProviderContracts"),
            one(Method::Get, "/pacts/provider/{provider}/branch/latest", "List the newest contracts of a provider from main branches").query(&["page", "size"]).answer("ProviderContracts"),
            one(Method::Get, "/pacts/provider/{provider}/branch/{branch}", "List the contracts of a provider from a branch").query(&["page", "size"]).answer("ProviderContracts"),
            one(Method::Get, "/pacts/provider/{provider}/branch/{branch}/latest", "List the newest contracts of a provider from a branch").query(&["page", "size"]).answer("ProviderContracts"),
            one(Method::Get, "/pacts/provider/{provider}/provider-states", "List the provider states that main branches use").answer("ProviderStates"),
            one(Method::Get, "/pacts/provider/{provider}/provider-states/branch/{branch}", "List the provider states that a branch uses").answer("ProviderStates"),
            one(Method::Get, "/pacts/provider/{provider}/provider-states/environment/{environment}", "List the provider states used in an environment, by its uuid or name").answer("ProviderStates"),
            one(Method::Get, "/pacts/provider/{provider}/consumer/{consumer}/versions", "List the contracts of a pair").query(&["page", "size"]).answer("PairContracts"),
            one(Method::Delete, "/pacts/provider/{provider}/consumer/{consumer}/versions", "Delete the contracts of a pair").status(204),
            one(Method::Get, "/pacts/provider/{provider}/consumer/{consumer}/tag/{tag}", "List the contracts of a pair with a tag").query(&["page", "size"]).answer("PairContracts"),
            one(Method::Delete, "/pacts/provider/{provider}/consumer/{consumer}/tag/{tag}", "Delete the contracts of a pair with a tag").answer("Linked"),
            one(Method::Get, "/pacts/provider/{provider}/consumer/{consumer}/branch/versions", "List the contracts of a pair from the main branch").query(&["page", "size"]).answer("PairContracts"),
            one(Method::Delete, "/pacts/provider/{provider}/consumer/{consumer}/branch/versions", "Delete the contracts of a pair from the main branch").answer("Linked"),
            one(Method::Get, "/pacts/provider/{provider}/consumer/{consumer}/branch/latest/versions", "List the contracts of a pair: the newest from the main branch").query(&["page", "size"]).answer("PairContracts"),
            one(Method::Delete, "/pacts/provider/{provider}/consumer/{consumer}/branch/latest/versions", "Delete the contracts of a pair: the newest from the main branch").answer("Linked"),
            one(Method::Get, "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}", "List the contracts of a pair from a branch").query(&["page", "size"]).answer("PairContracts"),
            one(Method::Delete, "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}", "Delete the contracts of a pair from a branch").answer("Linked"),
            one(Method::Get, "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest/versions", "List the contracts of a pair: the newest from a branch").query(&["page", "size"]).answer("PairContracts"),
            one(Method::Delete, "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest/versions", "Delete the contracts of a pair: the newest from a branch").answer("Linked"),
            one(Method::Get, "/pacts/provider/{provider}/consumer/{consumer}/branch", "List the contracts of a pair from the main branch, as one client asks").query(&["page", "size"]).answer("PairContracts"),
            one(Method::Get, "/pacts/provider/{provider}/consumer/{consumer}/branch/latest", "Show the newest contract from the main branch, as one client asks").answer("ContractDocument"),
            one(Method::Delete, "/pacts/provider/{provider}/consumer/{consumer}/branch/latest", "Delete the contracts of a pair from the branch that is named latest").answer("Linked"),
            one(Method::Get, "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/previous-distinct", "Show the contract before this one with other content").answer("ContractDocument"),
            one(Method::Get, "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/diff/previous-distinct", "Compare with the previous content").media("text/plain"),
            one(Method::Get, "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/diff/version/{other}", "Compare the contracts of two versions").media("text/plain"),
            one(Method::Get, "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/diff/pact-version/{other}", "Compare two contents").media("text/plain"),
        ],
    ),
    (
        "Pacticipants",
        &[
            one(Method::Get, "/pacticipants", "List pacticipants by name").query(&["q", "page", "size"]).answer("PacticipantList"),
            one(Method::Post, "/pacticipants", "Create a pacticipant").body("Pacticipant").status(201).answer("PacticipantDocument"),
            one(Method::Get, "/pacticipants/label/{label}", "List pacticipants that have a label").query(&["q", "page", "size"]).answer("PacticipantList"),
            one(Method::Delete, "/pacticipants/{pacticipant}", "Delete a pacticipant with everything that belongs to it").status(204),
            one(Method::Get, "/pacticipants/{pacticipant}", "Show a pacticipant").answer("PacticipantDocument"),
            one(Method::Put, "/pacticipants/{pacticipant}", "Replace what is said about a pacticipant").body("Pacticipant").answer("PacticipantDocument"),
            one(Method::Patch, "/pacticipants/{pacticipant}", "Change a pacticipant, or create it").body("Pacticipant").answer("PacticipantDocument"),
            one(Method::Get, "/pacticipants/{pacticipant}/labels/{label}", "Show a label").answer("Label"),
            one(Method::Put, "/pacticipants/{pacticipant}/labels/{label}", "Add a label").status(201).answer("Label"),
            one(Method::Delete, "/pacticipants/{pacticipant}/labels/{label}", "Remove a label").status(204),
            one(Method::Get, "/labels", "List the labels in use").query(&["page", "size"]).answer("LabelList"),
        ],
    ),
    (
        "Versions",
        &[
            one(Method::Get, "/pacticipants/{pacticipant}/versions", "List versions, newest first").query(&["page", "size"]).answer("VersionList"),
            one(Method::Delete, "/pacticipants/{pacticipant}/versions/{version}", "Delete a version with its contracts and results").status(204),
            one(Method::Get, "/pacticipants/{pacticipant}/versions/{version}", "Show a version").answer("VersionDocument"),
            one(Method::Put, "/pacticipants/{pacticipant}/versions/{version}", "Create a version, or replace what is said about it").body("Version").answer("VersionDocument"),
            one(Method::Patch, "/pacticipants/{pacticipant}/versions/{version}", "Create a version, or change it").body("Version").answer("VersionDocument"),
            one(Method::Get, "/pacticipants/{pacticipant}/latest-version", "Show the newest version").answer("VersionDocument"),
            one(Method::Get, "/pacticipants/{pacticipant}/latest-version/{tag}", "Show the newest version with a tag").answer("VersionDocument"),
            one(Method::Delete, "/pacticipants/{pacticipant}/versions/{version}/tags/{tag}", "Take a tag off a version").status(204),
            one(Method::Get, "/pacticipants/{pacticipant}/versions/{version}/tags/{tag}", "Show a tag of a version").answer("Tag"),
            one(Method::Put, "/pacticipants/{pacticipant}/versions/{version}/tags/{tag}", "Tag a version").status(201).answer("Tag"),
            one(Method::Get, "/pacticipants/{pacticipant}/tags/{tag}/versions", "List the versions with a tag").query(&["page", "size"]).answer("VersionList"),
            one(Method::Delete, "/pacticipants/{pacticipant}/branches", "Delete all branches but the main branch and those to keep").status(202).query(&["exclude[]"]).answer("Notified"),
            one(Method::Get, "/pacticipants/{pacticipant}/branches", "List branches").query(&["q", "page", "size"]).answer("BranchList"),
            one(Method::Delete, "/pacticipants/{pacticipant}/branches/{branch}", "Delete a branch; its versions stay").status(204),
            one(Method::Get, "/pacticipants/{pacticipant}/branches/{branch}", "Show a branch").answer("Branch"),
            one(Method::Get, "/pacticipants/{pacticipant}/branches/{branch}/latest-version", "Show the newest version of a branch").answer("VersionDocument"),
            one(Method::Get, "/pacticipants/{pacticipant}/branches/{branch}/versions", "List the versions of a branch").query(&["page", "size"]).answer("VersionList"),
            one(Method::Delete, "/pacticipants/{pacticipant}/branches/{branch}/versions/{version}", "Take a version off a branch").status(204),
            one(Method::Get, "/pacticipants/{pacticipant}/branches/{branch}/versions/{version}", "Show a version's place on a branch").answer("BranchVersion"),
            one(Method::Put, "/pacticipants/{pacticipant}/branches/{branch}/versions/{version}", "Put a version on a branch").status(201).answer("BranchVersion"),
            one(Method::Get, "/pacticipants/{pacticipant}/environments/{environment}/versions", "List the versions that were ever in an environment").query(&["page", "size"]).answer("VersionList"),
        ],
    ),
    (
        "Contracts",
        &[
            one(Method::Post, "/contracts/publish", "Publish contracts with their version, branch and tags").body("Publication").answer("PublishedDocument"),
            one(Method::Delete, "/pacts/provider/{provider}/consumer/{consumer}/version/{version}", "Delete the contract of a version").status(200).answer("Linked"),
            one(Method::Get, "/pacts/provider/{provider}/consumer/{consumer}/version/{version}", "Fetch the contract of a consumer version").answer("ContractDocument"),
            one(Method::Put, "/pacts/provider/{provider}/consumer/{consumer}/version/{version}", "Publish one contract").body("Contract").status(201).answer("ContractDocument"),
            one(Method::Patch, "/pacts/provider/{provider}/consumer/{consumer}/version/{version}", "Merge interactions into a contract").body("Contract").answer("ContractDocument"),
            one(Method::Delete, "/pacts/provider/{provider}/consumer/{consumer}/versions/{version}", "Delete the contract of a version, under an older address").answer("Linked"),
            one(Method::Get, "/pacts/provider/{provider}/consumer/{consumer}/versions/{version}", "Older address of a contract").answer("ContractDocument"),
            one(Method::Put, "/pacts/provider/{provider}/consumer/{consumer}/versions/{version}", "Older address to publish one contract").body("Contract").status(201).answer("ContractDocument"),
            one(Method::Patch, "/pacts/provider/{provider}/consumer/{consumer}/versions/{version}", "Older address to merge interactions").body("Contract").answer("ContractDocument"),
            one(Method::Delete, "/pact/provider/{provider}/consumer/{consumer}/version/{version}", "Delete the contract of a version, under an older address").answer("Linked"),
            one(Method::Get, "/pact/provider/{provider}/consumer/{consumer}/version/{version}", "Oldest address of a contract").answer("ContractDocument"),
            one(Method::Put, "/pact/provider/{provider}/consumer/{consumer}/version/{version}", "Oldest address to publish one contract").body("Contract").status(201).answer("ContractDocument"),
            one(Method::Patch, "/pact/provider/{provider}/consumer/{consumer}/version/{version}", "Oldest address to merge interactions").body("Contract").answer("ContractDocument"),
            one(Method::Get, "/pact/provider/{provider}/consumer/{consumer}/latest", "Oldest address of the newest contract").answer("ContractDocument"),
            one(Method::Get, "/pacts/provider/{provider}/consumer/{consumer}/latest", "Fetch the newest contract").answer("ContractDocument"),
            one(Method::Get, "/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}", "Fetch the newest contract with a tag").answer("ContractDocument"),
            one(Method::Get, "/pacts/provider/{provider}/consumer/{consumer}/latest-untagged", "Fetch the newest contract without a tag").answer("ContractDocument"),
            one(Method::Get, "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest", "Fetch the newest contract of a branch").answer("ContractDocument"),
            one(Method::Get, "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}", "Fetch a contract by its content").answer("ContractDocument"),
            one(Method::Get, "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}", "Fetch a contract that was selected for verification").answer("ContractDocument"),
            one(Method::Get, "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/changes", "What changed since the previous content, judged for the provider").answer("Changes"),
            one(Method::Get, "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/changes/version/{other}", "What changed since another version, judged for the provider").answer("Changes"),
        ],
    ),
    (
        "Verification",
        &[
            one(Method::Get, "/pacts/provider/{provider}/for-verification", "Where to ask which contracts to verify").query(&["provider_version_tags[]", "include_pending_status", "include_wip_pacts_since"]).answer("ContractsForVerification"),
            one(Method::Post, "/pacts/provider/{provider}/for-verification", "Ask which contracts to verify; changes nothing").body("VerificationSelection").answer("ContractsForVerification"),
            one(Method::Post, "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results", "Publish a result").body("VerificationResult").status(201).answer("ResultDocument"),
            one(Method::Post, "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}/verification-results", "Publish a result of a selected contract").body("VerificationResult").status(201).answer("ResultDocument"),
            one(Method::Get, "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/{number}", "Show a result").answer("ResultDocument"),
            one(Method::Delete, "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/{number}", "Delete a result").status(204),
            one(Method::Get, "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}/verification-results/{number}", "Show a result of a selected contract").answer("ResultDocument"),
            one(Method::Get, "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/latest", "Show the newest result of a content").answer("ResultDocument"),
            one(Method::Get, "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/verification-results/latest", "Show the newest result of a consumer version's contract").answer("ResultDocument"),
            one(Method::Get, "/pacts/provider/{provider}/consumer/{consumer}/latest/verification-results/latest", "Show the newest result of the newest contract").answer("ResultDocument"),
            one(Method::Get, "/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}/verification-results/latest", "Show the newest result of the newest contract with a tag").answer("ResultDocument"),
            one(Method::Get, "/verification-results/consumer/{consumer}/version/{version}/latest", "Sum up the newest results of a consumer version").answer("ResultSummary"),
        ],
    ),
    (
        "Deployment",
        &[
            one(Method::Get, "/matrix", "Which versions fit together").query(&["q[][pacticipant]", "q[][version]", "q[][branch]", "q[][tag]", "q[][environment]", "latestby", "environment", "limit"]).answer("Matrix"),
            one(Method::Get, "/matrix/provider/{provider}/consumer/{consumer}", "Which versions of a pair fit together").query(&["limit"]).answer("Matrix"),
            one(Method::Get, "/can-i-deploy", "Whether a version can be deployed").query(&["pacticipant", "version", "environment", "to"]).answer("Matrix"),
            one(Method::Get, "/pacticipants/{pacticipant}/latest-version/{tag}/can-i-deploy/to/{to}", "Whether the newest version with a tag fits those with another").answer("Matrix"),
            one(Method::Get, "/pacticipants/{pacticipant}/branches/{branch}/latest-version/can-i-deploy/to-environment/{environment}", "Whether the newest version of a branch can be deployed").answer("Matrix"),
            one(Method::Get, "/environments", "List environments").query(&["name", "page", "size"]).answer("EnvironmentList"),
            one(Method::Post, "/environments", "Create an environment").body("Environment").status(201).answer("EnvironmentDocument"),
            one(Method::Get, "/environments/{environment}", "Show an environment").answer("EnvironmentDocument"),
            one(Method::Put, "/environments/{environment}", "Replace an environment").body("Environment").answer("EnvironmentDocument"),
            one(Method::Delete, "/environments/{environment}", "Delete an environment with what was recorded in it").status(204),
            one(Method::Get, "/environments/{environment}/deployed-versions/currently-deployed", "List what is deployed").query(&["pacticipant", "applicationInstance", "page", "size"]).answer("DeployedVersionList"),
            one(Method::Get, "/environments/{environment}/released-versions/currently-supported", "List the releases that are supported").query(&["pacticipant", "version", "page", "size"]).answer("ReleasedVersionList"),
            one(Method::Get, "/pacticipants/{pacticipant}/versions/{version}/deployed-versions/environment/{environment}", "List the deployments of a version").query(&["page", "size"]).answer("DeployedVersionList"),
            one(Method::Post, "/pacticipants/{pacticipant}/versions/{version}/deployed-versions/environment/{environment}", "Record a deployment").body("Deployment").status(201).answer("DeployedVersion"),
            one(Method::Get, "/pacticipants/{pacticipant}/versions/{version}/released-versions/environment/{environment}", "List the releases of a version").query(&["page", "size"]).answer("ReleasedVersionList"),
            one(Method::Post, "/pacticipants/{pacticipant}/versions/{version}/released-versions/environment/{environment}", "Record a release").status(201).answer("ReleasedVersion"),
            one(Method::Get, "/deployed-versions/{uuid}", "Show a deployment").answer("DeployedVersion"),
            one(Method::Patch, "/deployed-versions/{uuid}", "Record that a version is no longer deployed").body("EndOfDeployment").answer("DeployedVersion"),
            one(Method::Delete, "/deployed-versions/{uuid}", "Delete the record of a deployment").status(204),
            one(Method::Get, "/released-versions/{uuid}", "Show a release").answer("ReleasedVersion"),
            one(Method::Patch, "/released-versions/{uuid}", "Record that a release is no longer supported").body("EndOfSupport").answer("ReleasedVersion"),
            one(Method::Delete, "/released-versions/{uuid}", "Delete the record of a release").status(204),
        ],
    ),
    (
        "Badges",
        &[
            one(Method::Get, "/pacts/provider/{provider}/consumer/{consumer}/latest/badge", "How the newest contract stands").query(&["label", "initials"]).media("image/svg+xml"),
            one(Method::Get, "/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}/badge", "How the newest contract with a tag stands").query(&["label", "initials"]).media("image/svg+xml"),
            one(Method::Get, "/pacts/provider/{provider}/consumer/{consumer}/latest-untagged/badge", "How the newest contract without a tag stands").query(&["label", "initials"]).media("image/svg+xml"),
            one(Method::Get, "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest/badge", "How the newest contract of a branch stands").query(&["label", "initials"]).media("image/svg+xml"),
            one(Method::Get, "/matrix/provider/{provider}/latest/{providerTag}/consumer/{consumer}/latest/{tag}/badge", "Whether two tagged versions fit together").query(&["label", "initials"]).media("image/svg+xml"),
            one(Method::Get, "/pacticipants/{pacticipant}/latest-version/{tag}/can-i-deploy/to/{to}/badge", "Whether the newest version with a tag fits those with another").query(&["label"]).media("image/svg+xml"),
            one(Method::Get, "/pacticipants/{pacticipant}/branches/{branch}/latest-version/can-i-deploy/to-environment/{environment}/badge", "Whether the newest version of a branch can be deployed").query(&["label"]).media("image/svg+xml"),
            one(Method::Get, "/pacticipants/{pacticipant}/main-branch/can-i-merge/badge", "Whether the newest version of the main branch fits those of the others").query(&["label"]).media("image/svg+xml"),
        ],
    ),
    (
        "Webhooks",
        &[
            one(Method::Get, "/webhooks", "List webhooks").query(&["page", "size"]).answer("WebhookList"),
            one(Method::Post, "/webhooks", "Create a webhook").body("Webhook").status(201).answer("WebhookDocument"),
            one(Method::Post, "/webhooks/execute", "Send a webhook that is not stored").body("Webhook").answer("WebhookTrial"),
            one(Method::Get, "/webhooks/{uuid}", "Show a webhook; secrets masked").answer("WebhookDocument"),
            one(Method::Put, "/webhooks/{uuid}", "Replace a webhook, or create it under this id").body("Webhook").answer("WebhookDocument"),
            one(Method::Delete, "/webhooks/{uuid}", "Delete a webhook").status(204),
            one(Method::Post, "/webhooks/{uuid}/execute", "Send a webhook once, with the newest contract that it is for").answer("WebhookTrial"),
            one(Method::Get, "/webhooks/{uuid}/triggered-webhooks", "List what a webhook sent").query(&["page", "size"]).answer("DeliveryList"),
            one(Method::Get, "/webhooks/provider/{provider}", "List the webhooks for a provider").query(&["page", "size"]).answer("WebhookList"),
            one(Method::Post, "/webhooks/provider/{provider}", "Create a webhook for a provider").body("Webhook").status(201).answer("WebhookDocument"),
            one(Method::Get, "/webhooks/consumer/{consumer}", "List the webhooks for a consumer").query(&["page", "size"]).answer("WebhookList"),
            one(Method::Post, "/webhooks/consumer/{consumer}", "Create a webhook for a consumer").body("Webhook").status(201).answer("WebhookDocument"),
            one(Method::Get, "/webhooks/provider/{provider}/consumer/{consumer}", "List the webhooks for a pair").query(&["page", "size"]).answer("WebhookList"),
            one(Method::Post, "/webhooks/provider/{provider}/consumer/{consumer}", "Create a webhook for a pair").body("Webhook").status(201).answer("WebhookDocument"),
            one(Method::Get, "/pacts/provider/{provider}/consumer/{consumer}/webhooks", "List the webhooks for a contract").query(&["page", "size"]).answer("WebhookList"),
            one(Method::Post, "/pacts/provider/{provider}/consumer/{consumer}/webhooks", "Create a webhook for a contract").body("Webhook").status(201).answer("WebhookDocument"),
            one(Method::Get, "/pacts/provider/{provider}/consumer/{consumer}/webhooks/status", "Sum up what the webhooks of a pair last did").answer("WebhookStatus"),
            one(Method::Get, "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/triggered-webhooks", "List what a contract set off").query(&["page", "size"]).answer("DeliveryList"),
            one(Method::Get, "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/{number}/triggered-webhooks", "List what a result set off").query(&["page", "size"]).answer("DeliveryList"),
            one(Method::Get, "/triggered-webhooks", "List dead letters, or deliveries of another status").query(&["status", "page", "size"]).answer("DeliveryList"),
            one(Method::Get, "/triggered-webhooks/{uuid}", "Show a delivery").answer("Delivery"),
            one(Method::Delete, "/triggered-webhooks/{uuid}", "Delete a delivery; one that is still to be made is not").status(204),
            one(Method::Get, "/triggered-webhooks/{uuid}/logs", "Show the attempts of a delivery").media("text/plain").answer("DeliveryLogs"),
            one(Method::Post, "/triggered-webhooks/{uuid}/replay", "Deliver again what failed").status(202).answer("Delivery"),
        ],
    ),
];

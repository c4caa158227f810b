//! What a Pact Broker holds, however it is read. Times are microseconds since 1970.

use serde_json::{Map, Value};

/// An application.
#[derive(Debug, Clone)]
pub(super) struct Application {
    pub(super) name: String,
    /// The other members, as the API writes them.
    pub(super) fields: Map<String, Value>,
    pub(super) labels: Vec<String>,
}

#[derive(Debug, Clone)]
pub(super) struct Environment {
    pub(super) uuid: String,
    pub(super) name: String,
    /// The other members, as the API writes them.
    pub(super) fields: Map<String, Value>,
}

/// A version of an application.
#[derive(Debug, Clone)]
pub(super) struct Version {
    pub(super) pacticipant: String,
    pub(super) number: String,
    pub(super) build_url: Option<String>,
    pub(super) created_at: Option<i64>,
    pub(super) branches: Vec<Branch>,
    pub(super) tags: Vec<Tag>,
    /// Where the source has its contracts: addresses or ids.
    pub(super) contracts_at: Vec<String>,
}

/// A branch that a version is on.
#[derive(Debug, Clone)]
pub(super) struct Branch {
    pub(super) name: String,
    pub(super) created_at: Option<i64>,
}

/// A tag of a version.
#[derive(Debug, Clone)]
pub(super) struct Tag {
    pub(super) name: String,
    pub(super) created_at: Option<i64>,
}

/// One revision of a version's contract.
#[derive(Debug, Clone)]
pub(super) struct Contract {
    pub(super) provider: String,
    /// As the source has it; `None` if it has none.
    pub(super) content: Option<String>,
    pub(super) sha: Option<String>,
    pub(super) created_at: Option<i64>,
}

/// A verification result, without what only its document says.
#[derive(Debug, Clone)]
pub(super) struct ResultSummary {
    pub(super) provider_version: String,
    pub(super) success: bool,
    pub(super) verified_at: i64,
    /// Where the source has it: an address or an id.
    pub(super) at: String,
}

/// The rest of a verification result.
#[derive(Debug, Clone, Default)]
pub(super) struct ResultDetails {
    /// Members as the API writes them: `buildUrl`, `testResults`, `verifiedBy`.
    pub(super) fields: Map<String, Value>,
    /// The contract was pending for the provider.
    pub(super) pending: bool,
    /// The contract was verified as work in progress.
    pub(super) wip: bool,
}

/// The description that a provider published for a version (bi-directional contracts).
#[derive(Debug, Clone)]
pub(super) struct Description {
    pub(super) provider: String,
    pub(super) version: String,
    pub(super) state: DescriptionState,
    /// Members as the API takes them: `content`, `contentType`, `specification`.
    pub(super) fields: Map<String, Value>,
    /// The provider's own verification, as the API takes it, if there was one.
    pub(super) self_verification: Option<Value>,
}

/// Tells a description apart from another one of the same version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DescriptionState {
    /// SHA-256 of specification and description.
    sha: String,
    /// What the provider's own verification said: `success`, `failed` or `unknown`.
    verification_status: Option<String>,
}

impl DescriptionState {
    /// Reads it from the document of a description; `None` if that is something else.
    pub(super) fn of(document: &Value) -> Option<Self> {
        Some(Self {
            sha: document["sha"].as_str()?.to_owned(),
            verification_status: document["verificationStatus"].as_str().map(str::to_owned),
        })
    }
}

/// The rule for new descriptions of a provider, as the API writes it: `level`, `basis`.
#[derive(Debug, Clone)]
pub(super) struct Compatibility {
    pub(super) provider: String,
    pub(super) fields: Map<String, Value>,
}

/// How a version is in an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Deployed,
    Released,
}

impl Kind {
    /// The part of an address that names it.
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Deployed => "deployed-versions",
            Self::Released => "released-versions",
        }
    }

    /// The member whose value false ends it.
    pub(super) fn flag(self) -> &'static str {
        match self {
            Self::Deployed => "currentlyDeployed",
            Self::Released => "currentlySupported",
        }
    }
}

/// A deployment or a release.
#[derive(Debug, Clone)]
pub(super) struct Deployment {
    pub(super) kind: Kind,
    pub(super) uuid: String,
    pub(super) environment: String,
    pub(super) pacticipant: String,
    pub(super) number: String,
    /// The application instance, if it has a name.
    pub(super) instance: Option<String>,
    pub(super) created_at: i64,
    /// When it was undeployed, or its support ended.
    pub(super) ended_at: Option<i64>,
}

/// A webhook.
#[derive(Debug, Clone)]
pub(super) struct Webhook {
    pub(super) uuid: String,
    /// Members as the API writes them: `description`, `events`, `request`, `consumer`, `provider`.
    pub(super) fields: Map<String, Value>,
}

/// Copies those members that a document has.
pub(super) fn members(document: &Value, names: &[&str]) -> Map<String, Value> {
    names
        .iter()
        .filter(|name| !document[**name].is_null())
        .map(|name| ((*name).to_owned(), document[*name].clone()))
        .collect()
}

//! What clients send, for the description of the API. Handlers read these documents member by member, so that every fault
//! is reported at once.
#![expect(
    dead_code,
    reason = "the types are described, and read member by member elsewhere"
)]

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::domain::events::Event;

/// What is said about a pacticipant.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct PacticipantRequest {
    /// Needed to create one.
    name: Option<String>,
    display_name: Option<String>,
    main_branch: Option<String>,
    repository_url: Option<String>,
    repository_name: Option<String>,
    repository_namespace: Option<String>,
}

/// What is said about a version.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct VersionRequest {
    build_url: Option<String>,
    tags: Option<Vec<TagRequest>>,
}

#[derive(ToSchema)]
pub(crate) struct TagRequest {
    name: String,
}

/// The contracts of a consumer version, with its branch, tags and build.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct PublicationRequest {
    pacticipant_name: String,
    pacticipant_version_number: String,
    branch: Option<String>,
    tags: Option<Vec<String>>,
    build_url: Option<String>,
    #[schema(max_items = 500)]
    contracts: Vec<ContractToPublish>,
}

#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct ContractToPublish {
    consumer_name: String,
    provider_name: String,
    /// The contract, in base64.
    #[schema(content_encoding = "base64", content_media_type = "application/json")]
    content: String,
    #[schema(pattern = "^application/json$")]
    content_type: String,
    #[schema(pattern = "^pact$")]
    specification: String,
    on_conflict: Option<OnConflict>,
}

/// What to do with a contract that was published before under the same version.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub(crate) enum OnConflict {
    Overwrite,
    Merge,
}

/// The description of a provider version.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct ProviderContractRequest {
    pacticipant_version_number: String,
    branch: Option<String>,
    tags: Option<Vec<String>>,
    build_url: Option<String>,
    contract: DescriptionToPublish,
}

#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct DescriptionToPublish {
    /// The description, in base64: at most 10 MiB once decoded.
    #[schema(content_encoding = "base64")]
    content: String,
    #[schema(default = "application/yaml")]
    content_type: Option<String>,
    #[schema(default = "oas", pattern = "^(oas|asyncapi)$")]
    specification: Option<String>,
    self_verification_results: Option<SelfVerificationRequest>,
}

/// What a provider says of its own verification of its description.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct SelfVerificationRequest {
    success: Option<bool>,
    /// The report, in base64.
    #[schema(content_encoding = "base64")]
    content: Option<String>,
    content_type: Option<String>,
    format: Option<String>,
    verifier: Option<String>,
    verifier_version: Option<String>,
}

/// The description of a provider version, the older way.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct OlderProviderContractRequest {
    /// The description, in base64: at most 10 MiB once decoded.
    #[schema(content_encoding = "base64")]
    content: String,
    #[schema(default = "oas")]
    contract_type: Option<String>,
    content_type: Option<String>,
    verification_results: Option<SelfVerificationRequest>,
}

/// What new descriptions of a provider are held against.
#[derive(ToSchema)]
pub(crate) struct CompatibilityRequest {
    #[schema(pattern = "^(off|warn|refuse)$")]
    level: String,
    #[schema(default = "usage", pattern = "^(usage|rules)$")]
    basis: Option<String>,
}

/// A contract in one of the versions of the Pact format.
#[derive(ToSchema)]
#[schema(value_type = Object)]
pub(crate) struct ContractRequest(Value);

/// Which contracts a provider wants to verify.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct SelectionRequest {
    consumer_version_selectors: Option<Vec<SelectorRequest>>,
    provider_version_branch: Option<String>,
    #[schema(max_items = 100)]
    provider_version_tags: Option<Vec<String>>,
    include_pending_status: Option<bool>,
    /// Include work in progress since this date, such as 2026-01-31.
    #[schema(format = Date)]
    include_wip_pacts_since: Option<String>,
}

/// Selects consumer versions.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct SelectorRequest {
    main_branch: Option<bool>,
    matching_branch: Option<bool>,
    branch: Option<NameOrAny>,
    fallback_branch: Option<String>,
    tag: Option<String>,
    fallback_tag: Option<String>,
    latest: Option<bool>,
    consumer: Option<String>,
    environment: Option<String>,
    deployed: Option<bool>,
    released: Option<bool>,
    deployed_or_released: Option<bool>,
}

/// A name, or `true` for every one.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum NameOrAny {
    Name(String),
    Any(bool),
}

/// The result of a verification.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct ResultRequest {
    success: bool,
    provider_application_version: String,
    build_url: Option<String>,
    /// What the verifier says about each interaction.
    test_results: Option<Value>,
    /// The verifier: implementation, version and clientLanguage.
    #[schema(value_type = Option<Object>)]
    verified_by: Option<Value>,
}

/// What is said about an environment.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct EnvironmentRequest {
    name: String,
    display_name: Option<String>,
    production: bool,
    contacts: Option<Vec<ContactRequest>>,
    /// The teams that it belongs to.
    team_uuids: Option<Vec<String>>,
}

#[derive(ToSchema)]
pub(crate) struct ContactRequest {
    name: String,
    #[schema(value_type = Option<Object>)]
    details: Option<Value>,
}

/// Which of several instances a version was deployed to.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct DeploymentRequest {
    application_instance: Option<String>,
}

/// That a version is no longer deployed: `false`.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct EndOfDeployment {
    currently_deployed: bool,
}

/// That a release is no longer supported: `false`.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct EndOfSupport {
    currently_supported: bool,
}

/// A webhook.
#[derive(ToSchema)]
pub(crate) struct WebhookRequest {
    /// The team that it belongs to: it may use that team's secrets.
    #[schema(rename = "teamUuid")]
    team_uuid: Option<String>,
    description: Option<String>,
    #[schema(default = true)]
    enabled: Option<bool>,
    consumer: Option<PartyRequest>,
    provider: Option<PartyRequest>,
    events: Option<Vec<EventRequest>>,
    filters: Option<FiltersRequest>,
    request: OutgoingRequest,
}

/// A name or a label, not both.
#[derive(ToSchema)]
pub(crate) struct PartyRequest {
    name: Option<String>,
    label: Option<String>,
}

#[derive(ToSchema)]
pub(crate) struct EventRequest {
    name: Event,
}

#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct FiltersRequest {
    #[schema(max_items = 100)]
    consumer_branches: Option<Vec<String>>,
    #[schema(max_items = 100)]
    provider_branches: Option<Vec<String>>,
    #[schema(max_items = 100)]
    environments: Option<Vec<String>>,
}

/// The request that a webhook sends.
#[derive(ToSchema)]
pub(crate) struct OutgoingRequest {
    method: String,
    url: String,
    headers: Option<BTreeMap<String, String>>,
    /// JSON, or a text.
    body: Option<Value>,
    username: Option<String>,
    password: Option<String>,
}

/// What is said about a user or a system account.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct AccountRequest {
    /// Needed for a new one.
    name: Option<String>,
    /// Needed for a new user.
    email: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    external_idp_id: Option<String>,
    external_idp_username: Option<String>,
    active: Option<bool>,
}

/// Several users.
#[derive(ToSchema)]
pub(crate) struct AccountsRequest {
    #[schema(max_items = 100)]
    users: Vec<AccountRequest>,
}

/// The uuids of roles.
#[derive(ToSchema)]
pub(crate) struct RolesRequest {
    roles: Vec<String>,
}

/// What is said about a team.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct TeamRequest {
    name: String,
    pacticipant_names: Option<Vec<String>>,
    administrator_uuids: Option<Vec<String>>,
    environment_uuids: Option<Vec<String>>,
}

/// The uuids of accounts.
#[derive(ToSchema)]
pub(crate) struct MembersRequest {
    users: Vec<String>,
}

/// Adds or removes a member.
#[derive(ToSchema)]
pub(crate) struct MemberOperation {
    op: MemberOperator,
    #[schema(pattern = "^/users$")]
    path: String,
    value: MemberReference,
}

#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub(crate) enum MemberOperator {
    Add,
    Remove,
}

#[derive(ToSchema)]
pub(crate) struct MemberReference {
    uuid: String,
}

/// What is said about a role.
#[derive(ToSchema)]
pub(crate) struct RoleRequest {
    name: String,
    description: Option<String>,
    #[schema(max_items = 200)]
    permissions: Vec<PermissionRequest>,
}

#[derive(ToSchema)]
pub(crate) struct PermissionRequest {
    /// `resource:action:scope`.
    scope: String,
}

/// A token that is to be made.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct TokenRequest {
    /// Its name.
    description: String,
    #[schema(default = false)]
    read_only: Option<bool>,
    /// What it is narrowed to.
    permissions: Option<Vec<String>>,
    /// A date or a time.
    expires_at: Option<String>,
}

/// How a token is renewed.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct RenewalRequest {
    /// For how long the value before works on: 0 to 2592000 (30 days).
    #[schema(default = 0, minimum = 0, maximum = 2_592_000)]
    overlap_seconds: Option<i64>,
    /// A date or a time; without one the token lives as long as before.
    expires_at: Option<String>,
}

/// What is said about a secret.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct SecretRequest {
    #[schema(pattern = "^[A-Za-z0-9]+$")]
    name: String,
    description: Option<String>,
    /// Needed for a new one.
    value: Option<String>,
    /// Cannot be changed later.
    team_uuid: Option<String>,
}

/// A request for a token (RFC 8693, RFC 8628).
#[derive(ToSchema)]
pub(crate) struct GrantRequest {
    /// `urn:ietf:params:oauth:grant-type:token-exchange` or `urn:ietf:params:oauth:grant-type:device_code`.
    grant_type: String,
    /// The token of a CI job.
    subject_token: Option<String>,
    /// `urn:ietf:params:oauth:token-type:id_token` or `urn:ietf:params:oauth:token-type:jwt`.
    subject_token_type: Option<String>,
    /// What the login of the command line began with.
    device_code: Option<String>,
}

/// A login of a command line.
#[derive(ToSchema)]
pub(crate) struct DeviceRequest {
    /// What people are shown: the program and the machine that it runs on.
    client_id: String,
}

/// Somebody who logged out at the provider (Back-Channel Logout 1.0).
#[derive(ToSchema)]
pub(crate) struct LogoutRequest {
    /// A token that the provider signed.
    logout_token: String,
}

/// A token that is given back (RFC 7009).
#[derive(ToSchema)]
pub(crate) struct RevocationRequest {
    token: String,
}

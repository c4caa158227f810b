//! Login settings of identity providers.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// Who may log in with which identity provider: stored for the login, and returned as it was sent.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuthenticationSettings {
    /// By name of the provider, such as Google with emailDomains and GitHub with githubOrganizations.
    #[schema(value_type = Object)]
    pub(crate) authentication_providers: Value,
}

//! Who may log in by which provider.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// Who may log in by which provider: kept for the login, and given back as it was written.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuthenticationSettings {
    /// By the name of the provider, such as Google with emailDomains and GitHub with githubOrganizations.
    #[schema(value_type = Object)]
    pub(crate) authentication_providers: Value,
}

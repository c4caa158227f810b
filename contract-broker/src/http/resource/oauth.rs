//! The documents of OAuth 2.0.

use serde::Serialize;
use utoipa::ToSchema;

/// A token that a client gets (RFC 6749, RFC 8693).
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenGrant {
    pub(crate) access_token: String,
    pub(crate) issued_token_type: &'static str,
    pub(crate) token_type: &'static str,
    /// For how many seconds it works.
    pub(crate) expires_in: i64,
}

/// A login of the command line that begins (RFC 8628).
#[derive(Serialize, ToSchema)]
pub(crate) struct DeviceAuthorization {
    pub(crate) device_code: String,
    pub(crate) user_code: String,
    pub(crate) verification_uri: String,
    pub(crate) verification_uri_complete: String,
    pub(crate) expires_in: i64,
    /// For how many seconds a client waits before it asks again.
    pub(crate) interval: u64,
}

/// Why a client gets no token.
#[derive(Serialize, ToSchema)]
pub(crate) struct OAuthFailure {
    pub(crate) error: &'static str,
    pub(crate) error_description: String,
}

//! Tokens.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Link, Links, List, Time};
use crate::{
    app::IssuedToken,
    http::{address, base_url::BaseUrl},
    store::{self, identity::tokens::Token},
};

/// A token. Its value is only returned when it is created or renewed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TokenDocument {
    uuid: String,
    /// Its name.
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    read_only: bool,
    /// The permissions that it is restricted to; omitted if it has all permissions of its account.
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions: Option<Vec<String>>,
    /// Whether a value was ever issued.
    issued: bool,
    created_at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    renewed_at: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<Time>,
    /// Accurate to about ten minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_at: Option<Time>,
    /// When the value before the last renewal expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_value_until: Option<Time>,
    #[serde(rename = "_links")]
    links: Links,
}

impl TokenDocument {
    /// # Errors
    /// A stored value cannot be parsed.
    pub(crate) fn of(base: &BaseUrl, token: &Token) -> store::Result<Self> {
        let renew = Link::to(base.to(address::RENEW_TOKEN, [&token.uuid])).titled("POST for a new value");
        Ok(Self {
            uuid: token.uuid.clone(),
            description: token.name.clone(),
            value: None,
            read_only: token.read_only,
            permissions: token.permissions()?,
            issued: token.issued,
            created_at: Time(token.created_at),
            renewed_at: token.renewed_at.map(Time),
            expires_at: token.expires_at.map(Time),
            revoked_at: token.revoked_at.map(Time),
            last_used_at: token.last_used_at.map(Time),
            previous_value_until: token.previous_until.map(Time),
            links: Links::itself(Link::to(base.to(address::TOKEN, [&token.uuid])).titled("Token"))
                .with("pf:regenerate", renew),
        })
    }

    /// Returns the token with its value.
    ///
    /// # Errors
    /// A stored value cannot be parsed.
    pub(crate) fn issued(base: &BaseUrl, issued: &IssuedToken) -> store::Result<Self> {
        Ok(Self {
            value: Some(issued.value.expose().to_owned()),
            ..Self::of(base, &issued.token)?
        })
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Tokens {
    items: Vec<TokenDocument>,
}

/// Tokens.
pub(crate) type TokenList = List<Tokens>;

impl TokenList {
    /// # Errors
    /// A stored value cannot be parsed.
    pub(crate) fn of(base: &BaseUrl, href: String, found: &[Token]) -> store::Result<Self> {
        let items = found.iter().map(|token| TokenDocument::of(base, token));
        Ok(Self {
            embedded: Tokens {
                items: items.collect::<store::Result<_>>()?,
            },
            links: Links::itself(Link::to(href).titled("Tokens")),
            page: None,
        })
    }
}

/// Preferences: none can be set yet.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NoPreferences {
    preferences: Vec<String>,
}

/// Preferences.
pub(crate) type PreferenceList = List<NoPreferences>;

impl PreferenceList {
    pub(crate) fn none(href: String) -> Self {
        Self {
            embedded: NoPreferences {
                preferences: Vec::new(),
            },
            links: Links::itself(Link::to(href).titled("Preferences")),
            page: None,
        }
    }
}

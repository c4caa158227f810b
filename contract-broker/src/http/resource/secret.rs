//! Secrets, without their values.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Link, Links, List, Time};
use crate::{
    http::{address, base_url::BaseUrl},
    store::secrets::Secret,
};

/// A secret. Its value is never returned.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SecretDocument {
    uuid: String,
    /// Webhooks of the same team refer to it as `${user.NAME}`.
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    team_uuid: Option<String>,
    created_at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<Time>,
    #[serde(rename = "_links")]
    links: Links,
}

impl SecretDocument {
    pub(crate) fn of(base: &BaseUrl, secret: &Secret) -> Self {
        let itself = Link::to(base.to(address::SECRET, [&secret.uuid])).titled("Secret");
        Self {
            uuid: secret.uuid.clone(),
            name: secret.name.clone(),
            description: secret.description.clone(),
            team_uuid: secret.team_uuid.clone(),
            created_at: Time(secret.created_at),
            updated_at: Time::of_change(secret.updated_at, secret.created_at),
            links: Links::itself(itself.named(&secret.name)),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Secrets {
    secrets: Vec<SecretDocument>,
}

/// Secrets.
pub(crate) type SecretList = List<Secrets>;

impl SecretList {
    pub(crate) fn of(base: &BaseUrl, found: &[Secret]) -> Self {
        Self {
            embedded: Secrets {
                secrets: found
                    .iter()
                    .map(|secret| SecretDocument::of(base, secret))
                    .collect(),
            },
            links: Links::itself(Link::to(base.to(address::SECRETS, [])).titled("Secrets")),
            page: None,
        }
    }
}

//! How a request came.

use std::{
    net::IpAddr,
    sync::{Arc, OnceLock},
};

use serde::Serialize;

use crate::domain::once::Claim;

/// How a request came: what the audit log says of it besides who asked.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Origin {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) method: Option<String>,
    /// The path as it was sent, at most 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<String>,
    /// The address as the API description writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) route: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ip: Option<IpAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_agent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) request_id: Option<String>,
    /// What makes it be done once, if it carries a key.
    #[serde(skip)]
    pub(super) claim: Arc<OnceLock<Claim>>,
}

impl Origin {
    /// Says that the request carries a key. Only the first time counts: a request has one.
    pub(crate) fn claims(&self, claim: Claim) {
        let _ = self.claim.set(claim);
    }

    /// What makes the request be done once, if it carries a key.
    pub(crate) fn claim(&self) -> Option<&Claim> {
        self.claim.get()
    }
}

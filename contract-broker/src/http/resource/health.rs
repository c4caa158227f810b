//! Whether the broker is alive and can serve.

use serde::Serialize;
use utoipa::ToSchema;

use super::Links;

/// Whether all is well.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    pub(crate) ok: bool,
    /// What is the matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) problem: Option<&'static str>,
}

/// That the broker is alive, as older clients ask.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Heartbeat {
    pub(crate) ok: bool,
    #[serde(rename = "_links")]
    pub(crate) links: Links,
}

/// Whether what the broker needs is well, as older clients ask.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Dependencies {
    pub(crate) database: Health,
    #[serde(rename = "_links")]
    pub(crate) links: Links,
}

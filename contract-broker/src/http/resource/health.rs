//! The health of the broker.

use serde::Serialize;
use utoipa::ToSchema;

use super::Links;

/// Whether the broker is healthy.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    pub(crate) ok: bool,
    /// The problem, if it is not healthy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) problem: Option<&'static str>,
}

/// Shows that the broker is alive, in the form of older clients.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Heartbeat {
    pub(crate) ok: bool,
    #[serde(rename = "_links")]
    pub(crate) links: Links,
}

/// Whether the dependencies of the broker are healthy, in the form of older clients.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Dependencies {
    pub(crate) database: Health,
    #[serde(rename = "_links")]
    pub(crate) links: Links,
}

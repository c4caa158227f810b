//! What relations of links mean.

use serde::Serialize;
use utoipa::ToSchema;

use super::Links;

/// What a relation of links means.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RelationDocument {
    pub(crate) relation: String,
    pub(crate) description: &'static str,
    #[serde(rename = "_links")]
    pub(crate) links: Links,
}

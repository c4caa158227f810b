//! Documentation of link relations.

use serde::Serialize;
use utoipa::ToSchema;

use super::Links;

/// The meaning of a link relation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RelationDocument {
    pub(crate) relation: String,
    pub(crate) description: &'static str,
    #[serde(rename = "_links")]
    pub(crate) links: Links,
}

//! Who is connected with whom, for graphs.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Links, Named};

/// Pacticipants and the integrations between them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NetworkDocument {
    #[serde(rename = "_embedded")]
    pub(crate) embedded: NetworkParts,
    #[serde(rename = "_links")]
    pub(crate) links: Links,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NetworkParts {
    pub(crate) pacticipants: Vec<Named>,
    pub(crate) integrations: Vec<Connected>,
}

/// A consumer and its provider.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Connected {
    pub(crate) consumer: Named,
    pub(crate) provider: Named,
}

/// Integrations, not embedded: as clients of PactFlow read them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IntegrationNetwork {
    pub(crate) integrations: Vec<Connected>,
    #[serde(rename = "_links")]
    pub(crate) links: Links,
}

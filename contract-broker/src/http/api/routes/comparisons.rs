//! Routes for changes between contracts.

use utoipa_axum::router::OpenApiRouter;

use super::super::{changes, contract_diff};
use crate::http::{
    AppState, address, layers,
    openapi::{Group, about, at},
    resource::ChangesDocument,
};

// One line for each operation.
#[rustfmt::skip]
pub(super) fn routes() -> OpenApiRouter<AppState> {
    let described = Group::new(GROUP)
        .route(at(address::CHANGES)
            .get(changes::since_previous, about("What changed since the previous content, judged for the provider").gives::<ChangesDocument>()))
        .route(at(address::CHANGES_SINCE_VERSION)
            .get(changes::since_version, about("What changed since another version, judged for the provider").gives::<ChangesDocument>()))
        .served_as(layers::JSON);
    let as_text = Group::new(GROUP)
        .route(at(address::DIFF_PREVIOUS_DISTINCT)
            .get(contract_diff::with_previous_distinct, about("Compare with the previous content").gives_media("text/plain")))
        .route(at(address::DIFF_OF_VERSIONS)
            .get(contract_diff::between_versions, about("Compare the contracts of two versions").gives_media("text/plain")))
        .route(at(address::DIFF_OF_CONTENTS).get(contract_diff::between_contents, about("Compare two contents").gives_media("text/plain")))
        .served_as(layers::TEXT);
    described.merge(as_text)
}

const GROUP: &str = "Contracts";

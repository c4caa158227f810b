//! What changed between contracts.

use axum::{Router, routing::get};

use super::{
    super::{changes, contract_diff},
    served_as,
};
use crate::http::{AppState, layers};

pub(super) fn routes() -> Router<AppState> {
    let described = Router::new()
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/changes",
            get(changes::since_previous),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/changes/version/{other}",
            get(changes::since_version),
        );
    let as_text = Router::new()
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/diff/previous-distinct",
            get(contract_diff::with_previous_distinct),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/diff/version/{other}",
            get(contract_diff::between_versions),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/diff/pact-version/{other}",
            get(contract_diff::between_contents),
        );
    served_as(layers::JSON, described).merge(served_as(layers::TEXT, as_text))
}

//! Single contracts.

use axum::{
    Router,
    routing::{get, post},
};

use super::super::{contract, contract_diff, contract_lists, contracts_publish};
use crate::{http::AppState, store::contracts::ContractRef};

pub(super) fn routes() -> Router<AppState> {
    let one = || {
        contract::one_named(ContractRef::Version)
            .put(contract::put)
            .patch(contract::patch)
            .delete(contract_lists::delete_one)
    };
    Router::new()
        .route("/contracts/publish", post(contracts_publish::publish))
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}",
            one(),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/versions/{version}",
            one(),
        )
        .route(
            "/pact/provider/{provider}/consumer/{consumer}/version/{version}",
            one(),
        )
        .route(
            "/pact/provider/{provider}/consumer/{consumer}/latest",
            contract::one(ContractRef::Latest),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/latest",
            contract::one(ContractRef::Latest),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}",
            contract::one_named(ContractRef::LatestWithTag),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/latest-untagged",
            contract::one(ContractRef::LatestUntagged),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest",
            contract::one_named(ContractRef::LatestOnBranch),
        )
        // One client asks here for the main branch; what is deleted are the contracts of a branch of that name.
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/branch/latest",
            contract::one(ContractRef::LatestOnMainBranch).delete(contract_lists::delete_of_branch_latest),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}",
            get(contract::show_content),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}",
            get(contract::show_selected_content),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/previous-distinct",
            get(contract_diff::previous_distinct),
        )
}

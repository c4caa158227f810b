//! Lists of contracts, and what is taken from them.

use axum::{Router, routing::get};

use super::super::{contract_lists as lists, provider_states};
use crate::{http::AppState, store::contracts::ContractSet};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/pacts/latest", get(lists::latest))
        .route(
            "/pacts/provider/{provider}",
            lists::of_provider(ContractSet::Every),
        )
        .route(
            "/pacts/provider/{provider}/tag/{tag}",
            lists::of_provider_named(ContractSet::WithTag),
        )
        .route(
            "/pacts/provider/{provider}/latest",
            lists::of_provider(ContractSet::Latest),
        )
        .route(
            "/pacts/provider/{provider}/latest/{tag}",
            lists::of_provider_named(ContractSet::LatestWithTag),
        )
        .route(
            "/pacts/provider/{provider}/branch",
            lists::of_provider(ContractSet::OnMainBranch),
        )
        .route(
            "/pacts/provider/{provider}/branch/latest",
            lists::of_provider(ContractSet::LatestOnMainBranch),
        )
        .route(
            "/pacts/provider/{provider}/branch/{branch}",
            lists::of_provider_named(ContractSet::OnBranch),
        )
        .route(
            "/pacts/provider/{provider}/branch/{branch}/latest",
            lists::of_provider_named(ContractSet::LatestOnBranch),
        )
        .route(
            "/pacts/provider/{provider}/provider-states",
            get(provider_states::on_main_branch),
        )
        .route(
            "/pacts/provider/{provider}/provider-states/branch/{branch}",
            get(provider_states::on_branch),
        )
        .route(
            "/pacts/provider/{provider}/provider-states/environment/{environment}",
            get(provider_states::in_environment),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/versions",
            lists::every_of_pair(),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/tag/{tag}",
            lists::of_pair_named(ContractSet::WithTag),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/branch/versions",
            lists::of_pair(ContractSet::OnMainBranch),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/branch/latest/versions",
            lists::of_pair(ContractSet::LatestOnMainBranch),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}",
            lists::of_pair_named(ContractSet::OnBranch),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest/versions",
            lists::of_pair_named(ContractSet::LatestOnBranch),
        )
        // One client asks at this address.
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/branch",
            get(lists::of_pair_on_main_branch),
        )
}

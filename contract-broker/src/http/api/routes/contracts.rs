//! Routes for single contracts.

use axum::routing::MethodRouter;
use utoipa::openapi::HttpMethod;
use utoipa_axum::router::OpenApiRouter;

use super::super::{contract, contract_diff, contract_lists, contracts_publish};
use crate::{
    http::{
        AppState, address,
        openapi::{Group, about, at},
        resource::{ContractDocument, Linked, PublishedDocument, request},
    },
    store::contracts::ContractRef,
};

// One line for each operation.
#[rustfmt::skip]
pub(super) fn routes() -> OpenApiRouter<AppState> {
    let one = || -> MethodRouter<AppState> {
        contract::one_named(ContractRef::Version)
            .put(contract::put)
            .patch(contract::patch)
            .delete(contract_lists::delete_one)
    };
    Group::new("Contracts")
        .route(at(address::PUBLISH)
            .post(contracts_publish::publish, about("Publish contracts with their version, branch and tags").takes::<request::PublicationRequest>().gives::<PublishedDocument>()))
        .route(at(address::CONTRACT)
            .with(one())
            .described(HttpMethod::Delete, about("Delete the contract of a version").gives::<Linked>())
            .described(HttpMethod::Get, about("Fetch the contract of a consumer version").gives::<ContractDocument>())
            .described(HttpMethod::Put, about("Publish one contract").takes::<request::ContractRequest>().creates::<ContractDocument>())
            .described(HttpMethod::Patch, about("Merge interactions into a contract").takes::<request::ContractRequest>().gives::<ContractDocument>()))
        .route(at(address::CONTRACT_OLDER)
            .with(one())
            .described(HttpMethod::Delete, about("Delete the contract of a version, under an older address").gives::<Linked>())
            .described(HttpMethod::Get, about("Older address of a contract").gives::<ContractDocument>())
            .described(HttpMethod::Put, about("Older address to publish one contract").takes::<request::ContractRequest>().creates::<ContractDocument>())
            .described(HttpMethod::Patch, about("Older address to merge interactions").takes::<request::ContractRequest>().gives::<ContractDocument>()))
        .route(at(address::CONTRACT_OLDEST)
            .with(one())
            .described(HttpMethod::Delete, about("Delete the contract of a version, under an older address").gives::<Linked>())
            .described(HttpMethod::Get, about("Oldest address of a contract").gives::<ContractDocument>())
            .described(HttpMethod::Put, about("Oldest address to publish one contract").takes::<request::ContractRequest>().creates::<ContractDocument>())
            .described(HttpMethod::Patch, about("Oldest address to merge interactions").takes::<request::ContractRequest>().gives::<ContractDocument>()))
        .route(at(address::LATEST_CONTRACT_OLDEST)
            .with(contract::one(ContractRef::Latest))
            .described(HttpMethod::Get, about("Oldest address of the newest contract").gives::<ContractDocument>()))
        .route(at(address::LATEST_CONTRACT)
            .with(contract::one(ContractRef::Latest))
            .described(HttpMethod::Get, about("Fetch the newest contract").gives::<ContractDocument>()))
        .route(at(address::LATEST_CONTRACT_WITH_TAG)
            .with(contract::one_named(ContractRef::LatestWithTag))
            .described(HttpMethod::Get, about("Fetch the newest contract with a tag").gives::<ContractDocument>()))
        .route(at(address::LATEST_CONTRACT_UNTAGGED)
            .with(contract::one(ContractRef::LatestUntagged))
            .described(HttpMethod::Get, about("Fetch the newest contract without a tag").gives::<ContractDocument>()))
        .route(at(address::LATEST_CONTRACT_ON_BRANCH)
            .with(contract::one_named(ContractRef::LatestOnBranch))
            .described(HttpMethod::Get, about("Fetch the newest contract of a branch").gives::<ContractDocument>()))
        // One client reads the main branch at this address; a deletion removes the contracts of a branch with
        // that name.
        .route(at(address::LATEST_CONTRACT_ON_MAIN_BRANCH)
            .with(contract::one(ContractRef::LatestOnMainBranch).delete(contract_lists::delete_of_branch_latest))
            .described(HttpMethod::Get, about("Show the newest contract from the main branch, as one client asks").gives::<ContractDocument>())
            .described(HttpMethod::Delete, about("Delete the contracts of a pair from the branch that is named latest").gives::<Linked>()))
        .route(at(address::CONTENT).get(contract::show_content, about("Fetch a contract by its content").gives::<ContractDocument>()))
        .route(at(address::SELECTED_CONTENT)
            .get(contract::show_selected_content, about("Fetch a contract that was selected for verification").gives::<ContractDocument>()))
        .route(at(address::PREVIOUS_DISTINCT)
            .get(contract_diff::previous_distinct, about("Show the contract before this one with other content").gives::<ContractDocument>()))
        .served_as(contract::OFFERED)
}

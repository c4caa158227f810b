//! Routes for lists of contracts, and their deletion.

use utoipa::openapi::HttpMethod;
use utoipa_axum::router::OpenApiRouter;

use super::{
    super::{contract_lists as lists, provider_states},
    PAGED,
};
use crate::{
    http::{
        AppState, address, layers,
        openapi::{Group, about, at},
        resource::{ContractList, Linked, PairContracts, ProviderContracts, ProviderStateList},
    },
    store::contracts::ContractSet,
};

// One line for each operation.
#[rustfmt::skip]
pub(super) fn routes() -> OpenApiRouter<AppState> {
    Group::new("Lists of contracts")
        .route(at(address::LATEST_CONTRACTS)
            .get(lists::latest, about("List the newest contract of each integration").query(PAGED).gives::<ContractList>()))
        .route(at(address::PROVIDER)
            .with(lists::of_provider(ContractSet::Every))
            .described(HttpMethod::Get, about("List the contracts of a provider").query(PAGED).gives::<ProviderContracts>()))
        .route(at(address::PROVIDER_WITH_TAG)
            .with(lists::of_provider_named(ContractSet::WithTag))
            .described(HttpMethod::Get, about("List the contracts of a provider whose versions have a tag").query(PAGED).gives::<ProviderContracts>()))
        .route(at(address::PROVIDER_LATEST)
            .with(lists::of_provider(ContractSet::Latest))
            .described(HttpMethod::Get, about("List the newest contracts of a provider").query(PAGED).gives::<ProviderContracts>()))
        .route(at(address::PROVIDER_LATEST_WITH_TAG)
            .with(lists::of_provider_named(ContractSet::LatestWithTag))
            .described(HttpMethod::Get, about("List the newest contracts of a provider with a tag").query(PAGED).gives::<ProviderContracts>()))
        .route(at(address::PROVIDER_MAIN_BRANCH)
            .with(lists::of_provider(ContractSet::OnMainBranch))
            .described(HttpMethod::Get, about("List the contracts of a provider from main branches").query(PAGED).gives::<ProviderContracts>()))
        .route(at(address::PROVIDER_LATEST_ON_MAIN_BRANCH)
            .with(lists::of_provider(ContractSet::LatestOnMainBranch))
            .described(HttpMethod::Get, about("List the newest contracts of a provider from main branches").query(PAGED).gives::<ProviderContracts>()))
        .route(at(address::PROVIDER_BRANCH)
            .with(lists::of_provider_named(ContractSet::OnBranch))
            .described(HttpMethod::Get, about("List the contracts of a provider from a branch").query(PAGED).gives::<ProviderContracts>()))
        .route(at(address::PROVIDER_LATEST_ON_BRANCH)
            .with(lists::of_provider_named(ContractSet::LatestOnBranch))
            .described(HttpMethod::Get, about("List the newest contracts of a provider from a branch").query(PAGED).gives::<ProviderContracts>()))
        .route(at(address::PROVIDER_STATES)
            .get(provider_states::on_main_branch, about("List the provider states that main branches use").gives::<ProviderStateList>()))
        .route(at(address::PROVIDER_STATES_ON_BRANCH)
            .get(provider_states::on_branch, about("List the provider states that a branch uses").gives::<ProviderStateList>()))
        .route(at(address::PROVIDER_STATES_IN_ENVIRONMENT)
            .get(provider_states::in_environment, about("List the provider states used in an environment, by its uuid or name").gives::<ProviderStateList>()))
        .route(at(address::PAIR_VERSIONS)
            .with(lists::every_of_pair())
            .described(HttpMethod::Get, about("List the contracts of a pair").query(PAGED).gives::<PairContracts>())
            .described(HttpMethod::Delete, about("Delete the contracts of a pair").gives_nothing()))
        .route(at(address::PAIR_WITH_TAG)
            .with(lists::of_pair_named(ContractSet::WithTag))
            .described(HttpMethod::Get, about("List the contracts of a pair with a tag").query(PAGED).gives::<PairContracts>())
            .described(HttpMethod::Delete, about("Delete the contracts of a pair with a tag").gives::<Linked>()))
        .route(at(address::PAIR_MAIN_BRANCH)
            .with(lists::of_pair(ContractSet::OnMainBranch))
            .described(HttpMethod::Get, about("List the contracts of a pair from the main branch").query(PAGED).gives::<PairContracts>())
            .described(HttpMethod::Delete, about("Delete the contracts of a pair from the main branch").gives::<Linked>()))
        .route(at(address::PAIR_LATEST_ON_MAIN_BRANCH)
            .with(lists::of_pair(ContractSet::LatestOnMainBranch))
            .described(HttpMethod::Get, about("List the contracts of a pair: the newest from the main branch").query(PAGED).gives::<PairContracts>())
            .described(HttpMethod::Delete, about("Delete the contracts of a pair: the newest from the main branch").gives::<Linked>()))
        .route(at(address::PAIR_BRANCH)
            .with(lists::of_pair_named(ContractSet::OnBranch))
            .described(HttpMethod::Get, about("List the contracts of a pair from a branch").query(PAGED).gives::<PairContracts>())
            .described(HttpMethod::Delete, about("Delete the contracts of a pair from a branch").gives::<Linked>()))
        .route(at(address::PAIR_LATEST_ON_BRANCH)
            .with(lists::of_pair_named(ContractSet::LatestOnBranch))
            .described(HttpMethod::Get, about("List the contracts of a pair: the newest from a branch").query(PAGED).gives::<PairContracts>())
            .described(HttpMethod::Delete, about("Delete the contracts of a pair: the newest from a branch").gives::<Linked>()))
        // One client uses this address.
        .route(at(address::PAIR_MAIN_BRANCH_SHORT)
            .get(lists::of_pair_on_main_branch, about("List the contracts of a pair from the main branch, as one client asks").query(PAGED).gives::<PairContracts>()))
        .served_as(layers::JSON)
}

//! Routes for descriptions that providers publish, and their comparison with the contracts of consumers.

use utoipa_axum::router::OpenApiRouter;

use super::super::{cross_contracts, provider_contracts};
use crate::http::{
    AppState, address, layers,
    openapi::{Group, about, at},
    resource::{
        ComparisonList, CompatibilityDocument, ConsumerContractDocument, CrossContractDocument,
        ProviderContractDocument, ProviderContractList, PublishedProviderContractDocument,
        ResultsOfComparedList, ResultsOfPairDocument, SelfVerificationDocument, request,
    },
};

// One line for each operation.
#[rustfmt::skip]
pub(super) fn routes() -> OpenApiRouter<AppState> {
    Group::new("Bi-directional contracts")
        .route(at(address::PUBLISH_PROVIDER_CONTRACT)
            .post(provider_contracts::publish, about("Publish the description of a provider version").takes::<request::ProviderContractRequest>().gives::<PublishedProviderContractDocument>()))
        .route(at(address::PROVIDER_CONTRACT_OLDER)
            .get(provider_contracts::show, about("Show the description of a provider version, under its older address").gives::<ProviderContractDocument>())
            .put(provider_contracts::publish_older, about("Publish the description of a provider version, the older way").takes::<request::OlderProviderContractRequest>().creates::<PublishedProviderContractDocument>()))
        .route(at(address::PROVIDER_CONTRACTS)
            .get(provider_contracts::list, about("List the descriptions of a provider").gives::<ProviderContractList>()))
        .route(at(address::COMPATIBILITY)
            .get(provider_contracts::compatibility, about("Show what new descriptions of a provider are held against").gives::<CompatibilityDocument>())
            .put(provider_contracts::set_compatibility, about("Set what new descriptions of a provider are held against").takes::<request::CompatibilityRequest>().gives::<CompatibilityDocument>()))
        .route(at(address::PROVIDER_CONTRACT)
            .get(provider_contracts::show, about("Show the description of a provider version").gives::<ProviderContractDocument>()))
        .route(at(address::SELF_VERIFICATION)
            .get(provider_contracts::self_verification, about("Show what a provider says of its own verification").gives::<SelfVerificationDocument>()))
        .route(at(address::COMPARED_CONTRACTS)
            .get(provider_contracts::compared_contracts, about("List the contracts that a description is compared with").gives::<ComparisonList>()))
        .route(at(address::RESULTS_OF_COMPARED_CONTRACTS)
            .get(provider_contracts::results_of_compared, about("List the newest results of a provider version for the contracts that its description is compared with").gives::<ResultsOfComparedList>()))
        .route(at(address::COMPARISONS)
            .get(provider_contracts::comparisons, about("List the comparisons of a description with contracts").gives::<ComparisonList>()))
        .route(at(address::DESCRIPTION_CHANGES)
            .get(provider_contracts::changes, about("Show what changed between the descriptions of two versions, and whom it breaks").gives_media("application/hal+json")))
        .route(at(address::DESCRIPTION_COVERAGE)
            .get(provider_contracts::coverage, about("Show what contracts cover of a description").gives_media("application/hal+json")))
        .route(at(address::PROVIDER_CONTRACT_OF_PAIR)
            .get(cross_contracts::provider_contract, about("Show the description that a contract is compared with").gives::<ProviderContractDocument>()))
        .route(at(address::SELF_VERIFICATION_OF_PAIR)
            .get(cross_contracts::self_verification, about("Show the self-verification of the description that a contract is compared with").gives::<SelfVerificationDocument>()))
        .route(at(address::CONSUMER_CONTRACT_OF_PAIR)
            .get(cross_contracts::consumer_contract, about("Show the contract that a description is compared with").gives::<ConsumerContractDocument>()))
        .route(at(address::RESULTS_OF_PAIR)
            .get(cross_contracts::results, about("Show the newest result of a provider version for a contract").gives::<ResultsOfPairDocument>()))
        .route(at(address::COMPARISON)
            .get(cross_contracts::show, about("Show the comparison of a contract with a description").gives::<CrossContractDocument>()))
        .route(at(address::COMPARISON_OF_CONTENT)
            .get(cross_contracts::of_content, about("Show the comparison of a contract's content with a description").gives::<CrossContractDocument>()))
        .served_as(layers::JSON)
}

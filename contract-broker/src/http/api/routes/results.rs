//! Routes for verification results.

use utoipa_axum::router::OpenApiRouter;

use super::super::verification_results;
use crate::http::{
    AppState, address, layers,
    openapi::{Group, about, at},
    resource::{ResultDocument, ResultSummary, request},
};

// One line for each operation.
#[rustfmt::skip]
pub(super) fn routes() -> OpenApiRouter<AppState> {
    Group::new("Verification results")
        .route(at(address::RESULTS)
            .post(verification_results::post, about("Publish a result").takes::<request::ResultRequest>().creates::<ResultDocument>()))
        .route(at(address::RESULTS_OF_SELECTED)
            .post(verification_results::post_selected, about("Publish a result of a selected contract").takes::<request::ResultRequest>().creates::<ResultDocument>()))
        .route(at(address::RESULT)
            .get(verification_results::show, about("Show a result").gives::<ResultDocument>())
            .delete(verification_results::delete, about("Delete a result").gives_nothing()))
        .route(at(address::RESULT_OF_SELECTED)
            .get(verification_results::show_selected, about("Show a result of a selected contract").gives::<ResultDocument>()))
        .route(at(address::LATEST_RESULT_OF_CONTENT)
            .get(verification_results::latest_of_content, about("Show the newest result of a content").gives::<ResultDocument>()))
        .route(at(address::LATEST_RESULT_OF_VERSION)
            .get(verification_results::latest_of_version, about("Show the newest result of a consumer version's contract").gives::<ResultDocument>()))
        .route(at(address::LATEST_RESULT_OF_LATEST)
            .get(verification_results::latest_of_latest, about("Show the newest result of the newest contract").gives::<ResultDocument>()))
        .route(at(address::LATEST_RESULT_OF_LATEST_WITH_TAG)
            .get(verification_results::latest_of_latest_with_tag, about("Show the newest result of the newest contract with a tag").gives::<ResultDocument>()))
        .route(at(address::RESULTS_OF_CONSUMER_VERSION)
            .get(verification_results::summary_of_consumer_version, about("Sum up the newest results of a consumer version").gives::<ResultSummary>()))
        .served_as(layers::JSON)
}

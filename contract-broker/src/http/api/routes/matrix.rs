//! Routes for the matrix, and for the contracts that a provider should verify.

use utoipa_axum::router::OpenApiRouter;

use super::super::{for_verification, matrix};
use crate::http::{
    AppState, address, layers,
    openapi::{Group, about, at},
    resource::{ContractsForVerification, MatrixDocument, request},
};

// One line for each operation.
#[rustfmt::skip]
pub(super) fn routes() -> OpenApiRouter<AppState> {
    let to_verify = Group::new("Verification results")
        .route(at(address::FOR_VERIFICATION)
            .get(for_verification::get, about("Where to ask which contracts to verify").query(&["provider_version_tags[]", "include_pending_status", "include_wip_pacts_since", ]).gives::<ContractsForVerification>())
            .post(for_verification::post, about("Ask which contracts to verify; changes nothing").takes::<request::SelectionRequest>().gives::<ContractsForVerification>()))
        .served_as(layers::JSON);
    let decisions = Group::new("Can I deploy")
        .route(at(address::MATRIX)
            .get(matrix::show, about("Which versions work together").query(&["q[][pacticipant]", "q[][version]", "q[][branch]", "q[][tag]", "q[][environment]", "latestby", "environment", "limit", ]).gives::<MatrixDocument>()))
        .route(at(address::MATRIX_OF_PAIR)
            .get(matrix::show_pair, about("Which versions of a pair work together").query(&["limit"]).gives::<MatrixDocument>()))
        .route(at(address::CAN_I_DEPLOY)
            .get(matrix::can_i_deploy, about("Whether a version can be deployed").query(&["pacticipant", "version", "environment", "to"]).gives::<MatrixDocument>()))
        .route(at(address::CAN_I_DEPLOY_TAG)
            .get(matrix::can_i_deploy_tag_to_tag, about("Whether the newest version with a tag works with those with another").gives::<MatrixDocument>()))
        .route(at(address::CAN_I_DEPLOY_BRANCH)
            .get(matrix::can_i_deploy_branch_to_environment, about("Whether the newest version of a branch can be deployed").gives::<MatrixDocument>()))
        .routes();
    to_verify.merge(decisions)
}

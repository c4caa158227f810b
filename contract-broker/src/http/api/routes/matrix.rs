//! Questions about what fits together, and what a provider should verify.

use axum::{Router, routing::get};

use super::{
    super::{for_verification, matrix},
    served_as,
};
use crate::http::{AppState, address, layers};

pub(super) fn routes() -> Router<AppState> {
    let to_verify = Router::new().route(
        address::FOR_VERIFICATION,
        get(for_verification::get).post(for_verification::post),
    );
    served_as(layers::JSON, to_verify)
        .route("/matrix", get(matrix::show))
        .route("/matrix/provider/{provider}/consumer/{consumer}", get(matrix::show_pair))
        .route("/can-i-deploy", get(matrix::can_i_deploy))
        .route(
            "/pacticipants/{pacticipant}/latest-version/{tag}/can-i-deploy/to/{to}",
            get(matrix::can_i_deploy_tag_to_tag),
        )
        .route(
            "/pacticipants/{pacticipant}/branches/{branch}/latest-version/can-i-deploy/to-environment/{environment}",
            get(matrix::can_i_deploy_branch_to_environment),
        )
}

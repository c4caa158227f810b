//! Pictures for README files.

use axum::{Router, routing::get};

use super::super::badges;
use crate::http::{AppState, address::badge as at};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route(at::LATEST, get(badges::latest))
        .route(at::LATEST_WITH_TAG, get(badges::latest_with_tag))
        .route(at::LATEST_UNTAGGED, get(badges::latest_untagged))
        .route(at::LATEST_ON_BRANCH, get(badges::latest_on_branch))
        .route(at::OF_TAGS, get(badges::of_tags))
        .route(at::TAG_TO_TAG, get(badges::can_i_deploy_tag_to_tag))
        .route(
            at::BRANCH_TO_ENVIRONMENT,
            get(badges::can_i_deploy_branch_to_environment),
        )
        .route(at::CAN_I_MERGE, get(badges::can_i_merge))
}

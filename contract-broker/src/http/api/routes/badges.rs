//! Routes for badges.

use utoipa_axum::router::OpenApiRouter;

use super::super::badges;
use crate::http::{
    AppState, address, layers,
    openapi::{Group, about, at},
};

// One line for each operation.
#[rustfmt::skip]
pub(super) fn routes() -> OpenApiRouter<AppState> {
    Group::new("Badges")
        .route(at(address::badge::LATEST)
            .get(badges::latest, about("The status of the newest contract").query(&["label", "initials"]).gives_media("image/svg+xml")))
        .route(at(address::badge::LATEST_WITH_TAG)
            .get(badges::latest_with_tag, about("The status of the newest contract with a tag").query(&["label", "initials"]).gives_media("image/svg+xml")))
        .route(at(address::badge::LATEST_UNTAGGED)
            .get(badges::latest_untagged, about("The status of the newest contract without a tag").query(&["label", "initials"]).gives_media("image/svg+xml")))
        .route(at(address::badge::LATEST_ON_BRANCH)
            .get(badges::latest_on_branch, about("The status of the newest contract of a branch").query(&["label", "initials"]).gives_media("image/svg+xml")))
        .route(at(address::badge::OF_TAGS)
            .get(badges::of_tags, about("Whether two tagged versions work together").query(&["label", "initials"]).gives_media("image/svg+xml")))
        .route(at(address::badge::TAG_TO_TAG)
            .get(badges::can_i_deploy_tag_to_tag, about("Whether the newest version with a tag works with those with another").query(&["label"]).gives_media("image/svg+xml")))
        .route(at(address::badge::BRANCH_TO_ENVIRONMENT)
            .get(badges::can_i_deploy_branch_to_environment, about("Whether the newest version of a branch can be deployed").query(&["label"]).gives_media("image/svg+xml")))
        .route(at(address::badge::CAN_I_MERGE)
            .get(badges::can_i_merge, about("Whether the newest version of the main branch works with those of the others").query(&["label"]).gives_media("image/svg+xml")))
        .served_as(layers::SVG)
}

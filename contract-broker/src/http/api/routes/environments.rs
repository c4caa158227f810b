//! Environments and what is in them.

use axum::{Router, routing::get};

use super::super::{deployments, environments};
use crate::{http::AppState, store::deployments::Kind};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route(
            "/environments",
            get(environments::list).post(environments::create),
        )
        .route(
            "/environments/{environment}",
            get(environments::show)
                .put(environments::replace)
                .delete(environments::delete),
        )
        .route(
            "/environments/{environment}/deployed-versions/currently-deployed",
            deployments::current(Kind::Deployed),
        )
        .route(
            "/environments/{environment}/released-versions/currently-supported",
            deployments::current(Kind::Released),
        )
        .route(
            "/pacticipants/{pacticipant}/versions/{version}/deployed-versions/environment/{environment}",
            deployments::of_version(Kind::Deployed).post(deployments::record_deployment),
        )
        .route(
            "/pacticipants/{pacticipant}/versions/{version}/released-versions/environment/{environment}",
            deployments::of_version(Kind::Released).post(deployments::record_release),
        )
        .route("/deployed-versions/{uuid}", deployments::one(Kind::Deployed))
        .route("/released-versions/{uuid}", deployments::one(Kind::Released))
}

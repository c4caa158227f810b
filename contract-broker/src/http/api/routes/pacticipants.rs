//! Pacticipants with their labels, versions, tags and branches.

use axum::{Router, routing::get};

use super::super::{branches, deletion, pacticipants, tags, versions};
use crate::http::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route(
            "/pacticipants",
            get(pacticipants::list).post(pacticipants::create),
        )
        .route("/pacticipants/label/{label}", get(pacticipants::list_with_label))
        .route(
            "/pacticipants/{pacticipant}",
            get(pacticipants::show)
                .put(pacticipants::replace)
                .patch(pacticipants::patch)
                .delete(deletion::pacticipant),
        )
        .route(
            "/pacticipants/{pacticipant}/labels/{label}",
            get(pacticipants::show_label)
                .put(pacticipants::put_label)
                .delete(pacticipants::delete_label),
        )
        .route("/labels", get(pacticipants::labels))
        .route("/pacticipants/{pacticipant}/versions", get(versions::list))
        .route(
            "/pacticipants/{pacticipant}/versions/{version}",
            get(versions::show)
                .put(versions::put)
                .patch(versions::patch)
                .delete(deletion::version),
        )
        .route(
            "/pacticipants/{pacticipant}/latest-version",
            get(versions::latest),
        )
        .route(
            "/pacticipants/{pacticipant}/latest-version/{tag}",
            get(versions::latest_with_tag),
        )
        .route(
            "/pacticipants/{pacticipant}/versions/{version}/tags/{tag}",
            get(tags::show).put(tags::put).delete(deletion::tag),
        )
        .route(
            "/pacticipants/{pacticipant}/tags/{tag}/versions",
            get(versions::list_with_tag),
        )
        .route(
            "/pacticipants/{pacticipant}/branches",
            get(branches::list).delete(deletion::branches),
        )
        .route(
            "/pacticipants/{pacticipant}/branches/{branch}",
            get(branches::show).delete(deletion::branch),
        )
        .route(
            "/pacticipants/{pacticipant}/branches/{branch}/latest-version",
            get(versions::latest_on_branch),
        )
        .route(
            "/pacticipants/{pacticipant}/branches/{branch}/versions",
            get(versions::list_on_branch),
        )
        .route(
            "/pacticipants/{pacticipant}/branches/{branch}/versions/{version}",
            get(branches::show_version)
                .put(branches::put_version)
                .delete(deletion::branch_version),
        )
        .route(
            "/pacticipants/{pacticipant}/environments/{environment}/versions",
            get(versions::list_in_environment),
        )
}

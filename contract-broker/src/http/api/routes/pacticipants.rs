//! Routes for pacticipants with their labels, versions, tags and branches.

use utoipa_axum::router::OpenApiRouter;

use super::{
    super::{branches, deletion, pacticipants, tags, versions},
    PAGED, SEARCHED,
};
use crate::http::{
    AppState, address, layers,
    openapi::{Group, about, at},
    resource::{
        BranchDocument, BranchList, BranchVersionDocument, LabelDocument, LabelList, Notified,
        PacticipantDocument, PacticipantList, TagDocument, VersionDocument, VersionList, request,
    },
};

// One line for each operation.
#[rustfmt::skip]
pub(super) fn routes() -> OpenApiRouter<AppState> {
    Group::new("Pacticipants")
        .route(at(address::PACTICIPANTS)
            .get(pacticipants::list, about("List pacticipants by name").query(SEARCHED).gives::<PacticipantList>())
            .post(pacticipants::create, about("Create a pacticipant").takes::<request::PacticipantRequest>().creates::<PacticipantDocument>()))
        .route(at(address::PACTICIPANTS_WITH_LABEL)
            .get(pacticipants::list_with_label, about("List pacticipants that have a label").query(SEARCHED).gives::<PacticipantList>()))
        .route(at(address::PACTICIPANT)
            .get(pacticipants::show, about("Show a pacticipant").gives::<PacticipantDocument>())
            .put(pacticipants::replace, about("Replace what is said about a pacticipant").takes::<request::PacticipantRequest>().gives::<PacticipantDocument>())
            .patch(pacticipants::patch, about("Change a pacticipant, or create it").takes::<request::PacticipantRequest>().gives::<PacticipantDocument>())
            .delete(deletion::pacticipant, about("Delete a pacticipant with everything that belongs to it").gives_nothing()))
        .route(at(address::LABEL)
            .get(pacticipants::show_label, about("Show a label").gives::<LabelDocument>())
            .put(pacticipants::put_label, about("Add a label").creates::<LabelDocument>())
            .delete(pacticipants::delete_label, about("Remove a label").gives_nothing()))
        .route(at(address::LABELS).get(pacticipants::labels, about("List the labels in use").query(PAGED).gives::<LabelList>()))
        .route(at(address::VERSIONS).get(versions::list, about("List versions, newest first").query(PAGED).gives::<VersionList>()))
        .route(at(address::VERSION)
            .get(versions::show, about("Show a version").gives::<VersionDocument>())
            .put(versions::put, about("Create a version, or replace what is said about it").takes::<request::VersionRequest>().gives::<VersionDocument>())
            .patch(versions::patch, about("Create a version, or change it").takes::<request::VersionRequest>().gives::<VersionDocument>())
            .delete(deletion::version, about("Delete a version with its contracts and results").gives_nothing()))
        .route(at(address::LATEST_VERSION).get(versions::latest, about("Show the newest version").gives::<VersionDocument>()))
        .route(at(address::LATEST_VERSION_WITH_TAG)
            .get(versions::latest_with_tag, about("Show the newest version with a tag").gives::<VersionDocument>()))
        .route(at(address::TAG)
            .get(tags::show, about("Show a tag of a version").gives::<TagDocument>())
            .put(tags::put, about("Tag a version").creates::<TagDocument>())
            .delete(deletion::tag, about("Remove a tag from a version").gives_nothing()))
        .route(at(address::VERSIONS_WITH_TAG).get(versions::list_with_tag, about("List the versions with a tag").query(PAGED).gives::<VersionList>()))
        .route(at(address::BRANCHES)
            .get(branches::list, about("List branches").query(SEARCHED).gives::<BranchList>())
            .delete(deletion::branches, about("Delete all branches but the main branch and those to keep").query(&["exclude[]"]).status("202").gives::<Notified>()))
        .route(at(address::BRANCH)
            .get(branches::show, about("Show a branch").gives::<BranchDocument>())
            .delete(deletion::branch, about("Delete a branch; its versions stay").gives_nothing()))
        .route(at(address::LATEST_VERSION_OF_BRANCH)
            .get(versions::latest_on_branch, about("Show the newest version of a branch").gives::<VersionDocument>()))
        .route(at(address::VERSIONS_OF_BRANCH)
            .get(versions::list_on_branch, about("List the versions of a branch").query(PAGED).gives::<VersionList>()))
        .route(at(address::BRANCH_VERSION)
            .get(branches::show_version, about("Show a version's place on a branch").gives::<BranchVersionDocument>())
            .put(branches::put_version, about("Put a version on a branch").creates::<BranchVersionDocument>())
            .delete(deletion::branch_version, about("Remove a version from a branch").gives_nothing()))
        .route(at(address::VERSIONS_IN_ENVIRONMENT)
            .get(versions::list_in_environment, about("List the versions that were ever in an environment").query(PAGED).gives::<VersionList>()))
        .served_as(layers::JSON)
}

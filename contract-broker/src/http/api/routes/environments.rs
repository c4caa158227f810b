//! Routes for environments, deployments and releases.

use utoipa::openapi::HttpMethod;
use utoipa_axum::router::OpenApiRouter;

use super::{
    super::{deployments, environments},
    PAGED,
};
use crate::{
    http::{
        AppState, address, layers,
        openapi::{Group, about, at},
        resource::{
            DeployedVersion, DeployedVersionList, EnvironmentDocument, EnvironmentList, ReleasedVersion,
            ReleasedVersionList, request,
        },
    },
    store::deployments::Kind,
};

// One line for each operation.
#[rustfmt::skip]
pub(super) fn routes() -> OpenApiRouter<AppState> {
    Group::new("Environments")
        .route(at(address::ENVIRONMENTS)
            .get(environments::list, about("List environments").query(&["name", "page", "size"]).gives::<EnvironmentList>())
            .post(environments::create, about("Create an environment").takes::<request::EnvironmentRequest>().creates::<EnvironmentDocument>()))
        .route(at(address::ENVIRONMENT)
            .get(environments::show, about("Show an environment").gives::<EnvironmentDocument>())
            .put(environments::replace, about("Replace an environment").takes::<request::EnvironmentRequest>().gives::<EnvironmentDocument>())
            .delete(environments::delete, about("Delete an environment with what was recorded in it").gives_nothing()))
        .route(at(address::CURRENTLY_DEPLOYED)
            .with(deployments::current(Kind::Deployed))
            .described(HttpMethod::Get, about("List what is deployed").query(&["pacticipant", "applicationInstance", "page", "size"]).gives::<DeployedVersionList>()))
        .route(at(address::CURRENTLY_SUPPORTED)
            .with(deployments::current(Kind::Released))
            .described(HttpMethod::Get, about("List the releases that are supported").query(&["pacticipant", "version", "page", "size"]).gives::<ReleasedVersionList>()))
        .route(at(address::DEPLOYMENTS_OF_VERSION)
            .with(deployments::of_version(Kind::Deployed).post(deployments::record_deployment))
            .described(HttpMethod::Get, about("List the deployments of a version").query(PAGED).gives::<DeployedVersionList>())
            .described(HttpMethod::Post, about("Record a deployment").takes::<request::DeploymentRequest>().creates::<DeployedVersion>()))
        .route(at(address::RELEASES_OF_VERSION)
            .with(deployments::of_version(Kind::Released).post(deployments::record_release))
            .described(HttpMethod::Get, about("List the releases of a version").query(PAGED).gives::<ReleasedVersionList>())
            .described(HttpMethod::Post, about("Record a release").creates::<ReleasedVersion>()))
        .route(at(address::DEPLOYMENT)
            .with(deployments::one(Kind::Deployed))
            .described(HttpMethod::Get, about("Show a deployment").gives::<DeployedVersion>())
            .described(HttpMethod::Patch, about("Record that a version is no longer deployed").takes::<request::EndOfDeployment>().gives::<DeployedVersion>())
            .described(HttpMethod::Delete, about("Delete the record of a deployment").gives_nothing()))
        .route(at(address::RELEASE)
            .with(deployments::one(Kind::Released))
            .described(HttpMethod::Get, about("Show a release").gives::<ReleasedVersion>())
            .described(HttpMethod::Patch, about("Record that a release is no longer supported").takes::<request::EndOfSupport>().gives::<ReleasedVersion>())
            .described(HttpMethod::Delete, about("Delete the record of a release").gives_nothing()))
        .served_as(layers::JSON)
}

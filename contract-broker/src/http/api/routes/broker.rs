//! Routes for the index, the health of the broker, and the documentation of its API.

use utoipa_axum::router::OpenApiRouter;

use super::super::{health, help};
use crate::http::{
    AppState, address, layers,
    openapi::{Group, about, at},
    resource::{Dependencies, FailureDocument, Health, Heartbeat, Linked, RelationDocument},
};

const GROUP: &str = "Index and health";

// One line for each operation.
#[rustfmt::skip]
pub(super) fn routes() -> OpenApiRouter<AppState> {
    let index = Group::new(GROUP)
        .route(at(address::INDEX).get(help::show_index, about("Where everything is").gives::<Linked>()))
        .served_as(layers::JSON);
    let others = Group::new(GROUP)
        .route(at(address::ALIVE).get(health::alive, about("Whether the process is alive").gives::<Health>()))
        .route(at(address::READY).get(health::ready, about("Whether the database answers").gives::<Health>()))
        .route(at(address::HEARTBEAT).get(health::heartbeat, about("Whether the process is alive, as older clients ask").gives::<Heartbeat>()))
        .route(at(address::DEPENDENCIES)
            .get(health::dependencies, about("Whether the database answers, as older clients ask").gives::<Dependencies>()))
        .route(at(address::RELATION).get(help::relation, about("What a relation of links means").gives::<RelationDocument>()))
        .route(at(address::TEST_ERROR)
            .get(help::error, about("Fail, to see how failures are logged and shown").status("500").gives::<FailureDocument>())
            .post(help::error, about("Fail, to see how failures of changes are logged and shown").status("500").gives::<FailureDocument>()))
        .routes();
    index.merge(others)
}

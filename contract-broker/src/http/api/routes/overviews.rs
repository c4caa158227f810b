//! Integrations and what is counted over all of them.

use utoipa_axum::router::OpenApiRouter;

use super::{
    super::{dashboard, deletion, integrations, metrics, network, retention},
    PAGED, SEARCHED,
};
use crate::http::{
    AppState, address, layers,
    openapi::{Group, about, at},
    resource::{
        DashboardDocument, IntegrationList, IntegrationNetwork, MetricsDocument, NetworkDocument,
        RetentionDocument, TeamMetricsDocument,
    },
};

const GROUP: &str = "Integrations";

// One line for each operation.
#[rustfmt::skip]
pub(super) fn routes() -> OpenApiRouter<AppState> {
    let counted = Group::new(GROUP)
        .route(at(address::METRICS).get(metrics::show, about("Counts of what is stored").gives::<MetricsDocument>()))
        .route(at(address::TEAM_METRICS).get(metrics::of_teams, about("Counts of what belongs to each team").gives::<TeamMetricsDocument>()))
        .route(at(address::NETWORK)
            .get(network::of_pacticipant, about("The integrations of everyone who is connected with a pacticipant").query(&["maxPacticipants"]).gives::<IntegrationNetwork>()))
        .route(at(address::INTEGRATIONS_OF_TEAM)
            .get(integrations::of_team, about("List the integrations of a team").query(PAGED).gives::<IntegrationList>()))
        .route(at(address::RETENTION)
            .get(retention::show, about("Which old versions retention would delete, and why the others stay").query(&["goes", "pacticipant", "page", "size"]).gives::<RetentionDocument>()))
        .served_as(layers::JSON);
    let others = Group::new(GROUP)
        .route(at(address::INTEGRATIONS)
            .get(integrations::list, about("List integrations").query(SEARCHED).gives::<IntegrationList>())
            .delete(deletion::everything, about("Delete everything but environments").gives_nothing()))
        .route(at(address::INTEGRATION)
            .delete(deletion::integration, about("Delete an integration with its contracts, webhooks, and what only it needed").gives_nothing()))
        .route(at(address::DASHBOARD)
            .get(dashboard::all, about("The status of the newest contract of each integration").query(PAGED).gives::<DashboardDocument>()))
        .route(at(address::DASHBOARD_OF_PAIR)
            .get(dashboard::pair, about("The status of the newest contracts of a pair").gives::<DashboardDocument>()))
        .route(at(address::RELATIONSHIPS)
            .get(network::relationships, about("Integrations, for graphs").gives_media("text/csv").gives::<NetworkDocument>()))
        .route(at(address::GROUP)
            .get(network::group, about("The pacticipants connected with a pacticipant, for graphs").query(&["maxPacticipants"]).gives_media("text/csv").gives::<NetworkDocument>()))
        .routes();
    counted.merge(others)
}

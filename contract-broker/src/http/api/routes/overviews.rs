//! Integrations and what is counted over all of them.

use axum::{
    Router,
    routing::{delete, get},
};

use super::{
    super::{dashboard, deletion, integrations, metrics, network, retention},
    served_as,
};
use crate::http::{AppState, layers};

pub(super) fn routes() -> Router<AppState> {
    let counted = Router::new()
        .route("/metrics", get(metrics::show))
        .route("/retention", get(retention::show));
    served_as(layers::JSON, counted)
        .route(
            "/integrations",
            get(integrations::list).delete(deletion::everything),
        )
        .route(
            "/integrations/provider/{provider}/consumer/{consumer}",
            delete(deletion::integration),
        )
        .route("/dashboard", get(dashboard::all))
        .route(
            "/dashboard/provider/{provider}/consumer/{consumer}",
            get(dashboard::pair),
        )
        .route("/relationships", get(network::relationships))
        .route("/groups/{pacticipant}", get(network::group))
}

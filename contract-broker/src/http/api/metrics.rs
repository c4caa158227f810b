//! Counts of what is stored.

use crate::http::{
    call::Call,
    error::Result,
    hal::Hal,
    resource::{MetricsDocument, TeamMetricsDocument},
};

pub(super) async fn show(call: Call) -> Result<Hal<MetricsDocument>> {
    let metrics = call.app().metrics(&call.who).await?;
    Ok(Hal::ok(MetricsDocument::of(&call.base, metrics)))
}

pub(super) async fn of_teams(call: Call) -> Result<Hal<TeamMetricsDocument>> {
    let found = call.app().team_metrics(&call.who).await?;
    Ok(Hal::ok(TeamMetricsDocument::of(&call.base, found)))
}

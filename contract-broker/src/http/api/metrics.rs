//! Counts of what is stored.

use crate::http::{call::Call, error::Result, hal::Hal, resource::MetricsDocument};

pub(super) async fn show(call: Call) -> Result<Hal<MetricsDocument>> {
    let metrics = call.app().metrics(&call.who).await?;
    Ok(Hal::ok(MetricsDocument::of(&call.base, metrics)))
}

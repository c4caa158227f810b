//! `contract record-support-ended`

use clap::Args;
use contract_core::Error;

use crate::application::Application;
use crate::broker::Asked;
use crate::command::recorded;
use crate::exit::Exit;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    application: Application,
    /// Version that is no longer supported
    #[arg(long, value_name = "VERSION")]
    version: String,
    /// Environment that it was released in
    #[arg(long, value_name = "ENVIRONMENT")]
    environment: String,
    #[command(flatten)]
    asked: Asked,
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    let name = arguments.application.name()?;
    let recorded = arguments
        .asked
        .broker
        .client()?
        .record_support_ended(name, &arguments.version, &arguments.environment)
        .await?;
    Ok(recorded::show(
        &[recorded],
        "is no longer supported in",
        &arguments.asked.output,
    ))
}

//! `contract record-support-ended`

use clap::Args;
use contract_core::Error;

use crate::application::Application;
use crate::broker::Asked;
use crate::command::recorded;
use crate::exit::Exit;

#[derive(Debug, Args)]
#[command(
    after_help = "If the support has ended already, the exit code is 0, so that a job can be run again. If the version was \
                  never released there, it is 2.\n\n\
                  Example: contract record-support-ended orders-app --version 1.4.0 --environment app-store"
)]
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

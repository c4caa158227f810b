//! `contract record-release`

use clap::Args;
use contract_core::Error;

use crate::application::Application;
use crate::broker::Asked;
use crate::build::Facts;
use crate::command::recorded;
use crate::exit::Exit;

#[derive(Debug, Args)]
#[command(after_help = "Example: contract record-release orders-app --version 2.1.0 --environment app-store")]
pub(crate) struct Arguments {
    #[command(flatten)]
    application: Application,
    /// Released version; by default the commit from CI or Git
    #[arg(long, env = "CONTRACT_VERSION", value_name = "VERSION")]
    version: Option<String>,
    /// Target environment
    #[arg(long, value_name = "ENVIRONMENT")]
    environment: String,
    #[command(flatten)]
    asked: Asked,
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    let name = arguments.application.name()?;
    let version = Facts::of_process().version(arguments.version)?;
    let recorded = arguments
        .asked
        .broker
        .client()?
        .record_release(name, &version, &arguments.environment)
        .await?;
    Ok(recorded::show(
        &[recorded],
        "is released in",
        &arguments.asked.output,
    ))
}

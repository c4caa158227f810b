//! `contract record-deployment`

use clap::Args;
use contract_core::Error;

use crate::application::Application;
use crate::broker::Asked;
use crate::build::Facts;
use crate::command::recorded;
use crate::exit::Exit;

#[derive(Debug, Args)]
#[command(after_help = "Example: contract record-deployment orders-web --environment production")]
pub(crate) struct Arguments {
    #[command(flatten)]
    application: Application,
    /// Deployed version; by default the commit from CI or Git
    #[arg(long, env = "CONTRACT_VERSION", value_name = "VERSION")]
    version: Option<String>,
    /// Target environment
    #[arg(long, value_name = "ENVIRONMENT")]
    environment: String,
    /// Instance of the application, if the environment has several
    #[arg(long, value_name = "NAME")]
    application_instance: Option<String>,
    #[command(flatten)]
    asked: Asked,
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    let name = arguments.application.name()?;
    let version = Facts::of_process().version(arguments.version)?;
    let instance = arguments.application_instance.as_deref();
    let recorded = arguments
        .asked
        .broker
        .client()?
        .record_deployment(name, &version, &arguments.environment, instance)
        .await?;
    Ok(recorded::show(
        &[recorded],
        "is deployed to",
        &arguments.asked.output,
    ))
}

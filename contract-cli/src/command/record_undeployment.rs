//! `contract record-undeployment`

use clap::Args;
use contract_core::Error;

use crate::application::Application;
use crate::broker::Asked;
use crate::command::recorded;
use crate::exit::Exit;
use crate::output::{self, PlainFormat};

#[derive(Debug, Args)]
#[command(
    after_help = "If the application is not deployed there, nothing is recorded and the exit code is 0, so that a job can be \
                  run again. If it is deployed there as other instances only, the exit code is 2.\n\n\
                  Example: contract record-undeployment orders-web --environment staging"
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    application: Application,
    /// Environment that it was deployed to
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
    let instance = arguments.application_instance.as_deref();
    let ended = arguments
        .asked
        .broker
        .client()?
        .record_undeployment(name, &arguments.environment, instance)
        .await?;
    if ended.is_empty() && arguments.asked.output.format == PlainFormat::Text {
        output::result(&format!(
            "nothing to record: {name} is not deployed to {}",
            arguments.environment
        ));
    }
    Ok(recorded::show(
        &ended,
        "is no longer deployed to",
        &arguments.asked.output,
    ))
}

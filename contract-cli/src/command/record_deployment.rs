//! `contract record-deployment`

use clap::Args;
use contract_core::Error;

use crate::broker::BrokerArguments;
use crate::exit::Exit;
use crate::output;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The application
    #[arg(value_name = "NAME")]
    pacticipant: String,
    /// The version that was deployed
    #[arg(long, value_name = "VERSION")]
    version: String,
    /// Where to
    #[arg(long, value_name = "ENVIRONMENT")]
    environment: String,
    /// Which instance, where the environment has several of the application
    #[arg(long, value_name = "NAME")]
    application_instance: Option<String>,
    #[command(flatten)]
    broker: BrokerArguments,
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    let Arguments {
        pacticipant,
        version,
        environment,
        application_instance,
        broker,
    } = arguments;
    broker
        .client()?
        .record_deployment(
            &pacticipant,
            &version,
            &environment,
            application_instance.as_deref(),
        )
        .await?;
    let instance = application_instance.map_or_else(String::new, |name| format!(" as {name}"));
    output::result(&format!(
        "{pacticipant} version {version} is deployed to {environment}{instance}"
    ));
    Ok(Exit::Fine)
}

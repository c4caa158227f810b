//! `contract record-release`

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
    /// The version that was released
    #[arg(long, value_name = "VERSION")]
    version: String,
    /// Where
    #[arg(long, value_name = "ENVIRONMENT")]
    environment: String,
    #[command(flatten)]
    broker: BrokerArguments,
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    let Arguments {
        pacticipant,
        version,
        environment,
        broker,
    } = arguments;
    broker
        .client()?
        .record_release(&pacticipant, &version, &environment)
        .await?;
    output::result(&format!(
        "{pacticipant} version {version} is released in {environment}"
    ));
    Ok(Exit::Fine)
}

//! `contract record-undeployment`

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
    /// Where it was deployed to
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
        environment,
        application_instance,
        broker,
    } = arguments;
    let ended = broker
        .client()?
        .record_undeployment(&pacticipant, &environment, application_instance.as_deref())
        .await?;
    for one in ended {
        let version = one
            .version
            .map_or_else(String::new, |version| format!(" version {version}"));
        output::result(&format!(
            "{pacticipant}{version} is no longer deployed to {environment}"
        ));
    }
    Ok(Exit::Fine)
}

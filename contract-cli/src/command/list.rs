//! `contract list`

use clap::{Args, ValueEnum};
use contract_core::Error;
use contract_core::broker::List;

use crate::broker::{Asked, ListArguments};
use crate::exit::Exit;
use crate::show;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// What to list
    what: What,
    #[command(flatten)]
    list: ListArguments,
    #[command(flatten)]
    asked: Asked,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum What {
    /// Where versions are deployed to and released in
    Environments,
    /// Consumers and providers
    #[value(alias = "pacticipants")]
    Applications,
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    let client = arguments.asked.broker.client()?;
    let format = arguments.asked.output.format;
    Ok(match arguments.what {
        What::Environments => {
            let environments = List::complete(client.environments().await?);
            show::list(&environments, format)
        }
        What::Applications => {
            let applications = client.list_pacticipants(arguments.list.limit).await?;
            show::list(&applications, format)
        }
    })
}

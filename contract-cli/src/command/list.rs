//! `contract list`

use clap::{Args, ValueEnum};
use contract_core::Error;
use serde_json::json;

use crate::broker::BrokerArguments;
use crate::exit::Exit;
use crate::output::{self, PlainFormat};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// What to list
    what: What,
    /// How the list is shown
    #[arg(long, value_enum, default_value_t)]
    output: PlainFormat,
    #[command(flatten)]
    broker: BrokerArguments,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum What {
    /// Where versions are deployed to and released in
    Environments,
    /// Consumers and providers
    Applications,
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    let client = arguments.broker.client()?;
    let (names, json) = match arguments.what {
        What::Environments => {
            let environments = client.environments().await?;
            let line = |environment: &contract_core::broker::Environment| {
                let kind = if environment.production {
                    "  production"
                } else {
                    ""
                };
                format!("{}{kind}\n", environment.name)
            };
            (
                environments.iter().map(line).collect::<String>(),
                json!(environments),
            )
        }
        What::Applications => {
            let applications = client.pacticipants().await?;
            let line = |application: &contract_core::broker::Pacticipant| format!("{}\n", application.name);
            (applications.iter().map(line).collect(), json!(applications))
        }
    };
    match arguments.output {
        PlainFormat::Json => output::json(&json),
        PlainFormat::Text if names.is_empty() => output::note("the broker knows none"),
        PlainFormat::Text => output::result(&names),
    }
    Ok(Exit::Fine)
}

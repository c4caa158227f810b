//! `contract create-environment`

use clap::Args;
use contract_core::Error;
use contract_core::broker::{EnsuredEnvironment, NewEnvironment};

use crate::broker::BrokerArguments;
use crate::exit::Exit;
use crate::output;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Its name, without spaces
    #[arg(value_name = "NAME")]
    name: String,
    /// Its name for people
    #[arg(long, value_name = "NAME")]
    display_name: Option<String>,
    /// Users work with it
    #[arg(long)]
    production: bool,
    /// Contact name
    #[arg(long, value_name = "NAME")]
    contact_name: Option<String>,
    /// Where to write to them
    #[arg(long, requires = "contact_name", value_name = "ADDRESS")]
    contact_email: Option<String>,
    #[command(flatten)]
    broker: BrokerArguments,
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    let mut new = NewEnvironment::new(arguments.name).production(arguments.production);
    if let Some(name) = arguments.display_name {
        new = new.display_name(name);
    }
    if let Some(name) = arguments.contact_name {
        new = new.contact(name, arguments.contact_email);
    }
    match arguments.broker.client()?.ensure_environment(&new).await? {
        EnsuredEnvironment::Created(created) => {
            output::result(&format!("created the environment {}", created.name));
        }
        EnsuredEnvironment::Unchanged(found) => {
            output::result(&format!(
                "the environment {} already exists with these settings",
                found.name
            ));
        }
    }
    Ok(Exit::Fine)
}

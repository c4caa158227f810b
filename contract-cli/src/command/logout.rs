//! `contract logout`

use clap::Args;
use contract_core::Error;
use contract_core::broker::{Auth, Client};

use crate::broker::{BrokerHeaders, show_call};
use crate::build::Variables;
use crate::exit::Exit;
use crate::logins::Logins;
use crate::output;

#[derive(Debug, Args)]
#[command(after_help = "Example: contract logout --broker-url https://contracts.example.org")]
pub(crate) struct Arguments {
    /// The broker's address
    #[arg(
        long,
        env = "CONTRACT_BROKER_URL",
        value_name = "URL",
        help_heading = "Broker"
    )]
    broker_url: String,
    #[command(flatten)]
    headers: BrokerHeaders,
}

pub(crate) async fn run(arguments: &Arguments) -> Result<Exit, Error> {
    let url = &arguments.broker_url;
    let client = Client::new(url, Auth::None)?.on_call(show_call);
    let client = arguments.headers.add_to(client)?;
    let removed = match Logins::of_user(&Variables::of_process()) {
        Some(logins) => logins.remove(url)?,
        None => None,
    };
    match removed {
        Some(stored) => {
            client.give_token_back(&stored.token).await?;
            output::note(&format!("logged out of {url}"));
        }
        None => output::note(&format!("not logged in at {url}")),
    }
    Ok(Exit::Fine)
}

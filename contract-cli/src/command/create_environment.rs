//! `contract create-environment`

use clap::Args;
use contract_core::broker::NewEnvironment;
use contract_core::{Error, ErrorKind};

use crate::broker::Asked;
use crate::exit::Exit;
use crate::show;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Name, without spaces
    #[arg(value_name = "NAME")]
    environment: Option<String>,
    /// Name, instead of NAME
    #[arg(long, value_name = "NAME", hide = true, conflicts_with = "environment")]
    name: Option<String>,
    /// Display name
    #[arg(long, value_name = "NAME")]
    display_name: Option<String>,
    /// Mark as a production environment
    #[arg(long)]
    production: bool,
    /// Contact name
    #[arg(long, value_name = "NAME")]
    contact_name: Option<String>,
    /// Contact email address
    #[arg(long, requires = "contact_name", value_name = "ADDRESS")]
    contact_email: Option<String>,
    #[command(flatten)]
    asked: Asked,
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    let Some(name) = arguments.environment.or(arguments.name) else {
        return Err(Error::new(
            ErrorKind::Usage,
            "which environment? Give its NAME, such as production",
        ));
    };
    let mut new = NewEnvironment::new(name).production(arguments.production);
    if let Some(name) = arguments.display_name {
        new = new.display_name(name);
    }
    if let Some(name) = arguments.contact_name {
        new = new.contact(name, arguments.contact_email);
    }
    let ensured = arguments.asked.broker.client()?.ensure_environment(&new).await?;
    Ok(show::ensured(&ensured, arguments.asked.output.format))
}

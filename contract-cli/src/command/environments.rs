//! `contract environments`

use clap::{Args, Subcommand};
use contract_core::Error;
use contract_core::broker::{Client, Environment, EnvironmentChange, EnvironmentContact, List};

use super::create_environment;
use crate::broker::Asked;
use crate::confirm::Confirmation;
use crate::exit::Exit;
use crate::show::{self, Fact, Shown};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the environments
    List {
        #[command(flatten)]
        asked: Asked,
    },
    /// Show an environment
    #[command(visible_alias = "describe")]
    Show {
        /// Environment
        #[arg(value_name = "NAME")]
        name: String,
        #[command(flatten)]
        asked: Asked,
    },
    /// Create an environment, unless it exists with these settings
    Create(create_environment::Arguments),
    /// Change an environment
    Update {
        /// Environment, by name or UUID
        #[arg(value_name = "NAME", required_unless_present = "uuid")]
        environment: Option<String>,
        /// Environment by UUID, instead of NAME
        #[arg(long, value_name = "UUID", hide = true, conflicts_with = "environment")]
        uuid: Option<String>,
        /// New name, without spaces
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// Display name
        #[arg(long, value_name = "NAME")]
        display_name: Option<String>,
        /// Mark as a production environment
        #[arg(long, conflicts_with = "no_production")]
        production: bool,
        /// Mark as a non-production environment
        #[arg(long)]
        no_production: bool,
        /// Contact name, replacing all contacts
        #[arg(long, value_name = "NAME")]
        contact_name: Option<String>,
        /// Contact email address
        #[arg(long, requires = "contact_name", value_name = "ADDRESS")]
        contact_email: Option<String>,
        #[command(flatten)]
        asked: Asked,
    },
    /// Delete an environment with its deployment and release records
    Delete {
        /// Environment
        #[arg(value_name = "NAME")]
        name: String,
        #[command(flatten)]
        confirmation: Confirmation,
        #[command(flatten)]
        asked: Asked,
    },
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    match arguments.action {
        Action::List { asked } => {
            let environments = List::complete(asked.broker.client()?.environments().await?);
            Ok(show::list(&environments, asked.output.format))
        }
        Action::Show { name, asked } => {
            let found = by_name_or_key(&asked.broker.client()?, &name).await?;
            Ok(show::one(&found, asked.output.format))
        }
        Action::Create(arguments) => create_environment::run(arguments).await,
        Action::Update {
            environment,
            uuid,
            name,
            display_name,
            production,
            no_production,
            contact_name,
            contact_email,
            asked,
        } => {
            let client = asked.broker.client()?;
            let known = environment.or(uuid).unwrap_or_default();
            let before = by_name_or_key(&client, &known).await?;
            let change = EnvironmentChange {
                name,
                display_name,
                production: (production || no_production).then_some(production),
                contact: contact_name.map(|name| EnvironmentContact {
                    name,
                    email: contact_email,
                }),
            };
            let after = client.update_environment(&before.name, &change).await?;
            Ok(show::saved(Some(&before), &after, asked.output.format))
        }
        Action::Delete {
            name,
            confirmation,
            asked,
        } => {
            let client = asked.broker.client()?;
            let found = by_name_or_key(&client, &name).await?;
            confirmation.confirm(&format!(
                "delete the environment {} with its deployment and release records",
                found.name
            ))?;
            client.delete_environment(&found.name).await?;
            Ok(show::deleted(Environment::NOUN, &found.name, asked.output.format))
        }
    }
}

/// Returns the environment with this name or UUID.
async fn by_name_or_key(client: &Client, name: &str) -> Result<Environment, Error> {
    let known = client.environments().await?;
    match known.into_iter().find(|known| known.uuid == name) {
        Some(found) => Ok(found),
        None => client.environment(name).await,
    }
}

impl Shown for Environment {
    const NOUN: &'static str = "environment";
    const PLURAL: &'static str = "environments";

    fn name(&self) -> String {
        self.name.clone()
    }

    fn columns() -> Vec<Fact<Self>> {
        vec![
            Fact::new("name", |it| it.name.clone()),
            Fact::new("display name", |it| it.display_name.clone()),
            Fact::new("production", |it| {
                let word = if it.production { "production" } else { "" };
                word.to_owned()
            }),
            Fact::new("contacts", |it| {
                let contacts = it.contacts.iter().map(|contact| match &contact.email {
                    Some(email) => format!("{} <{email}>", contact.name),
                    None => contact.name.clone(),
                });
                contacts.collect::<Vec<_>>().join(", ")
            }),
            Fact::new("key", |it| it.uuid.clone()),
        ]
    }
}

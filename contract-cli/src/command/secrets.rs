//! `contract secrets`

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use contract_core::broker::{NewSecret, Saved, Secret, SecretChange};
use contract_core::{Error, ErrorKind};

use crate::broker::Asked;
use crate::confirm::Confirmation;
use crate::exit::Exit;
use crate::show::{self, Fact, Shown, or_dash};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the secrets, without their values
    List {
        #[command(flatten)]
        asked: Asked,
    },
    /// Show a secret, without its value
    #[command(visible_alias = "describe")]
    Show {
        /// Name or UUID
        #[arg(value_name = "SECRET")]
        secret: String,
        #[command(flatten)]
        asked: Asked,
    },
    /// Create a secret; one that exists with the same name and team gets the new value
    Create {
        /// Name: letters and digits
        #[arg(value_name = "NAME")]
        name: String,
        /// File with the value; - for standard input
        #[arg(long, value_name = "PATH")]
        value_file: PathBuf,
        /// Team, by name or UUID: only its webhooks can use the secret
        #[arg(long, value_name = "TEAM")]
        team: Option<String>,
        /// Description
        #[arg(long, value_name = "TEXT")]
        description: Option<String>,
        #[command(flatten)]
        asked: Asked,
    },
    /// Change a secret: given settings replace existing ones
    Update {
        /// Name or UUID
        #[arg(value_name = "SECRET")]
        secret: String,
        /// File with the new value; - for standard input
        #[arg(long, value_name = "PATH")]
        value_file: Option<PathBuf>,
        /// Description
        #[arg(long, value_name = "TEXT")]
        description: Option<String>,
        #[command(flatten)]
        asked: Asked,
    },
    /// Delete a secret; webhooks that use it fail
    Delete {
        /// Name or UUID
        #[arg(value_name = "SECRET")]
        secret: String,
        #[command(flatten)]
        confirmation: Confirmation,
        #[command(flatten)]
        asked: Asked,
    },
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    match arguments.action {
        Action::List { asked } => {
            let secrets = asked.broker.client()?.secrets().await?;
            Ok(show::list(&secrets, asked.output.format))
        }
        Action::Show { secret, asked } => {
            let found = asked.broker.client()?.secret(&secret).await?;
            Ok(show::one(&found, asked.output.format))
        }
        Action::Create {
            name,
            value_file,
            team,
            description,
            asked,
        } => {
            let new = NewSecret {
                name,
                value: read_value(&value_file)?,
                description,
                team,
            };
            let (what, secret) = match asked.broker.client()?.set_secret(&new).await? {
                Saved::Created(created) => ("created", created),
                Saved::Updated { after, .. } => ("updated", after),
            };
            Ok(show::told(
                what,
                Secret::NOUN,
                &secret.name,
                &secret,
                asked.output.format,
            ))
        }
        Action::Update {
            secret,
            value_file,
            description,
            asked,
        } => {
            let change = SecretChange {
                value: value_file.as_deref().map(read_value).transpose()?,
                description,
            };
            let after = asked.broker.client()?.update_secret(&secret, &change).await?;
            Ok(show::told(
                "updated",
                Secret::NOUN,
                &after.name,
                &after,
                asked.output.format,
            ))
        }
        Action::Delete {
            secret,
            confirmation,
            asked,
        } => {
            let client = asked.broker.client()?;
            let found = client.secret(&secret).await?;
            confirmation.confirm(&format!(
                "delete the secret {}, without which webhooks that use it fail",
                found.name
            ))?;
            client.delete_secret(&secret).await?;
            Ok(show::deleted(Secret::NOUN, &found.name, asked.output.format))
        }
    }
}

/// Returns the text of a file without the line break at its end. A command line is seen by others on the machine, so a
/// secret never stands on it.
fn read_value(path: &Path) -> Result<String, Error> {
    let failed = |error: std::io::Error| {
        let text = format!("the value cannot be read from {}: {error}", path.display());
        Error::new(ErrorKind::Usage, text)
    };
    let mut text = String::new();
    if path == Path::new("-") {
        std::io::stdin().read_to_string(&mut text).map_err(failed)?;
    } else {
        text = std::fs::read_to_string(path).map_err(failed)?;
    }
    let value = text.strip_suffix('\n').unwrap_or(&text);
    let value = value.strip_suffix('\r').unwrap_or(value);
    if value.is_empty() {
        let text = format!("{} is empty: a secret needs a value", path.display());
        return Err(Error::new(ErrorKind::Usage, text));
    }
    Ok(value.to_owned())
}

impl Shown for Secret {
    const NOUN: &'static str = "secret";
    const PLURAL: &'static str = "secrets";

    fn name(&self) -> String {
        self.name.clone()
    }

    fn columns() -> Vec<Fact<Self>> {
        vec![
            Fact::new("name", |it| it.name.clone()),
            Fact::new("description", |it| or_dash(it.description.as_ref())),
            Fact::new("team", |it| or_dash(it.team_uuid.as_ref())),
            Fact::new("key", |it| it.uuid.clone()),
        ]
    }
}

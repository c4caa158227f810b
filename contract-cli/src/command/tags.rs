//! `contract tags`

use clap::{Args, Subcommand};
use contract_core::Error;
use contract_core::broker::WhichVersion;
use serde_json::json;

use super::versions;
use crate::application::Application;
use crate::broker::Asked;
use crate::build::Facts;
use crate::confirm::Confirmation;
use crate::exit::Exit;
use crate::output::{self, PlainFormat};
use crate::show;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the tags of a version
    List {
        #[command(flatten)]
        application: Application,
        /// Version; by default the newest
        #[arg(long, value_name = "VERSION")]
        version: Option<String>,
        #[command(flatten)]
        asked: Asked,
    },
    /// Add a tag to a version, unless it has the tag
    Create {
        #[command(flatten)]
        application: Application,
        /// Version; by default the commit from CI or Git
        #[arg(long, env = "CONTRACT_VERSION", value_name = "VERSION")]
        version: Option<String>,
        /// Tag to add; may be repeated
        #[arg(long = "tag", value_name = "TAG", required = true, value_delimiter = ',')]
        tags: Vec<String>,
        #[command(flatten)]
        asked: Asked,
    },
    /// Remove a tag from a version
    Delete {
        #[command(flatten)]
        application: Application,
        /// Version
        #[arg(long, value_name = "VERSION")]
        version: String,
        /// Tag to remove
        #[arg(long, value_name = "TAG")]
        tag: String,
        #[command(flatten)]
        confirmation: Confirmation,
        #[command(flatten)]
        asked: Asked,
    },
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    match arguments.action {
        Action::List {
            application,
            version,
            asked,
        } => {
            let client = asked.broker.client()?;
            let which = version.map_or(WhichVersion::Latest, WhichVersion::Number);
            let found = versions::existing(&client, application.name()?, &which).await?;
            match asked.output.format {
                PlainFormat::Json => output::json(&found.tags),
                PlainFormat::Text if found.tags.is_empty() => {
                    output::note(&format!("version {} has no tags", found.number));
                }
                PlainFormat::Text => output::result(&found.tags.join("\n")),
            }
            Ok(Exit::Fine)
        }
        Action::Create {
            application,
            version,
            tags,
            asked,
        } => {
            let (name, client) = (application.name()?, asked.broker.client()?);
            let version = Facts::of_process().version(version)?;
            for tag in &tags {
                client.add_tag(name, &version, tag).await?;
            }
            let noun = format!("version {version} of");
            let what = format!("added {} to", tags.join(", "));
            let item = json!({ "pacticipant": name, "version": version, "tags": tags });
            Ok(show::told(&what, &noun, name, &item, asked.output.format))
        }
        Action::Delete {
            application,
            version,
            tag,
            confirmation,
            asked,
        } => {
            let name = application.name()?;
            confirmation.confirm(&format!("remove the tag {tag} from version {version} of {name}"))?;
            asked.broker.client()?.remove_tag(name, &version, &tag).await?;
            Ok(show::deleted("tag", &tag, asked.output.format))
        }
    }
}

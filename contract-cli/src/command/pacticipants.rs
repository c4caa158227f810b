//! `contract pacticipants`

use clap::{Args, Subcommand};
use contract_core::broker::{Client, Pacticipant, PacticipantDetails};
use contract_core::{Error, ErrorKind};

use crate::application::Application;
use crate::broker::{Asked, ListArguments};
use crate::build::Facts;
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
    /// List the applications
    List {
        #[command(flatten)]
        list: ListArguments,
        #[command(flatten)]
        asked: Asked,
    },
    /// Show an application
    #[command(visible_alias = "describe")]
    Show {
        #[command(flatten)]
        application: Application,
        #[command(flatten)]
        asked: Asked,
    },
    /// Create an application, or update the settings of an existing one
    Create {
        #[command(flatten)]
        application: Application,
        #[command(flatten)]
        settings: Settings,
        /// Detect the repository from CI or Git
        #[arg(long, conflicts_with = "repository_url")]
        detect_repository: bool,
        #[command(flatten)]
        asked: Asked,
    },
    /// Change an application
    Update {
        #[command(flatten)]
        application: Application,
        #[command(flatten)]
        settings: Settings,
        /// Label to remove; may be repeated
        #[arg(long, value_name = "LABEL")]
        remove_label: Vec<String>,
        #[command(flatten)]
        asked: Asked,
    },
    /// Delete an application with all its versions, contracts and results
    Delete {
        #[command(flatten)]
        application: Application,
        #[command(flatten)]
        confirmation: Confirmation,
        #[command(flatten)]
        asked: Asked,
    },
}

/// The settings of an application.
#[derive(Debug, Args)]
struct Settings {
    /// Display name
    #[arg(long, value_name = "NAME")]
    display_name: Option<String>,
    /// Main branch
    #[arg(long, value_name = "BRANCH")]
    main_branch: Option<String>,
    /// URL of the repository
    #[arg(long, value_name = "URL")]
    repository_url: Option<String>,
    /// Label to add; may be repeated
    #[arg(long = "label", value_name = "LABEL")]
    labels: Vec<String>,
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    match arguments.action {
        Action::List { list, asked } => {
            let applications = asked.broker.client()?.list_pacticipants(list.limit).await?;
            Ok(show::list(&applications, asked.output.format))
        }
        Action::Show { application, asked } => {
            let client = asked.broker.client()?;
            let found = existing(&client, application.name()?).await?;
            Ok(show::one(&found, asked.output.format))
        }
        Action::Create {
            application,
            mut settings,
            detect_repository,
            asked,
        } => {
            if detect_repository {
                settings.repository_url = Facts::of_process().repository_url(None);
            }
            let client = asked.broker.client()?;
            let before = client.pacticipant(application.name()?).await?;
            let after = set(&client, application.name()?, settings, &[]).await?;
            Ok(show::saved(before.as_ref(), &after, asked.output.format))
        }
        Action::Update {
            application,
            settings,
            remove_label,
            asked,
        } => {
            let client = asked.broker.client()?;
            let before = existing(&client, application.name()?).await?;
            let after = set(&client, application.name()?, settings, &remove_label).await?;
            Ok(show::saved(Some(&before), &after, asked.output.format))
        }
        Action::Delete {
            application,
            confirmation,
            asked,
        } => {
            let name = application.name()?;
            confirmation.confirm(&format!(
                "delete the application {name} with all its versions, contracts and results"
            ))?;
            asked.broker.client()?.delete_pacticipant(name).await?;
            Ok(show::deleted(PacticipantDetails::NOUN, name, asked.output.format))
        }
    }
}

/// Returns the application with this name.
async fn existing(client: &Client, name: &str) -> Result<PacticipantDetails, Error> {
    if let Some(found) = client.pacticipant(name).await? {
        return Ok(found);
    }
    let unknown = client.unknown_application(name).await?;
    let text = unknown.unwrap_or_else(|| format!("there is no application {name:?}"));
    Err(Error::new(ErrorKind::Usage, text))
}

async fn set(
    client: &Client,
    name: &str,
    settings: Settings,
    remove: &[String],
) -> Result<PacticipantDetails, Error> {
    let application = Pacticipant {
        name: name.to_owned(),
        display_name: settings.display_name,
        main_branch: settings.main_branch,
        repository_url: settings.repository_url,
    };
    client.set_pacticipant(&application).await?;
    for label in &settings.labels {
        client.add_label(name, label).await?;
    }
    for label in remove {
        client.remove_label(name, label).await?;
    }
    existing(client, name).await
}

impl Shown for Pacticipant {
    const NOUN: &'static str = "application";
    const PLURAL: &'static str = "applications";

    fn name(&self) -> String {
        self.name.clone()
    }

    fn columns() -> Vec<Fact<Self>> {
        vec![
            Fact::new("name", |it| it.name.clone()),
            Fact::new("main branch", |it| or_dash(it.main_branch.as_ref())),
            Fact::new("repository", |it| or_dash(it.repository_url.as_ref())),
        ]
    }
}

impl Shown for PacticipantDetails {
    const NOUN: &'static str = "application";
    const PLURAL: &'static str = "applications";

    fn name(&self) -> String {
        self.settings.name.clone()
    }

    fn columns() -> Vec<Fact<Self>> {
        vec![
            Fact::new("name", |it| it.settings.name.clone()),
            Fact::new("display name", |it| or_dash(it.settings.display_name.as_ref())),
            Fact::new("main branch", |it| or_dash(it.settings.main_branch.as_ref())),
            Fact::new("repository", |it| or_dash(it.settings.repository_url.as_ref())),
            Fact::new("labels", |it| it.labels.join(", ")),
            Fact::new("newest version", |it| or_dash(it.latest_version.as_ref())),
            Fact::new("created", |it| {
                it.created_at
                    .as_deref()
                    .map(show::day_and_time)
                    .unwrap_or_default()
            }),
        ]
    }
}

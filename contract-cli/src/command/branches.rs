//! `contract branches`

use clap::{Args, Subcommand};
use contract_core::broker::Branch;
use contract_core::{Error, ErrorKind};

use crate::application::Application;
use crate::broker::{Asked, ListArguments};
use crate::build::Facts;
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
    /// List the branches of an application, newest version first
    List {
        #[command(flatten)]
        application: Application,
        #[command(flatten)]
        list: ListArguments,
        #[command(flatten)]
        asked: Asked,
    },
    /// Show a branch
    #[command(visible_alias = "describe")]
    Show {
        #[command(flatten)]
        application: Application,
        /// Branch to show
        #[arg(long, value_name = "BRANCH")]
        branch: String,
        #[command(flatten)]
        asked: Asked,
    },
    /// Add a version to a branch; both are created if missing
    Create {
        #[command(flatten)]
        application: Application,
        /// Branch to add to
        #[arg(long, value_name = "BRANCH")]
        branch: String,
        /// Version to add; by default the commit from CI or Git
        #[arg(long, env = "CONTRACT_VERSION", value_name = "VERSION")]
        version: Option<String>,
        #[command(flatten)]
        asked: Asked,
    },
    /// Delete a branch; its versions are kept
    Delete {
        #[command(flatten)]
        application: Application,
        /// Branch to delete
        #[arg(long, value_name = "BRANCH", required_unless_present = "all_but")]
        branch: Option<String>,
        /// Delete all branches except the main branch and these
        #[arg(long, value_name = "BRANCH", num_args = 0.., conflicts_with = "branch")]
        all_but: Option<Vec<String>>,
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
            list,
            asked,
        } => {
            let client = asked.broker.client()?;
            let branches = client.branches(application.name()?, list.limit).await?;
            Ok(show::list(&branches, asked.output.format))
        }
        Action::Show {
            application,
            branch,
            asked,
        } => {
            let (name, client) = (application.name()?, asked.broker.client()?);
            if let Some(found) = client.branch(name, &branch).await? {
                return Ok(show::one(&found, asked.output.format));
            }
            let unknown = client.unknown_application(name).await?;
            let text = unknown.unwrap_or_else(|| {
                format!(
                    "the broker has no branch {branch:?} of {name:?}; `contract branches list {name}` shows its branches"
                )
            });
            Err(Error::new(ErrorKind::Usage, text))
        }
        Action::Create {
            application,
            branch,
            version,
            asked,
        } => {
            let (name, client) = (application.name()?, asked.broker.client()?);
            let version = Facts::of_process().version(version)?;
            client.add_to_branch(name, &branch, &version).await?;
            let what = format!("added version {version} to");
            Ok(show::told(
                &what,
                Branch::NOUN,
                &branch,
                &branch,
                asked.output.format,
            ))
        }
        Action::Delete {
            application,
            branch,
            all_but,
            confirmation,
            asked,
        } => {
            let (name, client) = (application.name()?, asked.broker.client()?);
            if let Some(branch) = branch {
                confirmation.confirm(&format!("delete the branch {branch} of {name}"))?;
                client.delete_branch(name, &branch).await?;
                return Ok(show::deleted(Branch::NOUN, &branch, asked.output.format));
            }
            let kept = all_but.unwrap_or_default();
            let but = match kept.as_slice() {
                [] => "its main branch".to_owned(),
                kept => format!("its main branch, {}", kept.join(", ")),
            };
            confirmation.confirm(&format!("delete all branches of {name} except {but}"))?;
            client.delete_branches(name, &kept).await?;
            Ok(show::deleted("branches of", name, asked.output.format))
        }
    }
}

impl Shown for Branch {
    const NOUN: &'static str = "branch";
    const PLURAL: &'static str = "branches";

    fn name(&self) -> String {
        self.name.clone()
    }

    fn columns() -> Vec<Fact<Self>> {
        vec![
            Fact::new("branch", |it| it.name.clone()),
            Fact::new("first version", |it| {
                it.created_at
                    .as_deref()
                    .map(show::day_and_time)
                    .unwrap_or_default()
            }),
            Fact::new("newest version", |it| {
                it.updated_at
                    .as_deref()
                    .map(show::day_and_time)
                    .unwrap_or_default()
            }),
        ]
    }
}

//! `contract versions`

use clap::{Args, Subcommand};
use contract_core::broker::{Client, Version, WhichVersion, WhichVersions};
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
    /// List the versions of an application, newest first
    List {
        #[command(flatten)]
        application: Application,
        /// Only versions on this branch
        #[arg(long, value_name = "BRANCH", conflicts_with_all = ["tag", "environment"])]
        branch: Option<String>,
        /// Only versions with this tag
        #[arg(long, value_name = "TAG", conflicts_with = "environment")]
        tag: Option<String>,
        /// Only versions that are or were in this environment
        #[arg(long, value_name = "ENVIRONMENT")]
        environment: Option<String>,
        #[command(flatten)]
        list: ListArguments,
        #[command(flatten)]
        asked: Asked,
    },
    /// Show a version: the newest by default
    #[command(visible_alias = "describe")]
    Show {
        #[command(flatten)]
        application: Application,
        /// Version to show
        #[arg(long, value_name = "VERSION", conflicts_with_all = ["branch", "tag"])]
        version: Option<String>,
        /// Head of this branch
        #[arg(long, value_name = "BRANCH", conflicts_with = "tag")]
        branch: Option<String>,
        /// Newest version with this tag
        #[arg(long, value_name = "TAG")]
        tag: Option<String>,
        #[command(flatten)]
        asked: Asked,
    },
    /// Create a version, or update the settings of an existing one
    #[command(visible_alias = "update")]
    Create {
        #[command(flatten)]
        application: Application,
        /// Version to create; by default the commit from CI or Git
        #[arg(long, env = "CONTRACT_VERSION", value_name = "VERSION")]
        version: Option<String>,
        /// Branch to add it to; by default the one from CI or Git
        #[arg(long, value_name = "BRANCH")]
        branch: Option<String>,
        /// Tag to add; may be repeated
        #[arg(long = "tag", value_name = "TAG", value_delimiter = ',')]
        tags: Vec<String>,
        /// URL of the build; by default from CI
        #[arg(long, env = "CONTRACT_BUILD_URL", value_name = "URL")]
        build_url: Option<String>,
        #[command(flatten)]
        asked: Asked,
    },
    /// Delete a version with its contracts and results
    Delete {
        #[command(flatten)]
        application: Application,
        /// Version to delete
        #[arg(long, value_name = "VERSION")]
        version: String,
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
            branch,
            tag,
            environment,
            list,
            asked,
        } => {
            let which = match (branch, tag, environment) {
                (Some(branch), _, _) => WhichVersions::OnBranch(branch),
                (_, Some(tag), _) => WhichVersions::WithTag(tag),
                (_, _, Some(environment)) => WhichVersions::InEnvironment(environment),
                _ => WhichVersions::All,
            };
            let client = asked.broker.client()?;
            let versions = client.versions(application.name()?, &which, list.limit).await?;
            Ok(show::list(&versions, asked.output.format))
        }
        Action::Show {
            application,
            version,
            branch,
            tag,
            asked,
        } => {
            let which = match (version, branch, tag) {
                (Some(version), _, _) => WhichVersion::Number(version),
                (_, Some(branch), _) => WhichVersion::BranchHead(branch),
                (_, _, Some(tag)) => WhichVersion::LatestWithTag(tag),
                _ => WhichVersion::Latest,
            };
            let client = asked.broker.client()?;
            let found = existing(&client, application.name()?, &which).await?;
            Ok(show::one(&found, asked.output.format))
        }
        Action::Create {
            application,
            version,
            branch,
            tags,
            build_url,
            asked,
        } => {
            let (name, facts) = (application.name()?, Facts::of_process());
            let number = facts.version(version)?;
            let branches: Vec<String> = facts.branch(branch).into_iter().collect();
            let build_url = facts.build_url(build_url);
            let client = asked.broker.client()?;
            let which = WhichVersion::Number(number.clone());
            let before = client.version(name, &which).await?;
            client
                .set_version(name, &number, build_url.as_deref(), &branches, &tags)
                .await?;
            let after = existing(&client, name, &which).await?;
            Ok(show::saved(before.as_ref(), &after, asked.output.format))
        }
        Action::Delete {
            application,
            version,
            confirmation,
            asked,
        } => {
            let name = application.name()?;
            confirmation.confirm(&format!(
                "delete version {version} of {name} with its contracts and results"
            ))?;
            asked.broker.client()?.delete_version(name, &version).await?;
            Ok(show::deleted(Version::NOUN, &version, asked.output.format))
        }
    }
}

/// Returns the selected version.
pub(super) async fn existing(
    client: &Client,
    application: &str,
    which: &WhichVersion,
) -> Result<Version, Error> {
    if let Some(found) = client.version(application, which).await? {
        return Ok(found);
    }
    if let Some(unknown) = client.unknown_application(application).await? {
        return Err(Error::new(ErrorKind::Usage, unknown));
    }
    let what = match which {
        WhichVersion::Number(number) => format!("no version {number:?}"),
        WhichVersion::Latest => "no version".to_owned(),
        WhichVersion::LatestWithTag(tag) => format!("no version with the tag {tag:?}"),
        WhichVersion::BranchHead(branch) => format!("no version on the branch {branch:?}"),
    };
    Err(Error::new(
        ErrorKind::Usage,
        format!(
            "the broker has {what} of {application:?}; `contract versions list {application}` shows its versions"
        ),
    ))
}

impl Shown for Version {
    const NOUN: &'static str = "version";
    const PLURAL: &'static str = "versions";

    fn name(&self) -> String {
        self.number.clone()
    }

    fn columns() -> Vec<Fact<Self>> {
        vec![
            Fact::new("version", |it| it.number.clone()),
            Fact::new("branches", |it| it.branches.join(", ")),
            Fact::new("tags", |it| it.tags.join(", ")),
            Fact::new("environments", |it| it.environments.join(", ")),
            Fact::new("created", |it| {
                it.created_at
                    .as_deref()
                    .map(show::day_and_time)
                    .unwrap_or_default()
            }),
            Fact::new("build", |it| or_dash(it.build_url.as_ref())),
        ]
    }
}

//! `contract deployments`

use clap::{Args, Subcommand};
use contract_core::Error;
use contract_core::broker::{Deployment, DeploymentKind, List};

use super::{record_deployment, record_release, record_support_ended, record_undeployment};
use crate::application;
use crate::broker::Asked;
use crate::exit::Exit;
use crate::show::{self, Fact, Shown, or_dash};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List what is currently deployed to and released in environments
    List {
        /// Only this application
        #[arg(value_name = "NAME")]
        application: Option<String>,
        /// Only this environment
        #[arg(long, value_name = "ENVIRONMENT")]
        environment: Option<String>,
        #[command(flatten)]
        asked: Asked,
    },
    /// Record a deployment; the same as `contract record-deployment`
    Create(record_deployment::Arguments),
    /// Record that an application is no longer deployed; the same as `contract record-undeployment`
    Delete(record_undeployment::Arguments),
    /// Record a release; the same as `contract record-release`
    CreateRelease(record_release::Arguments),
    /// Record that a release is no longer supported; the same as `contract record-support-ended`
    DeleteRelease(record_support_ended::Arguments),
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    match arguments.action {
        Action::List {
            application,
            environment,
            asked,
        } => {
            let client = asked.broker.client()?;
            let environments: Vec<String> = if let Some(name) = environment {
                vec![name]
            } else {
                let all = client.environments().await?;
                all.into_iter().map(|environment| environment.name).collect()
            };
            let mut items = Vec::new();
            for environment in &environments {
                items.extend(client.deployments(environment, application.as_deref()).await?);
            }
            let deployments =
                application::of_known(List::complete(items), &client, &[application.as_deref()]).await?;
            Ok(show::list(&deployments, asked.output.format))
        }
        Action::Create(arguments) => record_deployment::run(arguments).await,
        Action::Delete(arguments) => record_undeployment::run(arguments).await,
        Action::CreateRelease(arguments) => record_release::run(arguments).await,
        Action::DeleteRelease(arguments) => record_support_ended::run(arguments).await,
    }
}

impl Shown for Deployment {
    const NOUN: &'static str = "deployment";
    const PLURAL: &'static str = "deployments";

    fn name(&self) -> String {
        format!("{} version {}", self.pacticipant, self.version)
    }

    fn columns() -> Vec<Fact<Self>> {
        vec![
            Fact::new("environment", |it| it.environment.clone()),
            Fact::new("application", |it| it.pacticipant.clone()),
            Fact::new("version", |it| it.version.clone()),
            Fact::new("instance", |it| or_dash(it.instance.as_ref())),
            Fact::new("status", |it| {
                let word = match it.kind {
                    DeploymentKind::Deployed => "deployed",
                    DeploymentKind::Released => "released",
                };
                word.to_owned()
            }),
            Fact::new("since", |it| {
                it.since.as_deref().map(show::day_and_time).unwrap_or_default()
            }),
        ]
    }
}

//! `contract provider-states`

use clap::{Args, Subcommand};
use contract_core::Error;
use contract_core::broker::{List, StatesOf, UsedProviderState};

use crate::broker::Asked;
use crate::exit::Exit;
use crate::show::{self, Fact, Shown};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the provider states used by the contracts of the consumers' main branches
    List {
        /// Provider
        #[arg(long, value_name = "NAME", env = "CONTRACT_PROVIDER")]
        provider: String,
        /// Use contracts of branches with this name instead
        #[arg(long, value_name = "BRANCH", conflicts_with = "environment")]
        branch: Option<String>,
        /// Use contracts of versions in this environment instead
        #[arg(long, value_name = "ENVIRONMENT")]
        environment: Option<String>,
        #[command(flatten)]
        asked: Asked,
    },
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    let Action::List {
        provider,
        branch,
        environment,
        asked,
    } = arguments.action;
    let of = match (branch, environment) {
        (Some(branch), _) => StatesOf::Branch(branch),
        (None, Some(environment)) => StatesOf::Environment(environment),
        (None, None) => StatesOf::MainBranches,
    };
    let states = List::complete(asked.broker.client()?.provider_states(&provider, &of).await?);
    Ok(show::list(&states, asked.output.format))
}

impl Shown for UsedProviderState {
    const NOUN: &'static str = "provider state";
    const PLURAL: &'static str = "provider states";

    fn name(&self) -> String {
        self.name.clone()
    }

    fn columns() -> Vec<Fact<Self>> {
        vec![
            Fact::new("state", |it| it.name.clone()),
            Fact::new("parameters", |it| {
                let is_empty = it.params.is_null()
                    || it.params.as_object().is_some_and(serde_json::Map::is_empty)
                    || it.params.as_array().is_some_and(Vec::is_empty);
                if is_empty {
                    String::new()
                } else {
                    it.params.to_string()
                }
            }),
            Fact::new("consumers", |it| it.consumers.join(", ")),
        ]
    }
}

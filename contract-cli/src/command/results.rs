//! `contract results`

use clap::{Args, Subcommand};
use contract_core::broker::{FailedInteraction, MatrixRow, StoredResult};
use contract_core::{Error, ErrorKind};

use crate::broker::{Asked, ListArguments};
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
    /// List the verification results of the contracts between two applications, newest first
    List {
        /// Consumer
        #[arg(long, value_name = "NAME")]
        consumer: String,
        /// Provider
        #[arg(long, value_name = "NAME", env = "CONTRACT_PROVIDER")]
        provider: String,
        #[command(flatten)]
        list: ListArguments,
        #[command(flatten)]
        asked: Asked,
    },
    /// Show a verification result with its failures: the newest by default
    #[command(visible_alias = "describe")]
    Show {
        /// URL of the result
        #[arg(value_name = "URL", conflicts_with_all = ["consumer", "provider"])]
        url: Option<String>,
        /// Consumer
        #[arg(
            long,
            value_name = "NAME",
            required_unless_present = "url",
            requires = "provider"
        )]
        consumer: Option<String>,
        /// Provider
        #[arg(long, value_name = "NAME")]
        provider: Option<String>,
        /// Version of the consumer; by default the newest with a contract
        #[arg(long, value_name = "VERSION", requires = "consumer")]
        version: Option<String>,
        #[command(flatten)]
        asked: Asked,
    },
    /// Delete a verification result
    Delete {
        /// URL of the result
        #[arg(value_name = "URL")]
        url: String,
        #[command(flatten)]
        confirmation: Confirmation,
        #[command(flatten)]
        asked: Asked,
    },
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    match arguments.action {
        Action::List {
            consumer,
            provider,
            list,
            asked,
        } => {
            let client = asked.broker.client()?;
            let rows = client.results_between(&consumer, &provider, list.limit).await?;
            Ok(show::list(&rows, asked.output.format))
        }
        Action::Show {
            url,
            consumer,
            provider,
            version,
            asked,
        } => {
            let client = asked.broker.client()?;
            let found = match (url, consumer, provider) {
                (Some(url), _, _) => Some(client.verification_result(&url).await?),
                (None, Some(consumer), Some(provider)) => {
                    client
                        .latest_result(&consumer, &provider, version.as_deref())
                        .await?
                }
                _ => None,
            };
            let Some(found) = found else {
                return Err(Error::new(
                    ErrorKind::Usage,
                    "the contract is not verified, or does not exist; `contract contracts list` shows the contracts",
                ));
            };
            Ok(show::one(&found, asked.output.format))
        }
        Action::Delete {
            url,
            confirmation,
            asked,
        } => {
            confirmation.confirm(&format!("delete the verification result {url}"))?;
            asked.broker.client()?.delete_result(&url).await?;
            Ok(show::deleted(StoredResult::NOUN, &url, asked.output.format))
        }
    }
}

impl Shown for MatrixRow {
    const NOUN: &'static str = "verification result";
    const PLURAL: &'static str = "verification results";

    fn name(&self) -> String {
        format!("{} with {}", self.consumer, self.provider)
    }

    fn columns() -> Vec<Fact<Self>> {
        vec![
            Fact::new("consumer version", |it| it.consumer_version.clone()),
            Fact::new("provider version", |it| or_dash(it.provider_version.as_ref())),
            Fact::new("result", |it| {
                let word = match it.success {
                    Some(true) => "verified",
                    Some(false) => "failed",
                    None => "not verified yet",
                };
                word.to_owned()
            }),
            Fact::new("since", |it| {
                it.verified_at
                    .as_deref()
                    .map(show::day_and_time)
                    .unwrap_or_default()
            }),
            Fact::new("address", |it| or_dash(it.result_url.as_ref())),
        ]
    }
}

impl Shown for StoredResult {
    const NOUN: &'static str = "verification result";
    const PLURAL: &'static str = "verification results";

    fn name(&self) -> String {
        self.url.clone()
    }

    fn columns() -> Vec<Fact<Self>> {
        vec![
            Fact::new("result", |it| {
                let word = if it.success { "verified" } else { "failed" };
                word.to_owned()
            }),
            Fact::new("provider", |it| or_dash(it.provider.as_ref())),
            Fact::new("provider version", |it| or_dash(it.provider_version.as_ref())),
            Fact::new("verified", |it| {
                it.verified_at
                    .as_deref()
                    .map(show::day_and_time)
                    .unwrap_or_default()
            }),
            Fact::new("build", |it| or_dash(it.build_url.as_ref())),
            Fact::new("address", |it| it.url.clone()),
            Fact::new("failed interactions", |it| failures(&it.failures)),
        ]
    }
}

/// Returns each interaction on a line, followed by its mismatches.
fn failures(failures: &[FailedInteraction]) -> String {
    let mut text = String::new();
    for failed in failures {
        text.push_str("\n  ");
        text.push_str(&failed.interaction);
        for problem in &failed.problems {
            text.push_str("\n    ");
            text.push_str(&problem.replace('\n', "\n    "));
        }
    }
    text
}

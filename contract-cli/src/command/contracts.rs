//! `contract contracts`

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use contract_core::broker::{Client, ForVerification, StoredContract, WhichContract};
use contract_core::contract::{Contract, store};
use contract_core::{Error, ErrorKind};
use serde_json::json;

use crate::application;
use crate::broker::{Asked, ListArguments};
use crate::confirm::Confirmation;
use crate::exit::Exit;
use crate::output::{self, PlainFormat};
use crate::show::{self, Fact, Shown, or_dash};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List contracts: the newest of each pair of applications, or all of one pair
    List {
        /// Only contracts of this consumer
        #[arg(long, value_name = "NAME")]
        consumer: Option<String>,
        /// Only contracts with this provider
        #[arg(long, value_name = "NAME")]
        provider: Option<String>,
        /// Only contracts of this branch
        #[arg(long, value_name = "BRANCH", requires_all = ["consumer", "provider"])]
        branch: Option<String>,
        #[command(flatten)]
        list: ListArguments,
        #[command(flatten)]
        asked: Asked,
    },
    /// Print a contract
    #[command(visible_aliases = ["show", "describe"])]
    Get {
        #[command(flatten)]
        pair: PairArguments,
        #[command(flatten)]
        asked: Asked,
    },
    /// Write a contract, or the newest ones of a provider, to files
    Download {
        #[command(flatten)]
        pair: DownloadArguments,
        /// Directory to write to
        #[arg(long, value_name = "PATH", default_value = "contracts")]
        dir: PathBuf,
        #[command(flatten)]
        asked: Asked,
    },
    /// Delete the contract of a consumer version
    Delete {
        /// Consumer
        #[arg(long, value_name = "NAME")]
        consumer: String,
        /// Provider
        #[arg(long, value_name = "NAME")]
        provider: String,
        /// Version of the consumer
        #[arg(long, value_name = "VERSION")]
        version: String,
        #[command(flatten)]
        confirmation: Confirmation,
        #[command(flatten)]
        asked: Asked,
    },
}

/// A contract between two applications.
#[derive(Debug, Args)]
struct PairArguments {
    /// Consumer
    #[arg(long, value_name = "NAME")]
    consumer: String,
    /// Provider
    #[arg(long, value_name = "NAME")]
    provider: String,
    #[command(flatten)]
    which: Which,
}

/// A contract between two applications, or all of a provider.
#[derive(Debug, Args)]
struct DownloadArguments {
    /// Consumer; by default the contracts of all consumers
    #[arg(long, value_name = "NAME")]
    consumer: Option<String>,
    /// Provider
    #[arg(long, value_name = "NAME")]
    provider: String,
    #[command(flatten)]
    which: Which,
}

/// Selects the contract of a consumer: the newest by default.
#[derive(Debug, Clone, Args)]
#[group(multiple = false)]
struct Which {
    /// Contract of this consumer version
    #[arg(long, value_name = "VERSION")]
    version: Option<String>,
    /// Contract of the head of this branch
    #[arg(long, value_name = "BRANCH")]
    branch: Option<String>,
    /// Contract of the head of the consumer's main branch
    #[arg(long)]
    main_branch: bool,
    /// Newest contract with this tag
    #[arg(long, value_name = "TAG")]
    tag: Option<String>,
    /// Newest contract (default)
    #[arg(long)]
    latest: bool,
}

impl Which {
    fn contract(&self) -> WhichContract {
        match (&self.version, &self.branch, &self.tag) {
            (Some(version), _, _) => WhichContract::Version(version.clone()),
            (_, Some(branch), _) => WhichContract::BranchHead(branch.clone()),
            (_, _, Some(tag)) => WhichContract::LatestWithTag(tag.clone()),
            _ if self.main_branch => WhichContract::MainBranchHead,
            _ => WhichContract::Latest,
        }
    }
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    match arguments.action {
        Action::List {
            consumer,
            provider,
            branch,
            list,
            asked,
        } => {
            let client = asked.broker.client()?;
            let contracts = if let (Some(consumer), Some(provider)) = (&consumer, &provider) {
                let branch = branch.as_deref();
                client
                    .contracts_between(consumer, provider, branch, list.limit)
                    .await?
            } else {
                let mut newest = client.latest_contracts(list.limit).await?;
                newest.items.retain(|contract| {
                    consumer.as_ref().is_none_or(|name| contract.consumer == *name)
                        && provider.as_ref().is_none_or(|name| contract.provider == *name)
                });
                newest
            };
            let applications = [consumer.as_deref(), provider.as_deref()];
            let contracts = application::of_known(contracts, &client, &applications).await?;
            Ok(show::list(&contracts, asked.output.format))
        }
        Action::Get { pair, asked } => {
            let client = asked.broker.client()?;
            let found = fetch(&client, &pair.consumer, &pair.provider, &pair.which).await?;
            output::result(&found.content);
            Ok(Exit::Fine)
        }
        Action::Download { pair, dir, asked } => download(&pair, &dir, &asked).await,
        Action::Delete {
            consumer,
            provider,
            version,
            confirmation,
            asked,
        } => {
            confirmation.confirm(&format!(
                "delete the contract of {consumer} version {version} with {provider}"
            ))?;
            let client = asked.broker.client()?;
            client.delete_contract(&consumer, &provider, &version).await?;
            let name = format!("of {consumer} version {version} with {provider}");
            Ok(show::deleted(StoredContract::NOUN, &name, asked.output.format))
        }
    }
}

async fn download(pair: &DownloadArguments, directory: &Path, asked: &Asked) -> Result<Exit, Error> {
    let client = asked.broker.client()?;
    let consumers: Vec<String> = if let Some(consumer) = &pair.consumer {
        vec![consumer.clone()]
    } else {
        let newest = client.latest_contracts(usize::MAX).await?.items;
        let of_provider = newest.into_iter().filter(|found| found.provider == pair.provider);
        of_provider.map(|found| found.consumer).collect()
    };
    if consumers.is_empty() {
        let unknown = client.unknown_application(&pair.provider).await?;
        let text = unknown.unwrap_or_else(|| format!("no contracts with provider {:?}", pair.provider));
        return Err(Error::new(ErrorKind::Usage, text));
    }
    let cannot_write = |path: &Path, error: &std::io::Error| {
        Error::new(ErrorKind::Io, format!("cannot write {}: {error}", path.display()))
    };
    std::fs::create_dir_all(directory).map_err(|error| cannot_write(directory, &error))?;
    let mut written = Vec::new();
    for consumer in &consumers {
        let found = fetch(&client, consumer, &pair.provider, &pair.which).await?;
        // Only contracts are written.
        Contract::read_str(&found.content, &found.url)?;
        let path = directory.join(store::file_name(consumer, &pair.provider));
        std::fs::write(&path, &found.content).map_err(|error| cannot_write(&path, &error))?;
        if asked.output.format == PlainFormat::Text {
            output::result(&format!("{}  from {}", path.display(), found.url));
        }
        written.push(json!({ "path": path, "url": found.url }));
    }
    if asked.output.format == PlainFormat::Json {
        output::json(&written);
    }
    Ok(Exit::Fine)
}

async fn fetch(
    client: &Client,
    consumer: &str,
    provider: &str,
    which: &Which,
) -> Result<ForVerification, Error> {
    let url = client.contract_url(consumer, provider, &which.contract());
    let error = match client.contract_at(&url).await {
        Ok(found) => return Ok(found),
        Err(error) => error,
    };
    if error.kind() == ErrorKind::Broker {
        for name in [consumer, provider] {
            if let Some(unknown) = client.unknown_application(name).await? {
                return Err(Error::new(ErrorKind::Usage, unknown));
            }
        }
    }
    Err(error)
}

impl Shown for StoredContract {
    const NOUN: &'static str = "contract";
    const PLURAL: &'static str = "contracts";

    fn name(&self) -> String {
        format!("between {} and {}", self.consumer, self.provider)
    }

    fn columns() -> Vec<Fact<Self>> {
        vec![
            Fact::new("consumer", |it| it.consumer.clone()),
            Fact::new("version", |it| or_dash(it.consumer_version.as_ref())),
            Fact::new("provider", |it| it.provider.clone()),
            Fact::new("published", |it| {
                it.created_at
                    .as_deref()
                    .map(show::day_and_time)
                    .unwrap_or_default()
            }),
            Fact::new("address", |it| it.url.clone()),
        ]
    }
}

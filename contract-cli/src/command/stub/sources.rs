//! The contracts that a stub serves.

use std::path::PathBuf;

use clap::Args;
use contract_core::broker::StoredContract;
use contract_core::contract::Contract;
use contract_core::{Error, ErrorKind};

use crate::broker::Credentials;
use crate::contracts::{self, Loaded};
use crate::output;
use crate::progress::Progress;

/// The sources of contracts.
#[derive(Debug, Args)]
pub(super) struct Sources {
    /// Contract files, or directories that contain them
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Contract files, instead of PATH
    #[arg(long = "file", value_name = "PATH", hide = true)]
    files: Vec<PathBuf>,
    /// Directories with contract files, instead of PATH
    #[arg(long = "dir", value_name = "PATH", hide = true)]
    directories: Vec<PathBuf>,
    /// URL of a contract; may be repeated
    #[arg(long = "url", value_name = "URL")]
    urls: Vec<String>,
    /// Address of the broker, for --provider and --consumer
    #[arg(
        long,
        env = "CONTRACT_BROKER_URL",
        value_name = "URL",
        help_heading = "Broker"
    )]
    broker_url: Option<String>,
    /// Newest contracts in the broker with this provider; may be repeated
    #[arg(long, value_name = "NAME", requires = "broker_url", help_heading = "Broker")]
    provider: Vec<String>,
    /// Newest contracts in the broker of this consumer; may be repeated
    #[arg(long, value_name = "NAME", requires = "broker_url", help_heading = "Broker")]
    consumer: Vec<String>,
    #[command(flatten)]
    credentials: Credentials,
}

impl Sources {
    /// Returns the files and directories.
    pub(super) fn paths(&self) -> Vec<PathBuf> {
        let all = [&self.paths, &self.files, &self.directories];
        all.into_iter().flatten().cloned().collect()
    }

    /// Reads all contracts, each with its file or URL.
    ///
    /// # Errors
    ///
    /// `Usage` if there is no source, no contract, or one that cannot be read; errors of the broker.
    pub(super) async fn read(&self) -> Result<Vec<(Contract, String)>, Error> {
        let mut read: Vec<(Contract, String)> = contracts::all(&self.paths())?
            .into_iter()
            .map(|Loaded { path, contract }| (contract, path.display().to_string()))
            .collect();
        let mut urls = self.urls.clone();
        if !self.provider.is_empty() || !self.consumer.is_empty() {
            urls.extend(self.of_broker().await?);
        }
        let progress = Progress::steps("fetching contracts", urls.len());
        for url in urls {
            progress.one_more();
            let server = self.broker_url.as_deref().unwrap_or(&url);
            let fetched = self.credentials.client(server)?.contract_at(&url).await?;
            read.push((Contract::read_str(&fetched.content, &url)?, url));
        }
        if read.is_empty() {
            return Err(Error::new(
                ErrorKind::Usage,
                "there is no contract to serve: give a PATH, --url, or --provider with --broker-url",
            ));
        }
        Ok(read)
    }

    /// Returns the URLs of the broker's contracts.
    async fn of_broker(&self) -> Result<Vec<String>, Error> {
        let client = self
            .credentials
            .client(self.broker_url.as_deref().unwrap_or_default())?;
        for name in self.provider.iter().chain(&self.consumer) {
            if let Some(unknown) = client.unknown_application(name).await? {
                return Err(Error::new(ErrorKind::Usage, unknown));
            }
        }
        let is_meant = |contract: &StoredContract| {
            let among = |names: &[String], name: &String| names.is_empty() || names.contains(name);
            among(&self.provider, &contract.provider) && among(&self.consumer, &contract.consumer)
        };
        let newest = client.latest_contracts(usize::MAX).await?.items;
        let urls: Vec<String> = newest
            .into_iter()
            .filter(is_meant)
            .map(|contract| contract.url)
            .collect();
        let contracts = output::counted(urls.len(), "contract");
        output::detail(&format!("serving {contracts} from the broker"));
        Ok(urls)
    }
}

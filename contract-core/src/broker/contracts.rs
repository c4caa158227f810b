//! Contracts stored by the broker.

use serde::Serialize;
use serde_json::Value;

use super::hal::{encode, self_link, text};
use super::{Client, List};
use crate::Error;

/// A listed contract, without its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct StoredContract {
    /// The consumer.
    pub consumer: String,
    /// The consumer's version that published it.
    pub consumer_version: Option<String>,
    /// The provider.
    pub provider: String,
    /// When it was published.
    pub created_at: Option<String>,
    /// Its URL.
    pub url: String,
}

/// Selects a contract between two applications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhichContract {
    /// The contract of this consumer version.
    Version(String),
    /// The newest contract.
    Latest,
    /// The contract of the head of this branch.
    BranchHead(String),
    /// The contract of the head of the consumer's main branch.
    MainBranchHead,
    /// The newest contract with this tag.
    LatestWithTag(String),
}

impl Client {
    /// Returns the newest contract of each pair of applications, at most `limit`.
    ///
    /// # Errors
    ///
    /// `Broker` and `Unreachable`.
    pub async fn latest_contracts(&self, limit: usize) -> Result<List<StoredContract>, Error> {
        let url = self.index().await?.link("pb:latest-pact-versions")?;
        self.read_list("listing the newest contracts", url, limit, |page| {
            let contracts = page.body["pacts"].as_array();
            contracts.into_iter().flatten().filter_map(latest).collect()
        })
        .await
    }

    /// Returns the contracts between two applications, newest first, optionally only those on a branch. At most
    /// `limit`.
    ///
    /// # Errors
    ///
    /// `Usage` if the broker does not know one of the applications; `Broker` and `Unreachable`.
    pub async fn contracts_between(
        &self,
        consumer: &str,
        provider: &str,
        branch: Option<&str>,
        limit: usize,
    ) -> Result<List<StoredContract>, Error> {
        self.known(consumer).await?;
        self.known(provider).await?;
        let of = self.pair_url(consumer, provider);
        let url = match branch {
            Some(branch) => format!("{of}/branch/{}", encode(branch)),
            None => format!("{of}/versions"),
        };
        let doing = format!("listing the contracts between {consumer:?} and {provider:?}");
        self.read_list(&doing, &url, limit, |page| {
            page.embedded("pacts")
                .filter_map(|entry| {
                    Some(StoredContract {
                        consumer: consumer.to_owned(),
                        consumer_version: text(&entry["_embedded"]["consumerVersion"], "number"),
                        provider: provider.to_owned(),
                        created_at: text(entry, "createdAt"),
                        url: self_link(entry)?,
                    })
                })
                .collect()
        })
        .await
    }

    /// Returns the URL of a contract. The contract may not exist; [`contract_at`](Self::contract_at) fetches it.
    pub fn contract_url(&self, consumer: &str, provider: &str, which: &WhichContract) -> String {
        let of = self.pair_url(consumer, provider);
        match which {
            WhichContract::Version(version) => format!("{of}/version/{}", encode(version)),
            WhichContract::Latest => format!("{of}/latest"),
            WhichContract::BranchHead(branch) => format!("{of}/branch/{}/latest", encode(branch)),
            WhichContract::MainBranchHead => format!("{of}/branch/latest"),
            WhichContract::LatestWithTag(tag) => format!("{of}/latest/{}", encode(tag)),
        }
    }

    /// Deletes the contract of a consumer version, with its results unless another version has the same content.
    ///
    /// # Errors
    ///
    /// `Usage` if there is no such contract; `Broker` and `Unreachable`.
    pub async fn delete_contract(&self, consumer: &str, provider: &str, version: &str) -> Result<(), Error> {
        let doing = format!("deleting the contract of {consumer:?} version {version:?} with {provider:?}");
        let url = self.contract_url(consumer, provider, &WhichContract::Version(version.to_owned()));
        if self.delete(&doing, &url).await? {
            return Ok(());
        }
        let what = format!("no contract of {consumer:?} version {version:?} with {provider:?}");
        Err(self.not_found(consumer, &what).await)
    }

    /// Returns the URL of everything between two applications.
    pub(super) fn pair_url(&self, consumer: &str, provider: &str) -> String {
        self.below(&format!(
            "pacts/provider/{}/consumer/{}",
            encode(provider),
            encode(consumer)
        ))
    }
}

fn latest(entry: &Value) -> Option<StoredContract> {
    let embedded = &entry["_embedded"];
    Some(StoredContract {
        consumer: text(&embedded["consumer"], "name")?,
        consumer_version: text(&embedded["consumer"]["_embedded"]["version"], "number"),
        provider: text(&embedded["provider"], "name")?,
        created_at: text(entry, "createdAt"),
        url: self_link(entry)?,
    })
}

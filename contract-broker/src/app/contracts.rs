//! Reads contracts, and lists of them.

use serde::Deserialize;

use super::{
    App, Error, Result,
    overview::{ContractStanding, standing_of_contract},
};
use crate::{
    auth::Principal,
    store::{
        Connection, Listed, Slice,
        contracts::{self, ContractRef, ContractSet, Document, Parties, Publication, WholeContract},
        integrations::PairIds,
        pacticipants,
        verifications::{self, WholeVerification},
        versions::{self, Details, NamedLine},
    },
};

/// A consumer and a provider, by their names.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Pair {
    pub(crate) consumer: String,
    pub(crate) provider: String,
}

/// Selects a contract of a pair.
#[derive(Debug, Clone)]
pub(crate) enum ContractAt {
    ContractRef(ContractRef),
    /// By the hash of its content; the publication is that of the version or, without one, the newest.
    Content {
        sha: String,
        version: Option<String>,
    },
}

/// A contract with the data of its page.
pub(crate) struct ContractDetails {
    pub(crate) contract: Publication,
    pub(crate) document: Document,
    /// Details of the consumer version.
    pub(crate) details: Details,
    /// The newest result for the content, by any provider version.
    pub(crate) result: Option<WholeVerification>,
    pub(crate) standing: ContractStanding,
}

impl App {
    /// # Errors
    /// Refused if there is no such contract.
    pub(crate) async fn contract_details(
        &self,
        who: &Principal,
        pair: &Pair,
        at: &ContractAt,
    ) -> Result<ContractDetails> {
        let mut connection = self.reading(who).await?;
        let contract = require(&mut connection, pair, at).await?;
        let (version, content) = (contract.consumer_version_id, contract.content_id);
        let details = versions::details(&mut connection, &[version])
            .await?
            .remove(&version);
        Ok(ContractDetails {
            document: contracts::document(&mut connection, content).await?,
            details: details.unwrap_or_default(),
            result: verifications::latest_of_content(&mut connection, content).await?,
            standing: standing_of_contract(&mut connection, &contract).await?,
            contract,
        })
    }

    /// # Errors
    /// Refused if there is no such contract.
    pub(crate) async fn contract(
        &self,
        who: &Principal,
        pair: &Pair,
        at: &ContractAt,
    ) -> Result<Publication> {
        let mut connection = self.reading(who).await?;
        Ok(require(&mut connection, pair, at).await?)
    }

    /// Returns a contract with its document.
    ///
    /// # Errors
    /// Refused if there is no such contract.
    pub(crate) async fn whole_contract(
        &self,
        who: &Principal,
        pair: &Pair,
        which: &ContractRef,
    ) -> Result<WholeContract> {
        let mut connection = self.reading(who).await?;
        Ok(contracts::require_whole(&mut connection, &pair.provider, &pair.consumer, which).await?)
    }

    /// Returns the document of a contract.
    pub(crate) async fn document(&self, who: &Principal, contract: &Publication) -> Result<Document> {
        Ok(contracts::document(&mut *self.reading(who).await?, contract.content_id).await?)
    }

    /// Returns the tags of a version.
    pub(crate) async fn tags_of_version(&self, who: &Principal, version: i64) -> Result<Vec<NamedLine>> {
        let mut connection = self.reading(who).await?;
        let details = versions::details(&mut connection, &[version])
            .await?
            .remove(&version);
        Ok(details.unwrap_or_default().tags)
    }

    /// Returns the newest contract of each pair.
    pub(crate) async fn newest_contracts(
        &self,
        who: &Principal,
        slice: Slice,
    ) -> Result<Listed<Publication>> {
        let mut connection = self.reading(who).await?;
        Ok(contracts::list(&mut connection, Parties::default(), &ContractSet::Latest, slice).await?)
    }

    /// # Errors
    /// Refused if there is no such provider.
    pub(crate) async fn contracts_of_provider(
        &self,
        who: &Principal,
        provider: &str,
        set: &ContractSet,
        slice: Slice,
    ) -> Result<Listed<Publication>> {
        let mut connection = self.reading(who).await?;
        let owner = require_provider(&mut connection, provider).await?;
        Ok(contracts::list(&mut connection, Parties::provider(owner), set, slice).await?)
    }

    /// Returns contracts of a pair, newest first.
    ///
    /// # Errors
    /// Refused if there is no such consumer or provider.
    pub(crate) async fn contracts_of_pair(
        &self,
        who: &Principal,
        pair: &Pair,
        set: &ContractSet,
        slice: Slice,
    ) -> Result<Listed<Publication>> {
        let mut connection = self.reading(who).await?;
        let ids = pair_ids(&mut connection, pair).await?;
        Ok(contracts::list(&mut connection, Parties::pair(ids), set, slice).await?)
    }

    /// Returns whether the pair has a contract.
    pub(crate) async fn has_contract(&self, who: &Principal, pair: &Pair) -> Result<bool> {
        let mut connection = self.reading(who).await?;
        let latest = &ContractRef::Latest;
        let found = contracts::find(&mut connection, &pair.provider, &pair.consumer, latest).await?;
        Ok(found.is_some())
    }
}

pub(super) async fn require(
    connection: &mut Connection,
    Pair { consumer, provider }: &Pair,
    at: &ContractAt,
) -> crate::store::Result<Publication> {
    match at {
        ContractAt::ContractRef(which) => contracts::require(connection, provider, consumer, which).await,
        ContractAt::Content { sha, version } => {
            contracts::require_sha(connection, provider, consumer, sha, version.as_ref()).await
        }
    }
}

/// Returns the id of a provider.
pub(super) async fn require_provider(connection: &mut Connection, name: &str) -> Result<i64> {
    let found = pacticipants::find(connection, name).await?;
    let unknown = || Error::not_found(format!("No provider with name '{name}' found"));
    Ok(found.ok_or_else(unknown)?.id)
}

/// Returns the ids of a pair.
pub(super) async fn pair_ids(connection: &mut Connection, pair: &Pair) -> crate::store::Result<PairIds> {
    Ok(PairIds {
        provider: pacticipants::require(connection, &pair.provider).await?.id,
        consumer: pacticipants::require(connection, &pair.consumer).await?.id,
    })
}

//! Data of the dashboard and the pages: integrations, contracts, pacticipants and counts.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    App, Result,
    contracts::{Pair, pair_ids},
};
use crate::{
    auth::Principal,
    store::{
        Connection, Listed, Slice,
        contracts::Publication,
        dashboard::{self, Outcome},
        integrations::{self, Integration, PairIds},
        metrics::{self, Revisions},
        overview::{self, Contract, Counts, Deployed, Show},
        pacticipants::{self, Label, Pacticipant},
        pages::{self, ContractVersion, Neighbours, NewestResult, Placement, ResultOfContent},
        versions::{self, Details, Version, VersionsOf},
        webhook_status::{self, Named, WebhookStatus},
    },
};

/// Numbers of stored resources.
pub(crate) struct Metrics {
    /// By name.
    pub(crate) counts: HashMap<&'static str, i64>,
    pub(crate) revisions: Vec<Revisions>,
}

/// Contracts with the data of a dashboard.
pub(crate) struct Dashboard {
    pub(crate) contracts: Vec<Publication>,
    /// Number of all contracts.
    pub(crate) total: i64,
    /// By id of the content.
    pub(crate) outcomes: HashMap<i64, Outcome>,
    /// Pairs that have any result.
    pub(crate) verified: BTreeSet<PairIds>,
    /// The webhook status of each contract's pair, in the order of the contracts.
    pub(crate) webhooks: Vec<WebhookStatus>,
    /// By id of the version.
    pub(crate) details: HashMap<i64, Details>,
}

/// Integrations and their status.
pub(crate) struct Overview {
    pub(crate) counts: Counts,
    pub(crate) pairs: Vec<overview::Pair>,
    pub(crate) contracts: Vec<Contract>,
    /// Branches, by id of the version.
    pub(crate) branches: HashMap<i64, Vec<String>>,
    pub(crate) deployed: Vec<Deployed>,
    /// Pairs that have any result.
    pub(crate) verified: BTreeSet<PairIds>,
}

/// The versions of a pair's contract, and the provider versions that verified them.
pub(crate) struct ContractHistory {
    pub(crate) consumer: String,
    pub(crate) provider: String,
    pub(crate) listed: Listed<ContractVersion>,
    /// By id of the version.
    pub(crate) details: HashMap<i64, Details>,
    pub(crate) results: Vec<ResultOfContent>,
}

/// A pacticipant, with its consumers and providers and a page of its versions.
pub(crate) struct PacticipantOverview {
    pub(crate) pacticipant: Pacticipant,
    pub(crate) labels: Vec<Label>,
    pub(crate) neighbours: Neighbours,
    pub(crate) versions: Listed<Version>,
    /// By id of the version.
    pub(crate) details: HashMap<i64, Details>,
}

/// The verification status of a contract.
pub(crate) struct ContractStanding {
    pub(crate) newest: Option<NewestResult>,
    /// Whether any contract of the pair has a result.
    pub(crate) verified_before: bool,
}

impl App {
    /// Returns the numbers of stored resources.
    pub(crate) async fn metrics(&self, who: &Principal) -> Result<Metrics> {
        let mut connection = self.reading(who).await?;
        Ok(Metrics {
            counts: metrics::counts(&mut connection).await?,
            revisions: metrics::revisions(&mut connection).await?,
        })
    }

    /// Returns the integrations of pacticipants whose name contains a text.
    pub(crate) async fn integrations(
        &self,
        who: &Principal,
        like: Option<&str>,
        slice: Slice,
    ) -> Result<Listed<Integration>> {
        Ok(integrations::list(&mut *self.reading(who).await?, like, slice).await?)
    }

    /// Returns the newest contract of each pair.
    pub(crate) async fn dashboard(&self, who: &Principal, slice: Slice) -> Result<Dashboard> {
        let mut connection = self.reading(who).await?;
        let listed = dashboard::newest(&mut connection, slice).await?;
        standing_of(&mut connection, listed).await
    }

    /// Returns the newest contracts of a pair.
    ///
    /// # Errors
    /// Refused if there is no such consumer or provider.
    pub(crate) async fn dashboard_of_pair(
        &self,
        who: &Principal,
        pair: &Pair,
        slice: Slice,
    ) -> Result<Dashboard> {
        let mut connection = self.reading(who).await?;
        let PairIds { consumer, provider } = pair_ids(&mut connection, pair).await?;
        let listed = dashboard::newest_of_pair(&mut connection, consumer, provider, slice).await?;
        standing_of(&mut connection, listed).await
    }

    /// Returns the integrations of pacticipants whose name contains a text, failed ones first.
    pub(crate) async fn overview(
        &self,
        who: &Principal,
        like: Option<&str>,
        show: Show,
        slice: Slice,
    ) -> Result<Overview> {
        let mut connection = self.reading(who).await?;
        let counts = overview::counts(&mut connection, like).await?;
        let pairs = overview::list(&mut connection, like, show, slice).await?;
        let versions: Vec<i64> = pairs
            .iter()
            .flat_map(|pair| [pair.main_version, pair.newest_version])
            .flatten()
            .collect();
        let consumers: Vec<i64> = pairs.iter().map(|pair| pair.consumer_id).collect();
        let providers = pairs.iter().map(|pair| pair.provider_id);
        Ok(Overview {
            counts,
            contracts: overview::contracts(&mut connection, &versions).await?,
            branches: pages::branches(&mut connection, &versions).await?,
            deployed: overview::deployed(&mut connection, &consumers).await?,
            verified: pages::ever_verified(&mut connection, providers).await?,
            pairs,
        })
    }

    /// # Errors
    /// Refused if there is no such consumer or provider.
    pub(crate) async fn contract_history(
        &self,
        who: &Principal,
        pair: &Pair,
        slice: Slice,
    ) -> Result<ContractHistory> {
        let mut connection = self.reading(who).await?;
        let provider = pacticipants::require(&mut connection, &pair.provider).await?;
        let consumer = pacticipants::require(&mut connection, &pair.consumer).await?;
        let ids = PairIds {
            consumer: consumer.id,
            provider: provider.id,
        };
        let listed = pages::contracts_of_pair(&mut connection, ids, slice).await?;
        let versions: Vec<i64> = listed.rows.iter().map(|contract| contract.version_id).collect();
        let contents: Vec<i64> = listed.rows.iter().map(|contract| contract.content_id).collect();
        Ok(ContractHistory {
            consumer: consumer.name,
            provider: provider.name,
            details: versions::details(&mut connection, &versions).await?,
            results: pages::results(&mut connection, &contents).await?,
            listed,
        })
    }

    /// # Errors
    /// Refused if there is no pacticipant with this name.
    pub(crate) async fn pacticipant_overview(
        &self,
        who: &Principal,
        name: &str,
        slice: Slice,
    ) -> Result<PacticipantOverview> {
        let mut connection = self.reading(who).await?;
        let pacticipant = pacticipants::require(&mut connection, name).await?;
        let id = pacticipant.id;
        let labels = pacticipants::labels(&mut connection, &[id]).await?.remove(&id);
        let versions = versions::list(&mut connection, id, VersionsOf::All, slice).await?;
        let ids: Vec<i64> = versions.rows.iter().map(|version| version.id).collect();
        Ok(PacticipantOverview {
            labels: labels.unwrap_or_default(),
            neighbours: pages::neighbours(&mut connection, id).await?,
            details: versions::details(&mut connection, &ids).await?,
            pacticipant,
            versions,
        })
    }

    /// Returns what is in each environment, by id of the environment.
    pub(crate) async fn placements(&self, who: &Principal) -> Result<BTreeMap<i64, Vec<Placement>>> {
        Ok(pages::placements(&mut *self.reading(who).await?).await?)
    }

    /// Returns the verification status of a contract.
    pub(crate) async fn contract_standing(
        &self,
        who: &Principal,
        contract: &Publication,
    ) -> Result<ContractStanding> {
        standing_of_contract(&mut *self.reading(who).await?, contract).await
    }

    /// Returns whether a provider version satisfies a contract; `None` if there is no result.
    pub(crate) async fn result_of_version(
        &self,
        who: &Principal,
        contract: &Publication,
        version: &Version,
    ) -> Result<Option<bool>> {
        let mut connection = self.reading(who).await?;
        Ok(pages::result_of(&mut connection, contract.content_id, version.id).await?)
    }
}

/// Returns the verification status of a contract.
pub(super) async fn standing_of_contract(
    connection: &mut Connection,
    contract: &Publication,
) -> Result<ContractStanding> {
    let newest = pages::newest_result(connection, contract.content_id).await?;
    let provider = std::iter::once(contract.provider_id);
    let verified = pages::ever_verified(connection, provider).await?;
    Ok(ContractStanding {
        newest,
        verified_before: verified.contains(&contract.pair()),
    })
}

async fn standing_of(connection: &mut Connection, listed: Listed<Publication>) -> Result<Dashboard> {
    let Listed {
        rows: contracts,
        total,
    } = listed;
    let contents: Vec<i64> = contracts.iter().map(|contract| contract.content_id).collect();
    let outcomes = dashboard::outcomes(connection, &contents).await?;
    let unverified = contracts
        .iter()
        .filter(|contract| !outcomes.contains_key(&contract.content_id))
        .map(|contract| contract.provider_id);
    let verified = pages::ever_verified(connection, unverified).await?;
    let pairs: Vec<webhook_status::Pair<'_>> = contracts
        .iter()
        .map(|contract| webhook_status::Pair {
            consumer: Named {
                id: contract.consumer_id,
                name: &contract.consumer,
            },
            provider: Named {
                id: contract.provider_id,
                name: &contract.provider,
            },
        })
        .collect();
    let webhooks = webhook_status::of_pairs(connection, &pairs).await?;
    let mut versions: Vec<i64> = contracts
        .iter()
        .map(|contract| contract.consumer_version_id)
        .collect();
    versions.extend(outcomes.values().map(|outcome| outcome.provider_version_id));
    Ok(Dashboard {
        details: versions::details(connection, &versions).await?,
        contracts,
        total,
        outcomes,
        verified,
        webhooks,
    })
}

//! Comparisons of contracts with the descriptions that their providers published.

use super::{App, Result};
use crate::{
    auth::Principal,
    domain::bidirectional::{SelfVerification, Summary},
    store::{
        comparisons::{self, Pairing, StoredComparison},
        contracts::{self, ContractRef, Publication},
        provider_contracts::{self, ProviderContract},
        verifications::{self, WholeVerification},
    },
};

/// A provider version and a consumer version.
#[derive(Debug, Clone)]
pub(crate) struct BiDirectional {
    pub(crate) provider: String,
    pub(crate) provider_version: String,
    pub(crate) consumer: String,
    pub(crate) consumer_contract: ContractRef,
}

impl BiDirectional {
    /// Creates it from the names of a provider, its version, a consumer, and its version.
    pub(crate) fn of_versions(
        (provider, provider_version, consumer, number): (String, String, String, String),
    ) -> Self {
        Self {
            provider,
            provider_version,
            consumer,
            consumer_contract: ContractRef::Version(number),
        }
    }
}

/// The comparison of a contract with a description.
pub(crate) struct ComparisonDetails {
    pub(crate) provider_contract: ProviderContract,
    pub(crate) consumer_contract: Publication,
    pub(crate) self_verification: Option<SelfVerification>,
    /// The newest result of verifying the provider version with the contract.
    pub(crate) verification: Option<WholeVerification>,
    /// `None` if it was never requested; it is being made now.
    pub(crate) comparison: Option<StoredComparison>,
    /// `None` until the comparison is made.
    pub(crate) summary: Option<Summary>,
    /// The findings, as JSON.
    pub(crate) result: Option<String>,
}

impl ComparisonDetails {
    /// Returns the combined outcome of comparison and self-verification.
    pub(crate) fn success(&self) -> Option<bool> {
        if self.provider_contract.self_success == Some(false) {
            return Some(false);
        }
        self.comparison.as_ref().and_then(|one| one.success)
    }
}

impl App {
    /// Returns the comparison of a contract with a description. Queues it if it was never requested.
    ///
    /// # Errors
    /// Refused if there is no such contract or description.
    pub(crate) async fn comparison(&self, who: &Principal, of: &BiDirectional) -> Result<ComparisonDetails> {
        let mut connection = self.reading(who).await?;
        let BiDirectional {
            provider,
            provider_version,
            consumer,
            consumer_contract,
        } = of;
        let provider_contract =
            provider_contracts::require(&mut connection, provider, provider_version).await?;
        let consumer_contract =
            contracts::require(&mut connection, provider, consumer, consumer_contract).await?;
        let pairing = Pairing {
            content: consumer_contract.content_id,
            description: provider_contract.description_id,
        };
        let comparison = comparisons::find(&mut connection, pairing).await?;
        let (mut summary, mut result) = (None, None);
        if let Some(comparison) = &comparison {
            summary = comparison.summary()?;
            result = comparisons::result(&mut connection, comparison.id).await?;
        }
        let version = provider_contract.version_id;
        let details = ComparisonDetails {
            self_verification: provider_contracts::self_verification(&mut connection, version).await?,
            verification: verifications::latest_by(&mut connection, pairing.content, version).await?,
            provider_contract,
            consumer_contract,
            comparison,
            summary,
            result,
        };
        drop(connection);
        if details.comparison.is_none() {
            self.compare_soon(vec![pairing]).await?;
        }
        Ok(details)
    }

    /// Queues comparisons that were never requested. Read permission is sufficient.
    pub(super) async fn compare_soon(&self, pairings: Vec<Pairing>) -> Result<()> {
        if pairings.is_empty() {
            return Ok(());
        }
        self.store
            .write(pairings, |connection, pairings| {
                Box::pin(comparisons::queue(connection, pairings))
            })
            .await?;
        self.comparer.wake();
        Ok(())
    }
}

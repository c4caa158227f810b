//! Verification results.

use super::{
    Act, App, Error, Result,
    contracts::{ContractAt, Pair, require},
};
use crate::{
    auth::Principal,
    domain::{Refusal, access::Action, selection::Selection},
    store::{
        contracts::{self, Document, Publication},
        pacticipants,
        verifications::{self, LatestOfProvider, NewResult, WholeVerification},
        versions::{self, Details},
    },
};

/// A contract and its newest result.
pub(crate) struct LatestResult {
    pub(crate) contract: Publication,
    pub(crate) result: Option<WholeVerification>,
}

/// A result with the data of its page.
pub(crate) struct ResultDetails {
    pub(crate) result: WholeVerification,
    /// How the verifier selected the contract.
    pub(crate) selection: Selection,
    pub(crate) contract: Publication,
    pub(crate) document: Document,
    pub(crate) provider_details: Details,
    pub(crate) consumer_details: Details,
}

impl App {
    /// # Errors
    /// Refused if there is no such content.
    pub(crate) async fn publish_result(
        &self,
        who: &Principal,
        result: NewResult,
    ) -> Result<WholeVerification> {
        let (success, selection) = (result.success, result.selection.clone());
        let name = format!("{} {}", result.provider, result.provider_version);
        let act = Act::applications(
            Action::PublishResult,
            vec![result.provider.clone()],
            "result",
            name,
        );
        let stored = self
            .writing(who, act, result, |connection, result| {
                Box::pin(verifications::publish(connection, result))
            })
            .await?;
        self.usage.verified(success, &selection);
        Ok(stored)
    }

    /// Returns a result of a content, by its number.
    ///
    /// # Errors
    /// Refused if there is no such result.
    pub(crate) async fn result(
        &self,
        who: &Principal,
        pair: &Pair,
        sha: &str,
        number: i64,
    ) -> Result<WholeVerification> {
        let mut connection = self.reading(who).await?;
        let Pair { consumer, provider } = pair;
        Ok(verifications::require(&mut connection, provider, consumer, sha, number).await?)
    }

    /// Returns a contract and its newest result.
    ///
    /// # Errors
    /// Refused if there is no such contract.
    pub(crate) async fn latest_result(
        &self,
        who: &Principal,
        pair: &Pair,
        at: &ContractAt,
    ) -> Result<LatestResult> {
        let mut connection = self.reading(who).await?;
        let contract = require(&mut connection, pair, at).await?;
        let result = verifications::latest_of_content(&mut connection, contract.content_id).await?;
        Ok(LatestResult { contract, result })
    }

    /// Returns the newest result for each contract of a consumer version, by provider.
    ///
    /// # Errors
    /// Refused if there is no such version.
    pub(crate) async fn results_of_consumer_version(
        &self,
        who: &Principal,
        consumer: &str,
        number: &str,
    ) -> Result<Vec<LatestOfProvider>> {
        let mut connection = self.reading(who).await?;
        let owner = pacticipants::require(&mut connection, consumer).await?;
        let version = versions::find(&mut connection, owner.id, number).await?;
        let version = version.ok_or_else(|| {
            Refusal::NotFound(format!("No version {number} of pacticipant '{consumer}' found"))
        })?;
        Ok(verifications::latest_of_consumer_version(&mut connection, version.id).await?)
    }

    /// Deletes a result: the previous result of the same content and provider version counts again.
    ///
    /// # Errors
    /// Refused if there is no such result.
    pub(crate) async fn delete_result(
        &self,
        who: &Principal,
        pair: &Pair,
        sha: &str,
        number: i64,
    ) -> Result<()> {
        let found = self.result(who, pair, sha, number).await?.result;
        let name = format!("{} {} {number}", pair.provider, pair.consumer);
        let act = Act::applications(Action::DeleteResult, vec![pair.provider.clone()], "result", name);
        self.writing(who, act, found, |connection, found| {
            Box::pin(verifications::delete(connection, found))
        })
        .await
    }

    /// Returns a result of a content with the data of its page, by its number.
    ///
    /// # Errors
    /// Refused if there is no such result.
    pub(crate) async fn result_details(
        &self,
        who: &Principal,
        pair: &Pair,
        sha: &str,
        number: i64,
    ) -> Result<ResultDetails> {
        let result = self.result(who, pair, sha, number).await?;
        self.details_of(who, result).await
    }

    /// Returns the newest result of a contract with the data of its page.
    ///
    /// # Errors
    /// Refused if there is no such contract, or it has no result.
    pub(crate) async fn latest_result_details(
        &self,
        who: &Principal,
        pair: &Pair,
        at: &ContractAt,
    ) -> Result<ResultDetails> {
        let LatestResult { contract, result } = self.latest_result(who, pair, at).await?;
        match result {
            Some(result) => self.details_of(who, result).await,
            None => Err(Error::not_found(format!(
                "The contract of {} {} with {} is not verified yet.",
                contract.consumer, contract.consumer_version, contract.provider
            ))),
        }
    }

    async fn details_of(&self, who: &Principal, whole: WholeVerification) -> Result<ResultDetails> {
        let mut connection = self.reading(who).await?;
        let result = &whole.result;
        let selection = result.selection()?;
        let verified = selection.consumer_versions.last();
        let contract = contracts::require_sha(
            &mut connection,
            &result.provider,
            &result.consumer,
            &result.sha,
            verified,
        )
        .await?;
        let ids = [result.provider_version_id, contract.consumer_version_id];
        let mut details = versions::details(&mut connection, &ids).await?;
        Ok(ResultDetails {
            document: contracts::document(&mut connection, result.content_id).await?,
            provider_details: details.remove(&ids[0]).unwrap_or_default(),
            consumer_details: details.remove(&ids[1]).unwrap_or_default(),
            contract,
            selection,
            result: whole,
        })
    }
}

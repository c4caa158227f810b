//! What changed between contracts, by meaning and as text.

use contract_core::{contract::Contract, diff::Diff};

use super::{
    App, Error, Result,
    contracts::{ContractAt, Pair, require},
};
use crate::{
    auth::{Access, Principal},
    domain::{Refusal, cancel::Cancelled, text_diff},
    store::contracts::{self, ContractRef, Publication},
};

/// A contract, and the one before it with other content.
pub(crate) struct WithPrevious {
    pub(crate) contract: Publication,
    pub(crate) previous: Option<Publication>,
}

impl App {
    /// The contract of a version.
    ///
    /// # Errors
    /// Refused where there is no such contract.
    pub(crate) async fn contract_of_version(
        &self,
        who: &Principal,
        pair: &Pair,
        version: String,
    ) -> Result<Publication> {
        let mut connection = self.reading(who).await?;
        Ok(require(&mut connection, pair, &of_version(version)).await?)
    }

    /// A contract of a version, and the newest one before it with other content.
    ///
    /// # Errors
    /// Refused where there is no such contract.
    pub(crate) async fn contract_with_previous(
        &self,
        who: &Principal,
        pair: &Pair,
        version: String,
    ) -> Result<WithPrevious> {
        let mut connection = self.reading(who).await?;
        let contract = require(&mut connection, pair, &of_version(version)).await?;
        let previous = contracts::previous_distinct(&mut connection, &contract).await?;
        Ok(WithPrevious { contract, previous })
    }

    /// Compares two contracts by meaning and makes something of it, beside the threads that serve everyone.
    ///
    /// # Errors
    /// Refused where one of them cannot be read as a contract.
    pub(crate) async fn compare<T: Send + 'static>(
        &self,
        who: &Principal,
        before: &Publication,
        after: &Publication,
        make: impl FnOnce(Diff) -> T + Send + 'static,
    ) -> Result<T> {
        super::allow(who, Access::Read)?;
        let place = self.heavy.place().await?;
        let mut connection = self.reading(who).await?;
        let mut documents = Vec::with_capacity(2);
        for publication in [before, after] {
            let document = contracts::document(&mut connection, publication.content_id).await?;
            let origin = format!("the contract of version {}", publication.consumer_version);
            documents.push((document.text, origin));
        }
        drop(connection);
        let made = place.run(move |cancel| {
            let mut contracts = Vec::with_capacity(2);
            for (text, origin) in documents {
                cancel.check()?;
                match Contract::read_str(&text, &origin) {
                    Ok(contract) => contracts.push(contract),
                    Err(error) => {
                        let message = format!("{origin} cannot be compared: {error}");
                        return Ok(Err(Error::Refused(Refusal::Impossible(message))));
                    }
                }
            }
            let wanted = || cancel.check().is_ok();
            let diff = Diff::between_while(&contracts[0], &contracts[1], wanted).ok_or(Cancelled)?;
            Ok(Ok(make(diff)))
        });
        made.await?
    }

    /// What differs between two contracts as text, in the unified format; empty where nothing does.
    pub(crate) async fn text_difference(
        &self,
        who: &Principal,
        old: &Publication,
        new: &Publication,
    ) -> Result<String> {
        super::allow(who, Access::Read)?;
        let place = self.heavy.place().await?;
        let mut connection = self.reading(who).await?;
        let before = contracts::document(&mut connection, old.content_id).await?.text;
        let after = contracts::document(&mut connection, new.content_id).await?.text;
        drop(connection);
        let name =
            |contract: &Publication| format!("{} version {}", contract.consumer, contract.consumer_version);
        let (old, new) = (name(old), name(new));
        place
            .run(move |cancel| {
                text_diff::unified((&before, &old), (&after, &new), text_diff::PATIENCE, cancel)
            })
            .await
    }
}

fn of_version(number: String) -> ContractAt {
    ContractAt::ContractRef(ContractRef::Version(number))
}

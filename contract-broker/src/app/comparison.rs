//! What changed between contracts, by meaning and as text.

use contract_core::{contract::UnreadContract, diff::Diff};

use super::{
    App, Error, Result,
    contracts::{ContractAt, Pair, require},
};
use crate::{
    auth::Principal,
    domain::{
        Refusal,
        access::{Action, Tie},
        cancel::Cancelled,
        text_diff,
    },
    store::{
        Connection,
        contracts::{self, ContractRef, Publication},
    },
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
        super::act::allow(who, Action::ReadContracts, Tie::NONE)?;
        let place = self.heavy.place().await?;
        let mut connection = self.reading(who).await?;
        let documents = [
            StoredContract::of(&mut connection, before).await?,
            StoredContract::of(&mut connection, after).await?,
        ];
        drop(connection);
        let made = place.run(move |cancel| {
            cancel.check()?;
            let [before, after] = &documents;
            let (before, after) = match (before.unread(), after.unread()) {
                (Ok(before), Ok(after)) => (before, after),
                (Err(error), _) | (_, Err(error)) => return Ok(Err(error)),
            };
            let is_wanted = || cancel.check().is_ok();
            match Diff::between_unread(&before, &after, is_wanted) {
                Ok(diff) => Ok(Ok(make(diff.ok_or(Cancelled)?))),
                Err(error) => Ok(Err(unreadable(&error))),
            }
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
        super::act::allow(who, Action::ReadContracts, Tie::NONE)?;
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

/// The text of a contract, and what messages call it.
struct StoredContract {
    text: String,
    origin: String,
}

impl StoredContract {
    async fn of(connection: &mut Connection, publication: &Publication) -> Result<Self> {
        let document = contracts::document(connection, publication.content_id).await?;
        Ok(Self {
            text: document.text,
            origin: format!("the contract of version {}", publication.consumer_version),
        })
    }

    /// Reads everything but the interactions.
    ///
    /// # Errors
    /// Refused where the text is not a contract.
    fn unread(&self) -> Result<UnreadContract<'_>> {
        UnreadContract::new(&self.text, &self.origin).map_err(|error| unreadable(&error))
    }
}

/// The refusal of a comparison with a contract that cannot be read; the error names which.
fn unreadable(error: &contract_core::Error) -> Error {
    Error::Refused(Refusal::Impossible(format!("cannot be compared: {error}")))
}

fn of_version(number: String) -> ContractAt {
    ContractAt::ContractRef(ContractRef::Version(number))
}

//! The provider states that consumers use.

use super::{App, Result, contracts::require_provider};
use crate::{
    auth::Principal,
    domain::provider_states::ProviderStates,
    store::{
        self, Slice,
        contracts::{self, ContractSet, Parties},
        environments,
    },
};

impl App {
    /// Returns the provider states of the contracts of a provider.
    ///
    /// # Errors
    /// Refused if there is no such provider.
    pub(crate) async fn provider_states(
        &self,
        who: &Principal,
        provider: &str,
        set: &ContractSet,
    ) -> Result<ProviderStates> {
        let mut connection = self.reading(who).await?;
        let owner = require_provider(&mut connection, provider).await?;
        let parties = Parties::provider(owner);
        let found = contracts::list(&mut connection, parties, set, Slice::WHOLE).await?;
        drop(connection);
        let mut collected = ProviderStates::default();
        // Only one contract at a time is in memory.
        for publication in found.rows {
            let document = self.document(who, &publication).await?;
            let length = document.text.len();
            let add = move || {
                collected
                    .add(&publication.consumer, &document.text)
                    .map_err(|error| document.unreadable(&error))?;
                Ok::<_, store::Error>(collected)
            };
            collected = self.heavy.run_on(length, add).await??;
        }
        Ok(collected)
    }

    /// Like [`provider_states`](Self::provider_states), for the contracts in an environment, by its name or
    /// its uuid.
    ///
    /// # Errors
    /// Refused if there is no such provider or environment.
    pub(crate) async fn provider_states_in(
        &self,
        who: &Principal,
        provider: &str,
        environment: &str,
    ) -> Result<ProviderStates> {
        let mut connection = self.reading(who).await?;
        let found = match environments::named(&mut connection, environment).await? {
            Some(found) => found,
            None => environments::require(&mut connection, environment).await?,
        };
        drop(connection);
        self.provider_states(who, provider, &ContractSet::InEnvironment(found.id))
            .await
    }
}

//! The provider states used by the contracts of a provider.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Client;
use super::hal::encode;
use crate::{Error, ErrorKind};

/// A provider state used by consumers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UsedProviderState {
    /// Its name.
    pub name: String,
    /// The parameters in contracts, as listed by the broker.
    #[serde(default)]
    pub params: Value,
    /// The consumers whose contracts use it.
    #[serde(default)]
    pub consumers: Vec<String>,
}

/// Selects the contracts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatesOf {
    /// The heads of the consumers' main branches.
    MainBranches,
    /// The heads of branches of this name.
    Branch(String),
    /// The versions deployed to or released in this environment.
    Environment(String),
}

impl Client {
    /// Returns the provider states used by the contracts of a provider, in the broker's order.
    ///
    /// # Errors
    ///
    /// `Usage` if the broker does not know the provider or environment; `Broker` and `Unreachable`.
    pub async fn provider_states(
        &self,
        provider: &str,
        of: &StatesOf,
    ) -> Result<Vec<UsedProviderState>, Error> {
        let all = self.below(&format!("pacts/provider/{}/provider-states", encode(provider)));
        let url = match of {
            StatesOf::MainBranches => all,
            StatesOf::Branch(branch) => format!("{all}/branch/{}", encode(branch)),
            StatesOf::Environment(name) => {
                let environment = self.environment(name).await?;
                format!("{all}/environment/{}", encode(&environment.uuid))
            }
        };
        let doing = format!("listing the provider states of {provider:?}");
        let Some(mut answer) = self.read_if_present(&doing, &url).await? else {
            let what = format!("no contracts with provider {provider:?}");
            return Err(self.not_found(provider, &what).await);
        };
        serde_json::from_value(answer.body["providerStates"].take()).map_err(|error| {
            Error::new(
                ErrorKind::Broker,
                format!(
                    "{doing}: the broker's response at {} is not a list of provider states ({error})",
                    answer.url
                ),
            )
        })
    }
}

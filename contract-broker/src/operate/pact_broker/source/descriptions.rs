//! Descriptions that providers published, by the API of a broker of this kind.

use serde_json::Value;

use super::api::{Api, beginning, embedded};
use crate::{
    Error,
    operate::pact_broker::records::{Compatibility, Description, DescriptionState, members},
};

impl Api {
    /// The descriptions of an application's versions, oldest version first. A Pact Broker has none, and does not know the
    /// addresses.
    pub(super) async fn descriptions(&self, provider: &str) -> Result<Vec<Description>, Error> {
        if !self.has_descriptions(provider).await? {
            return Ok(Vec::new());
        }
        let mut descriptions = Vec::new();
        for version in self.versions(provider).await? {
            let place = [
                "contracts",
                "bi-directional",
                "provider",
                provider,
                "version",
                &version.number,
            ];
            let at = self.path(&place);
            let Some(whole) = self.find(&format!("{at}/provider-contract")).await? else {
                continue;
            };
            let Some(state) = DescriptionState::of(&whole) else {
                return Err(Error::said(format!(
                    "{at}: the description has no sha: {}",
                    beginning(&whole)
                )));
            };
            let own = self
                .get(&format!("{at}/provider-contract-verification-results"))
                .await?;
            let names = [
                "success",
                "content",
                "contentType",
                "format",
                "verifier",
                "verifierVersion",
            ];
            descriptions.push(Description {
                provider: provider.to_owned(),
                state,
                fields: members(&whole, &["content", "contentType", "specification"]),
                self_verification: own["success"]
                    .is_boolean()
                    .then(|| Value::Object(members(&own, &names))),
                version: version.number,
            });
        }
        Ok(descriptions)
    }

    async fn has_descriptions(&self, provider: &str) -> Result<bool, Error> {
        let place = self.path(&["provider-contracts", "provider", provider]);
        let listed = self.find(&place).await?;
        Ok(listed.is_some_and(|listed| embedded(&listed, "providerContracts").next().is_some()))
    }

    /// The rule for new descriptions of an application, if it has some.
    pub(super) async fn compatibility(&self, provider: &str) -> Result<Option<Compatibility>, Error> {
        let place = ["provider-contracts", "provider", provider, "compatibility"];
        let rule = self.find(&self.path(&place)).await?;
        Ok(rule.map(|rule| Compatibility {
            provider: provider.to_owned(),
            fields: members(&rule, &["level", "basis"]),
        }))
    }
}

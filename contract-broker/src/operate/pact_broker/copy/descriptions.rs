//! Descriptions that providers published, and the rules for new ones. Comparisons with them are computed anew here.

use http::Method;
use serde_json::{Value, json};

use super::{Copy, path};
use crate::{
    Error,
    domain::count::counted,
    operate::pact_broker::{records::Description, target::Answer},
};

impl<L: FnMut(String)> Copy<'_, L> {
    /// Copies the descriptions that are not here, those of older versions first, and then the rules: a rule does not judge what
    /// was accepted there.
    pub(super) async fn descriptions(&mut self, providers: &[String]) -> Result<(), Error> {
        let (mut copied, mut rules) = (0_usize, 0_usize);
        for provider in providers {
            let descriptions = self.source.descriptions(provider).await?;
            for description in &descriptions {
                copied += usize::from(self.description(description).await?);
            }
            if descriptions.is_empty() {
                continue;
            }
            if let Some(rule) = self.source.compatibility(provider).await? {
                let place = ["provider-contracts", "provider", &rule.provider, "compatibility"];
                self.write(Method::PUT, &place, &Value::Object(rule.fields))
                    .await?;
                rules += 1;
            }
        }
        if copied + rules > 0 {
            self.say(format!(
                "{} added, {} for new ones",
                counted(copied, "provider description"),
                counted(rules, "rule")
            ));
        }
        Ok(())
    }

    /// Publishes a description that is not here; returns whether it did.
    async fn description(&mut self, description: &Description) -> Result<bool, Error> {
        if self.target.description(description).await?.as_ref() == Some(&description.state) {
            return Ok(false);
        }
        let mut contract = description.fields.clone();
        if let Some(own) = &description.self_verification {
            contract.insert("selfVerificationResults".to_owned(), own.clone());
        }
        let body = json!({"pacticipantVersionNumber": description.version, "contract": contract});
        let place = path(&["provider-contracts", "provider", &description.provider, "publish"]);
        let Answer { status, body } = self.target.send(Method::POST, &place, body.to_string()).await?;
        if !status.is_success() {
            self.say(format!(
                "The description of {} version {} is NOT copied: {status}: {body}",
                description.provider, description.version
            ));
        }
        Ok(status.is_success())
    }
}

//! The facts about an event, from which the values of a webhook's parameters are derived.

use super::Values;
use crate::{
    domain::{events::Event, selection::Selection},
    http::address,
};

/// A version of one side of the integration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct VersionFacts {
    pub(crate) number: String,
    /// Its branches, in the order in which it was added to them.
    pub(crate) branches: Vec<String>,
    pub(crate) tags: Vec<String>,
    /// Environments in which it is currently deployed or released.
    pub(crate) environments: Vec<String>,
    /// Why this provider version should verify: "latest from main branch", "deployed (production)".
    pub(crate) descriptions: Vec<String>,
    pub(crate) build_url: Option<String>,
}

/// All facts about an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Facts {
    /// The event; `None` for a test of the webhook.
    pub(crate) event: Option<Event>,
    pub(crate) consumer: String,
    pub(crate) provider: String,
    pub(crate) consumer_labels: Vec<String>,
    pub(crate) provider_labels: Vec<String>,
    pub(crate) consumer_version: Option<VersionFacts>,
    pub(crate) provider_version: Option<VersionFacts>,
    /// Whether the verification succeeded, if the event is about one.
    pub(crate) success: Option<bool>,
    /// The URL of the verification's build.
    pub(crate) verification_build_url: Option<String>,
    /// The hash of the contract's content.
    pub(crate) content_sha: Option<String>,
    /// The number of the verification result.
    pub(crate) verification_number: Option<i64>,
    /// The currently deployed provider version, if there is exactly one.
    pub(crate) currently_deployed_provider: Option<String>,
}

impl Facts {
    /// Returns the name of the event; `test` for a test of the webhook.
    pub(crate) fn event_name(&self) -> &'static str {
        self.event.map_or("test", Event::as_str)
    }

    /// Returns the values of all parameters; `base` is the broker's own URL. Unknown values are empty.
    pub(crate) fn values(&self, base: &str) -> Values {
        let mut values = Values::default();
        values.set("eventName", self.event_name());
        values.set("consumerName", &*self.consumer);
        values.set("providerName", &*self.provider);
        values.set("consumerLabels", self.consumer_labels.join(", "));
        values.set("providerLabels", self.provider_labels.join(", "));
        let none = VersionFacts::default();
        let consumer = self.consumer_version.as_ref().unwrap_or(&none);
        values.set("consumerVersionNumber", &*consumer.number);
        values.set(
            "consumerVersionBranch",
            consumer.branches.last().cloned().unwrap_or_default(),
        );
        values.set("consumerVersionTags", consumer.tags.join(", "));
        let provider = self.provider_version.as_ref().unwrap_or(&none);
        values.set("providerVersionNumber", &*provider.number);
        values.set(
            "providerVersionBranch",
            provider.branches.last().cloned().unwrap_or_default(),
        );
        values.set("providerVersionTags", provider.tags.join(", "));
        values.set("providerVersionDescriptions", provider.descriptions.join(", "));
        let deployed = self.currently_deployed_provider.clone().unwrap_or_default();
        values.set("currentlyDeployedProviderVersionNumber", deployed);
        let (contract, result) = self.urls(base);
        values.set("pactUrl", contract);
        values.set("verificationResultUrl", result);
        let build_url = self
            .verification_build_url
            .as_ref()
            .or(consumer.build_url.as_ref());
        values.set("buildUrl", build_url.cloned().unwrap_or_default());
        for (name, success, failure, unknown) in [
            ("githubVerificationStatus", "success", "failure", "pending"),
            (
                "bitbucketVerificationStatus",
                "SUCCESSFUL",
                "FAILED",
                "INPROGRESS",
            ),
            ("azureDevOpsVerificationStatus", "succeeded", "failed", "pending"),
            ("gitlabVerificationStatus", "success", "failed", "pending"),
        ] {
            let status = match self.success {
                Some(true) => success,
                Some(false) => failure,
                None => unknown,
            };
            values.set(name, status);
        }
        values
    }

    /// Returns the URLs of the contract's content and of the verification result; empty if unknown. The first contains
    /// the consumer version, so that a result published for it refers to that version.
    fn urls(&self, base: &str) -> (String, String) {
        let Some(sha) = &self.content_sha else {
            return (String::new(), String::new());
        };
        let (provider, consumer) = (self.provider.as_str(), self.consumer.as_str());
        let result = self.verification_number.map(|number| {
            let names = [provider, consumer, sha, &number.to_string()];
            format!("{base}{}", address::RESULT.path(names))
        });
        let numbers = self
            .consumer_version
            .iter()
            .map(|version| version.number.clone())
            .collect();
        let selection = Selection {
            consumer_versions: numbers,
            ..Selection::default()
        };
        let names = [provider, consumer, sha, &selection.encode()];
        let content = format!("{base}{}", address::SELECTED_CONTENT.path(names));
        (content, result.unwrap_or_default())
    }

    /// Returns placeholder facts for testing a webhook before anything is published.
    pub(crate) fn placeholder() -> Self {
        let version = |number: &str| VersionFacts {
            number: number.to_owned(),
            ..VersionFacts::default()
        };
        Self {
            event: None,
            consumer: "placeholder-consumer".to_owned(),
            provider: "placeholder-provider".to_owned(),
            consumer_labels: Vec::new(),
            provider_labels: Vec::new(),
            consumer_version: Some(version("1")),
            provider_version: Some(version("1")),
            success: None,
            verification_build_url: None,
            content_sha: Some("placeholder".to_owned()),
            verification_number: None,
            currently_deployed_provider: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::render_text;
    use super::*;

    #[test]
    fn every_parameter_of_the_reference_has_a_value() {
        let facts = Facts {
            event: Some(Event::ProviderVerificationFailed),
            success: Some(false),
            verification_build_url: Some("http://build".to_owned()),
            verification_number: Some(7),
            ..Facts::placeholder()
        };
        let content = "http://broker/pacts/provider/placeholder-provider/consumer/placeholder-consumer/pact-version/placeholder";
        for (name, expected) in [
            ("eventName", "provider_verification_failed"),
            ("consumerName", "placeholder-consumer"),
            ("providerVersionNumber", "1"),
            ("githubVerificationStatus", "failure"),
            ("bitbucketVerificationStatus", "FAILED"),
            ("azureDevOpsVerificationStatus", "failed"),
            ("gitlabVerificationStatus", "failed"),
            ("buildUrl", "http://build"),
            (
                "verificationResultUrl",
                &*format!("{content}/verification-results/7"),
            ),
            ("pactUrl", &*format!("{content}/metadata/eyJ2IjpbIjEiXX0")),
            ("consumerLabels", ""),
            ("providerVersionDescriptions", ""),
        ] {
            let template = format!("${{pactbroker.{name}}}");
            assert_eq!(
                render_text(&template, &facts.values("http://broker")),
                expected,
                "{name}"
            );
        }
    }
}

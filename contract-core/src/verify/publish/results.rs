//! How results are published.

use serde_json::{Value, json};

use crate::broker::VerificationResult;
use crate::contract::store::is_on;
use crate::verify::report::{ContractReport, InteractionReport, Outcome};
use crate::{Error, ErrorKind};

/// The provider version under which results are published.
///
/// ```
/// use contract_core::provider::*;
///
/// let verifier = Verifier::new("user-api").publish(PublishResults::version("5f2c1a9").branch("main").tag("prod"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishResults {
    pub(crate) version: String,
    pub(crate) branch: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) build_url: Option<String>,
    misconfigured: Option<String>,
}

impl PublishResults {
    /// Publishes results under this version of the provider, ideally the commit hash.
    pub fn version(version: impl Into<String>) -> Self {
        Self {
            version: version.into(),
            branch: None,
            tags: Vec::new(),
            build_url: None,
            misconfigured: None,
        }
    }

    /// Reads the settings from the environment. If `CONTRACT_PUBLISH` is `true` or `1`, results are published under
    /// `CONTRACT_PROVIDER_VERSION`, with `CONTRACT_PROVIDER_BRANCH`, `CONTRACT_PROVIDER_TAGS` (comma-separated) and
    /// `CONTRACT_BUILD_URL` if set; without a version the run fails. If it is not set, empty, `false`, `0`, `no` or `off`,
    /// nothing is published. Any other value counts as `true`.
    pub fn from_env() -> Option<Self> {
        Self::from_variables(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
    }

    fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Option<Self> {
        if !is_on(&variable("CONTRACT_PUBLISH")?) {
            return None;
        }
        let version = variable("CONTRACT_PROVIDER_VERSION");
        Some(Self {
            misconfigured: version.is_none().then(|| {
                "CONTRACT_PUBLISH is set and CONTRACT_PROVIDER_VERSION is not: set it to the provider's version".to_owned()
            }),
            version: version.unwrap_or_default(),
            branch: variable("CONTRACT_PROVIDER_BRANCH"),
            tags: variable("CONTRACT_PROVIDER_TAGS").map_or_else(Vec::new, |tags| {
                tags.split(',')
                    .map(|tag| tag.trim().to_owned())
                    .filter(|tag| !tag.is_empty())
                    .collect()
            }),
            build_url: variable("CONTRACT_BUILD_URL"),
        })
    }

    /// Sets the branch of the version.
    pub fn branch(mut self, branch: impl Into<String>) -> Self {
        self.branch = Some(branch.into());
        self
    }

    /// Adds a tag to the version.
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tags.push(tag.into());
        self
    }

    /// Sets the URL of the build.
    pub fn build_url(mut self, url: impl Into<String>) -> Self {
        self.build_url = Some(url.into());
        self
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        match &self.misconfigured {
            Some(reason) => Err(Error::new(ErrorKind::Usage, reason.clone())),
            None => Ok(()),
        }
    }

    pub(crate) fn result(&self, success: bool, test_results: Vec<Value>) -> VerificationResult {
        VerificationResult {
            success,
            provider_version: self.version.clone(),
            branch: self.branch.clone(),
            tags: self.tags.clone(),
            build_url: self.build_url.clone(),
            test_results,
        }
    }
}

/// Returns an interaction's entry in a published result.
pub(crate) fn test_result(contract: &ContractReport, report: &InteractionReport) -> Value {
    let interaction = contract.summary(report);
    let mut entry = json!({
        "interactionDescription": interaction.description,
        "success": report.outcome.is_passed(),
    });
    if let Some(id) = &interaction.broker_id {
        entry["interactionId"] = id.to_serde();
    }
    match &report.outcome {
        Outcome::Passed => {}
        Outcome::Failed(difference) => {
            entry["mismatches"] = difference
                .mismatches
                .iter()
                .map(|mismatch| {
                    let mut json = json!({
                        "attribute": mismatch.part.name(),
                        "description": mismatch.description,
                    });
                    if !mismatch.path.is_empty() {
                        json["identifier"] = json!(mismatch.path);
                    }
                    json
                })
                .collect();
        }
        Outcome::Errored(error) => entry["exceptions"] = json!([{ "message": error.to_string() }]),
        Outcome::NotVerifiable(reason) => entry["exceptions"] = json!([{ "message": reason.to_string() }]),
    }
    entry
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_decides_whether_results_are_published() {
        let from = |pairs: &[(&str, &str)]| {
            PublishResults::from_variables(|name| {
                pairs
                    .iter()
                    .find(|(present, _)| *present == name)
                    .map(|(_, value)| (*value).to_owned())
            })
        };
        assert_eq!(from(&[]), None);
        assert_eq!(
            from(&[("CONTRACT_PUBLISH", "false"), ("CONTRACT_PROVIDER_VERSION", "1")]),
            None
        );
        assert_eq!(
            from(&[
                ("CONTRACT_PUBLISH", "true"),
                ("CONTRACT_PROVIDER_VERSION", "abc"),
                ("CONTRACT_PROVIDER_BRANCH", "main"),
                ("CONTRACT_PROVIDER_TAGS", "a, b,"),
            ]),
            Some(PublishResults::version("abc").branch("main").tag("a").tag("b"))
        );
        for (value, publishes) in [
            ("1", true),
            ("TRUE", true),
            ("on", true),
            ("False", false),
            ("0", false),
        ] {
            let results = from(&[("CONTRACT_PUBLISH", value), ("CONTRACT_PROVIDER_VERSION", "1")]);
            assert_eq!(results.is_some(), publishes, "{value}");
        }
        let error = from(&[("CONTRACT_PUBLISH", "1")]).unwrap().check().unwrap_err();
        assert!(error.to_string().contains("CONTRACT_PROVIDER_VERSION"), "{error}");
    }
}

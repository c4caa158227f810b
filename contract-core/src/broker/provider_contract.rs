//! Publishes the description of a provider's API.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};

use super::hal::expand;
use super::retry::Repeatable;
use super::{Client, Notice};
use crate::Error;

/// The description of a provider version, to be compared with the contracts of consumers.
///
/// ```no_run
/// # async fn example() -> Result<(), contract_core::Error> {
/// use contract_core::broker::{Auth, Client, ProviderContract, SelfVerification};
///
/// let broker = Client::new("http://127.0.0.1:9292", Auth::None)?;
/// let contract = ProviderContract::new("orders-api", "1.4.0", std::fs::read("openapi.yaml").unwrap())
///     .branch("main")
///     .self_verification(SelfVerification { success: true, ..SelfVerification::default() });
/// broker.publish_provider_contract(&contract).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct ProviderContract {
    provider: String,
    version: String,
    content: Vec<u8>,
    content_type: String,
    specification: String,
    branch: Option<String>,
    tags: Vec<String>,
    build_url: Option<String>,
    self_verification: Option<SelfVerification>,
}

/// The provider's own verification of its description.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SelfVerification {
    /// Whether the provider behaves as described.
    pub success: bool,
    /// The report.
    pub content: Option<Vec<u8>>,
    /// The media type of the report.
    pub content_type: Option<String>,
    /// The format of the report, for people.
    pub format: Option<String>,
    /// The name of the verifier.
    pub verifier: Option<String>,
    /// Its version.
    pub verifier_version: Option<String>,
}

/// The broker's response to a published description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedProviderContract {
    /// The provider.
    pub provider: String,
    /// Its version.
    pub version: String,
    /// Notices for people.
    pub notices: Vec<Notice>,
    /// The URL of the description.
    pub url: Option<String>,
}

impl ProviderContract {
    /// Creates an OpenAPI description in YAML.
    pub fn new(provider: impl Into<String>, version: impl Into<String>, content: Vec<u8>) -> Self {
        Self {
            provider: provider.into(),
            version: version.into(),
            content,
            content_type: "application/yaml".to_owned(),
            specification: "oas".to_owned(),
            branch: None,
            tags: Vec::new(),
            build_url: None,
            self_verification: None,
        }
    }

    /// Sets the media type: `application/yaml` or `application/json`.
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = content_type.into();
        self
    }

    /// Sets a specification other than OpenAPI: `asyncapi`.
    pub fn specification(mut self, specification: impl Into<String>) -> Self {
        self.specification = specification.into();
        self
    }

    /// Sets the branch that it was built from.
    pub fn branch(mut self, branch: impl Into<String>) -> Self {
        self.branch = Some(branch.into());
        self
    }

    /// Adds a tag.
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tags.push(tag.into());
        self
    }

    /// Sets the URL of the build.
    pub fn build_url(mut self, url: impl Into<String>) -> Self {
        self.build_url = Some(url.into());
        self
    }

    /// Sets the result of the provider's own verification.
    pub fn self_verification(mut self, result: SelfVerification) -> Self {
        self.self_verification = Some(result);
        self
    }

    fn body(&self) -> Value {
        let mut contract = json!({
            "content": STANDARD.encode(&self.content),
            "contentType": self.content_type,
            "specification": self.specification,
        });
        if let Some(own) = &self.self_verification {
            contract["selfVerificationResults"] = own.body();
        }
        json!({
            "pacticipantVersionNumber": self.version,
            "tags": self.tags,
            "branch": self.branch,
            "buildUrl": self.build_url,
            "contract": contract,
        })
    }
}

impl SelfVerification {
    fn body(&self) -> Value {
        json!({
            "success": self.success,
            "content": self.content.as_ref().map(|content| STANDARD.encode(content)),
            "contentType": self.content_type,
            "format": self.format,
            "verifier": self.verifier,
            "verifierVersion": self.verifier_version,
        })
    }
}

impl Client {
    /// Publishes the description of a provider version.
    ///
    /// # Errors
    ///
    /// `Conflict` if a different one was published for the version, or the provider's rule refuses it;
    /// `Broker` if it cannot be parsed, or the broker does not support descriptions; `Unreachable`.
    pub async fn publish_provider_contract(
        &self,
        contract: &ProviderContract,
    ) -> Result<PublishedProviderContract, Error> {
        let template = self.index().await?.link("pf:publish-provider-contract")?;
        let url = expand(template, &[("provider", &contract.provider)]);
        let doing = format!("publishing the provider contract of {}", contract.provider);
        let answer = self
            .send(Method::POST, &doing, &url, &contract.body(), Repeatable::Yes)
            .await?;
        Ok(PublishedProviderContract {
            provider: contract.provider.clone(),
            version: contract.version.clone(),
            notices: Notice::all(&answer.body),
            url: answer.optional_link("pf:provider-contract").map(str::to_owned),
        })
    }
}

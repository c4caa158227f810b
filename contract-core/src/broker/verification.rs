//! Fetching contracts to verify, and publishing what was found.

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use reqwest::Method;
use serde_json::{Value, json};

use super::hal::{Document, expand};
use super::retry::Repeatable;
use super::{Client, Selector};
use crate::{Error, ErrorKind, http_client};

/// What is asked of the broker: which contracts, and who asks.
#[derive(Debug, Clone, Default)]
pub struct VerificationQuery {
    /// Which consumers' versions; without any, each consumer's main branch, or its newest version, and what is deployed or
    /// released.
    pub selectors: Vec<Selector>,
    /// The branch of the provider's version that is being verified.
    pub provider_branch: Option<String>,
    /// The tags of that version.
    pub provider_tags: Vec<String>,
    /// Whether content that this branch never fulfilled is *pending*, so that its failure fails nothing; unless said, yes where
    /// the broker can tell: where branch or tags are given.
    pub pending: Option<bool>,
    /// Also contracts that came since this day (`2026-01-31`) on branches that no selector names: work in progress.
    pub include_wip_since: Option<String>,
}

/// A contract that the broker chose.
#[derive(Debug, Clone)]
pub struct ForVerification {
    /// Its address.
    pub url: String,
    /// What the broker calls it: `Contract between web-app (1.2.0) and user-api`.
    pub name: Option<String>,
    /// Its content.
    pub content: String,
    /// Why it was chosen: `latest from main branch`.
    pub short_description: Option<String>,
    /// Whether a failure does not fail the run.
    pub pending: bool,
    /// Whether it is work in progress.
    pub wip: bool,
    /// What to tell people, and when.
    pub notices: Vec<ResultNotice>,
    client: Client,
    links: Document,
}

/// A sentence for people with the moment at which to say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultNotice {
    /// `before_verification`, or `after_verification:success_true_published_false` and the like.
    pub when: String,
    /// The sentence.
    pub text: String,
}

/// What a verification found for one contract.
#[derive(Debug, Clone)]
pub struct VerificationResult {
    /// Whether the provider fulfils the contract.
    pub success: bool,
    /// The provider's version: the commit's hash, best of all.
    pub provider_version: String,
    /// The branch that it was built from.
    pub branch: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// Where the build can be seen.
    pub build_url: Option<String>,
    /// One entry for each interaction: `{interactionId, interactionDescription, success, mismatches?, exceptions?}`.
    pub test_results: Vec<Value>,
}

/// Contracts that are fetched at the same time.
const FETCHES: usize = 8;
/// The relation of a contract to the address that takes its verification results.
const PUBLISH_RESULTS: &str = "pb:publish-verification-results";

impl Client {
    /// The contracts that a provider should verify.
    ///
    /// # Errors
    ///
    /// `Broker` if the broker refuses the selectors; `Unreachable`. A provider that the broker does not know
    /// has no contracts.
    pub async fn contracts_for_verification(
        &self,
        provider: &str,
        query: &VerificationQuery,
    ) -> Result<Vec<ForVerification>, Error> {
        let doing = format!("fetching the contracts with provider {provider:?}");
        let index = self.index().await?;
        let template = index
            .optional_link("pb:provider-pacts-for-verification")
            .or_else(|| index.optional_link("beta:provider-pacts-for-verification"));
        let template = match template {
            Some(template) => template,
            None => index.link("pb:provider-pacts-for-verification")?,
        };
        let url = expand(template, &[("provider", provider)]);
        let can_be_pending = query.provider_branch.is_some() || !query.provider_tags.is_empty();
        let mut body = json!({
            "consumerVersionSelectors": query.selectors,
            "includePendingStatus": query.pending.unwrap_or(can_be_pending),
        });
        if let Some(branch) = &query.provider_branch {
            body["providerVersionBranch"] = json!(branch);
        }
        if !query.provider_tags.is_empty() {
            body["providerVersionTags"] = json!(query.provider_tags);
        }
        if let Some(since) = &query.include_wip_since {
            body["includeWipPactsSince"] = json!(since);
        }
        // Although a POST, it only reads.
        let answer = match self
            .send(Method::POST, &doing, &url, &body, Repeatable::Yes)
            .await
        {
            Ok(answer) => answer,
            Err(error) => {
                // A provider that no consumer has a contract with yet is unknown to the broker.
                return match self.read_if_present(&doing, &url).await {
                    Ok(None) => Ok(Vec::new()),
                    _ => Err(error),
                };
            }
        };
        stream::iter(answer.embedded("pacts").map(Chosen::read))
            .map(|chosen| async {
                let chosen = chosen.ok_or_else(|| {
                    Error::new(
                        ErrorKind::Broker,
                        format!(
                            "{doing}: an entry of the broker's answer at {} has no self link",
                            answer.url
                        ),
                    )
                })?;
                self.fetch(&doing, chosen).await
            })
            .buffered(FETCHES)
            .try_collect()
            .await
    }

    /// One contract by its address: that of the contract in the broker, such as the `${pactbroker.pactUrl}` of a webhook,
    /// or of a file on any other server.
    ///
    /// Credentials are sent only if the address is on this client's server.
    ///
    /// # Errors
    ///
    /// `Broker` if there is not a contract at the address, or the credentials are refused; `Malformed` if it is not JSON;
    /// `Unreachable`.
    pub async fn contract_at(&self, url: &str) -> Result<ForVerification, Error> {
        http_client::address(url, "a contract")?;
        let doing = if self.withholds_credentials(url) {
            format!(
                "fetching the contract at {url} without credentials, which are for {}",
                self.url()
            )
        } else {
            format!("fetching the contract at {url}")
        };
        self.fetch(&doing, Chosen::at(url)).await
    }

    async fn fetch(&self, doing: &str, chosen: Chosen) -> Result<ForVerification, Error> {
        let content = self.read_text(doing, &chosen.url).await?;
        let body = serde_json::from_str(content.trim_start_matches('\u{feff}')).map_err(|error| {
            Error::new(
                ErrorKind::Malformed,
                format!("{doing}: the contract at {} is not JSON: {error}", chosen.url),
            )
        })?;
        Ok(ForVerification {
            links: Document {
                url: chosen.url.clone(),
                body,
            },
            url: chosen.url,
            name: chosen.name,
            content,
            short_description: chosen.short_description,
            pending: chosen.pending,
            wip: chosen.wip,
            notices: chosen.notices,
            client: self.clone(),
        })
    }
}

/// An entry of the broker's choice.
struct Chosen {
    url: String,
    name: Option<String>,
    short_description: Option<String>,
    pending: bool,
    wip: bool,
    notices: Vec<ResultNotice>,
}

impl Chosen {
    /// A contract that nobody chose but the caller.
    fn at(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            name: None,
            short_description: None,
            pending: false,
            wip: false,
            notices: Vec::new(),
        }
    }

    fn read(entry: &Value) -> Option<Self> {
        let properties = &entry["verificationProperties"];
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let notices = properties["notices"].as_array().into_iter().flatten();
        Some(Self {
            url: text(&entry["_links"]["self"]["href"])?,
            name: text(&entry["_links"]["self"]["name"]).filter(|name| !name.is_empty()),
            short_description: text(&entry["shortDescription"]).filter(|text| !text.is_empty()),
            pending: properties["pending"] == true,
            wip: properties["wip"] == true,
            notices: notices
                .filter_map(|notice| {
                    Some(ResultNotice {
                        when: text(&notice["when"])?,
                        text: text(&notice["text"])?,
                    })
                })
                .collect(),
        })
    }
}

impl ForVerification {
    /// Whether the contract's address takes verification results: the document links to where they are published.
    pub fn takes_results(&self) -> bool {
        self.links.optional_link(PUBLISH_RESULTS).is_some()
    }

    /// What to tell people before the verification.
    pub fn notices_before(&self) -> impl Iterator<Item = &str> {
        self.notices_at("before_verification")
    }

    /// What to tell people after it.
    pub fn notices_after(&self, success: bool, published: bool) -> Vec<&str> {
        self.notices_at(&format!(
            "after_verification:success_{success}_published_{published}"
        ))
        .collect()
    }

    fn notices_at(&self, when: &str) -> impl Iterator<Item = &str> {
        self.notices
            .iter()
            .filter(move |notice| notice.when == when)
            .map(|notice| notice.text.as_str())
    }

    /// Publishes what the verification of this contract found: first the provider version's branch and tags, then
    /// the result. The address of the result.
    ///
    /// # Errors
    ///
    /// `Broker` and `Unreachable`.
    pub async fn publish(&self, result: &VerificationResult) -> Result<String, Error> {
        let doing = format!(
            "publishing the verification result of provider version {:?} for {}",
            result.provider_version, self.url
        );
        if result.branch.is_some() || !result.tags.is_empty() {
            let provider = self.client.read(&doing, self.links.link("pb:provider")?).await?;
            let version = ("version", result.provider_version.as_str());
            if let Some(branch) = &result.branch {
                let url = expand(
                    provider.link("pb:branch-version")?,
                    &[version, ("branch", branch)],
                );
                self.client
                    .send(Method::PUT, &doing, &url, &json!({}), Repeatable::Yes)
                    .await?;
            }
            for tag in &result.tags {
                let url = expand(provider.link("pb:version-tag")?, &[version, ("tag", tag)]);
                self.client
                    .send(Method::PUT, &doing, &url, &json!({}), Repeatable::Yes)
                    .await?;
            }
        }
        let mut body = json!({
            "success": result.success,
            "providerApplicationVersion": result.provider_version,
            "testResults": result.test_results,
            "verifiedBy": {
                "implementation": "contract-core",
                "version": env!("CARGO_PKG_VERSION"),
                "clientLanguage": { "name": "Rust" },
            },
        });
        if let Some(build_url) = &result.build_url {
            body["buildUrl"] = json!(build_url);
        }
        let url = self.links.link(PUBLISH_RESULTS)?;
        let answer = self
            .client
            .send(Method::POST, &doing, url, &body, Repeatable::No)
            .await?;
        Ok(answer.optional_link("self").unwrap_or(url).to_owned())
    }
}

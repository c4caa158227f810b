//! Fetches contracts to verify, and publishes results.

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use reqwest::Method;
use serde_json::{Value, json};

use super::hal::{Document, expand};
use super::retry::Repeatable;
use super::{Client, Selector};
use crate::http_client::{Address, without_credentials};
use crate::{Error, ErrorKind};

/// The query for contracts to verify.
#[derive(Debug, Clone, Default)]
pub struct VerificationQuery {
    /// Selectors of consumer versions; by default each consumer's main branch, or its newest version, and what is
    /// deployed or released.
    pub selectors: Vec<Selector>,
    /// The branch of the provider version being verified.
    pub provider_branch: Option<String>,
    /// The tags of that version.
    pub provider_tags: Vec<String>,
    /// Whether content that this branch never fulfilled is *pending*, so that its failure does not fail the run; by
    /// default true if a branch or tags are given, which brokers need to decide.
    pub pending: Option<bool>,
    /// Also selects contracts published since this day (`2026-01-31`) on branches that no selector names: work in
    /// progress. It needs a branch or tags, since content is work in progress until these have fulfilled it.
    pub include_wip_since: Option<String>,
}

/// A contract selected by the broker.
#[derive(Debug, Clone)]
pub struct ForVerification {
    /// Its URL.
    pub url: String,
    /// The broker's name for it: `Contract between web-app (1.2.0) and user-api`.
    pub name: Option<String>,
    /// Its content.
    pub content: String,
    /// Why it was selected: `latest from main branch`.
    pub short_description: Option<String>,
    /// Whether a failure does not fail the run.
    pub pending: bool,
    /// Whether it is work in progress.
    pub wip: bool,
    /// The broker's notices.
    pub notices: Vec<ResultNotice>,
    client: Client,
    links: Document,
}

/// A notice with the time to show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultNotice {
    /// `before_verification`, or `after_verification:success_true_published_false` and the like.
    pub when: String,
    /// The text.
    pub text: String,
}

/// The verification result of one contract.
#[derive(Debug, Clone)]
pub struct VerificationResult {
    /// Whether the provider fulfils the contract.
    pub success: bool,
    /// The provider version, ideally the commit hash.
    pub provider_version: String,
    /// Its branch.
    pub branch: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// The URL of the build.
    pub build_url: Option<String>,
    /// One entry for each interaction: `{interactionId, interactionDescription, success, mismatches?, exceptions?}`.
    pub test_results: Vec<Value>,
}

/// Number of contracts fetched concurrently.
const FETCHES: usize = 8;
/// The link relation of a contract for publishing verification results.
const PUBLISH_RESULTS: &str = "pb:publish-verification-results";

impl Client {
    /// Returns the contracts that a provider should verify.
    ///
    /// # Errors
    ///
    /// `Usage` for work in progress without a branch or tags; `Broker` if the broker rejects the selectors; `Unreachable`. A
    /// provider unknown to the broker has no contracts.
    pub async fn contracts_for_verification(
        &self,
        provider: &str,
        query: &VerificationQuery,
    ) -> Result<Vec<ForVerification>, Error> {
        let doing = format!("fetching the contracts with provider {provider:?}");
        let can_be_pending = query.provider_branch.is_some() || !query.provider_tags.is_empty();
        if query.include_wip_since.is_some() && !can_be_pending {
            return Err(Error::new(
                ErrorKind::Usage,
                format!(
                    "{doing}: what is work in progress depends on the provider's branch, and none is given: give it \
                     (provider_branch, --provider-branch), or omit include_wip_since (--include-wip-since)"
                ),
            ));
        }
        let index = self.index().await?;
        let template = index
            .optional_link("pb:provider-pacts-for-verification")
            .or_else(|| index.optional_link("beta:provider-pacts-for-verification"));
        let template = match template {
            Some(template) => template,
            None => index.link("pb:provider-pacts-for-verification")?,
        };
        let url = expand(template, &[("provider", provider)]);
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
        // It is a POST, but only reads.
        let answer = match self
            .send(Method::POST, &doing, &url, &body, Repeatable::Yes)
            .await
        {
            Ok(answer) => answer,
            Err(error) => {
                // The broker does not know a provider before its first contract.
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
                            "{doing}: an entry of the broker's response at {} has no self link",
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

    /// Returns one contract by its URL: that of the contract in the broker, such as the `${pactbroker.pactUrl}` of a
    /// webhook, or of a file on any other server.
    ///
    /// Credentials are sent only if the URL is on this client's server.
    ///
    /// # Errors
    ///
    /// `Broker` if there is no contract at the URL, or the credentials are rejected; `Malformed` if it is not JSON;
    /// `Unreachable`.
    pub async fn contract_at(&self, url: &str) -> Result<ForVerification, Error> {
        let shown = Address::parse(url, "a contract")?.text;
        let doing = if self.withholds_credentials(url) {
            format!(
                "fetching the contract at {shown} without credentials, which are for {}",
                self.url()
            )
        } else {
            format!("fetching the contract at {shown}")
        };
        self.fetch(&doing, Chosen::at(url)).await
    }

    async fn fetch(&self, doing: &str, chosen: Chosen) -> Result<ForVerification, Error> {
        let content = self.read_text(doing, &chosen.url).await?;
        let shown = without_credentials(&chosen.url);
        let text = content.trim_start_matches('\u{feff}');
        let links = Document::only_links(&shown, text).map_err(|error| {
            Error::new(
                ErrorKind::Malformed,
                format!("{doing}: the contract at {shown} is not JSON: {error}"),
            )
        })?;
        Ok(ForVerification {
            links,
            url: shown.into_owned(),
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

/// A contract in the broker's response.
struct Chosen {
    url: String,
    name: Option<String>,
    short_description: Option<String>,
    pending: bool,
    wip: bool,
    notices: Vec<ResultNotice>,
}

impl Chosen {
    /// Returns a contract chosen by the caller.
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
    /// Returns whether verification results can be published for the contract: the document has a link for that.
    pub fn takes_results(&self) -> bool {
        self.links.optional_link(PUBLISH_RESULTS).is_some()
    }

    /// Returns the notices to show before the verification.
    pub fn notices_before(&self) -> impl Iterator<Item = &str> {
        self.notices_at("before_verification")
    }

    /// Returns the notices to show after the verification.
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

    /// Publishes the verification result of this contract: first the provider version's branch and tags, then the
    /// result. Returns the URL of the result.
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

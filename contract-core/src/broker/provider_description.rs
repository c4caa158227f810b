//! Reads the descriptions that providers published, and sets the compatibility rule for new ones.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::json;

use super::hal::{Document, encode, text};
use super::retry::Repeatable;
use super::versions::WhichVersions;
use super::{Client, DeploymentKind};
use crate::http_client::Address;
use crate::{Error, ErrorKind};

/// Maximum number of versions of a branch searched for one with a description.
const VERSIONS_OF_BRANCH: usize = 200;

/// A description that a provider published.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PublishedDescription {
    /// The provider.
    pub provider: String,
    /// The version that it was published for.
    pub version: String,
    /// The description, in YAML or JSON.
    pub content: String,
    /// Its media type.
    pub content_type: String,
}

/// The consequence of a new description that is not compatible with the previous one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompatibilityLevel {
    /// Nothing is checked.
    Off,
    /// The publisher gets a warning.
    Warn,
    /// It is refused, and nothing is stored.
    Refuse,
}

/// The criterion of compatibility.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompatibilityBasis {
    /// The description must not break a consumer that is deployed, released or the newest of a main branch.
    Usage,
    /// The description must not have a breaking change, even if no consumer uses what it changes.
    Rules,
}

impl CompatibilityLevel {
    fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Warn => "warn",
            Self::Refuse => "refuse",
        }
    }
}

impl CompatibilityBasis {
    fn as_str(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Rules => "rules",
        }
    }
}

impl Client {
    /// Returns the description of a provider. `of` is a branch (the newest of its versions with a
    /// description), an environment (the version that is deployed to or released in it) or a version; the
    /// first of these that exists.
    ///
    /// # Errors
    ///
    /// `Usage` if there is none, or the versions in the environment have different ones; `Broker` and
    /// `Unreachable`.
    pub async fn provider_description(
        &self,
        provider: &str,
        of: &str,
    ) -> Result<PublishedDescription, Error> {
        let described = self.described_versions(provider).await?;
        let version = if self.branch(provider, of).await?.is_some() {
            self.described_on_branch(provider, of, &described).await?
        } else if self.environments().await?.iter().any(|known| known.name == of) {
            self.described_in_environment(provider, of, &described).await?
        } else {
            of.to_owned()
        };
        let doing = format!("fetching the description of {provider:?} version {version:?}");
        let url = self.below(&format!(
            "contracts/bi-directional/provider/{}/version/{}/provider-contract",
            encode(provider),
            encode(&version)
        ));
        let Some(found) = self.read_if_present(&doing, &url).await? else {
            return Err(Error::new(
                ErrorKind::Usage,
                format!(
                    "{provider:?} has no branch, environment or version {of:?} with a description; versions with one: {}",
                    listed(&described)
                ),
            ));
        };
        description(&doing, provider, version, &found)
    }

    /// Sets the compatibility rule for new descriptions of a provider.
    ///
    /// # Errors
    ///
    /// `Broker` if there is no such provider, or the broker does not support descriptions; `Unreachable`.
    pub async fn set_compatibility(
        &self,
        provider: &str,
        level: CompatibilityLevel,
        basis: CompatibilityBasis,
    ) -> Result<(), Error> {
        let url = self.below(&format!(
            "provider-contracts/provider/{}/compatibility",
            encode(provider)
        ));
        let doing = format!("setting what new descriptions of {provider:?} are held against");
        let rule = json!({ "level": level.as_str(), "basis": basis.as_str() });
        self.send(Method::PUT, &doing, &url, &rule, Repeatable::Yes)
            .await
            .map(drop)
    }

    /// Fetches text from any server. The credentials are only sent to the broker.
    ///
    /// # Errors
    ///
    /// `Usage` if the URL is not `http` or `https`; `Broker` and `Unreachable`.
    pub async fn text_at(&self, url: &str) -> Result<String, Error> {
        let shown = Address::parse(url, "a description")?.text;
        self.read_text(&format!("fetching {shown}"), url).await
    }

    /// Returns the versions of a provider that have a description, newest first; at least one.
    async fn described_versions(&self, provider: &str) -> Result<Vec<String>, Error> {
        let url = self.below(&format!("provider-contracts/provider/{}", encode(provider)));
        let doing = format!("listing the descriptions of {provider:?}");
        let found = self.read_if_present(&doing, &url).await?;
        let versions: Vec<String> = found
            .iter()
            .flat_map(|document| document.embedded("providerContracts"))
            .filter_map(|contract| text(contract, "providerVersionNumber"))
            .collect();
        if versions.is_empty() {
            return Err(Error::new(
                ErrorKind::Usage,
                format!(
                    "the broker has no description of {provider:?}: publish one with contract publish-provider-contract"
                ),
            ));
        }
        Ok(versions)
    }

    async fn described_on_branch(
        &self,
        provider: &str,
        branch: &str,
        described: &[String],
    ) -> Result<String, Error> {
        let on_branch = WhichVersions::OnBranch(branch.to_owned());
        let versions = self.versions(provider, &on_branch, VERSIONS_OF_BRANCH).await?;
        let newest = versions
            .items
            .into_iter()
            .find(|version| described.contains(&version.number));
        newest.map(|version| version.number).ok_or_else(|| {
            Error::new(
                ErrorKind::Usage,
                format!(
                    "no version of {provider:?} on the branch {branch:?} has a description; versions with one: {}",
                    listed(described)
                ),
            )
        })
    }

    async fn described_in_environment(
        &self,
        provider: &str,
        environment: &str,
        described: &[String],
    ) -> Result<String, Error> {
        let mut there = self.deployments(environment, Some(provider)).await?;
        there.retain(|deployment| described.contains(&deployment.version));
        // Released versions stay in addition to the deployed one, which handles requests by default.
        if there
            .iter()
            .any(|deployment| deployment.kind == DeploymentKind::Deployed)
        {
            there.retain(|deployment| deployment.kind == DeploymentKind::Deployed);
        }
        let mut versions: Vec<String> = there.into_iter().map(|deployment| deployment.version).collect();
        versions.dedup();
        match versions.as_slice() {
            [version] => Ok(version.clone()),
            [] => Err(Error::new(
                ErrorKind::Usage,
                format!(
                    "no version of {provider:?} in the environment {environment:?} has a description; versions with one: {}",
                    listed(described)
                ),
            )),
            several => Err(Error::new(
                ErrorKind::Usage,
                format!(
                    "several versions of {provider:?} are in the environment {environment:?}: name one of {}",
                    listed(several)
                ),
            )),
        }
    }
}

/// Parses the description in the broker's response.
fn description(
    doing: &str,
    provider: &str,
    version: String,
    found: &Document,
) -> Result<PublishedDescription, Error> {
    let malformed = |problem: &str| Error::new(ErrorKind::Malformed, format!("{doing}: {problem}"));
    let content =
        text(&found.body, "content").ok_or_else(|| malformed("the broker's answer has no `content`"))?;
    let content = STANDARD
        .decode(content)
        .map_err(|error| malformed(&format!("the broker's `content` is not base64: {error}")))?;
    let content = String::from_utf8(content).map_err(|_| malformed("the description is not UTF-8"))?;
    Ok(PublishedDescription {
        provider: provider.to_owned(),
        version,
        content,
        content_type: text(&found.body, "contentType").unwrap_or_default(),
    })
}

/// Returns the first of these versions, for a message.
fn listed(versions: &[String]) -> String {
    const SHOWN: usize = 5;
    let mut listed = versions
        .iter()
        .take(SHOWN)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    if versions.len() > SHOWN {
        listed.push_str(", …");
    }
    listed
}

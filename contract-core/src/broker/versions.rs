//! Versions of applications.

use reqwest::Method;
use serde::Serialize;
use serde_json::{Value, json};

use super::hal::{Document, embedded_names, encode, expand, text};
use super::retry::Repeatable;
use super::{Client, List};
use crate::{Error, ErrorKind};

/// A version of an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Version {
    /// Its number, ideally the commit hash.
    pub number: String,
    /// The branches that it is on.
    pub branches: Vec<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// The environments that it is deployed to or released in.
    pub environments: Vec<String>,
    /// The URL of its build.
    pub build_url: Option<String>,
    /// When it was created in the broker.
    pub created_at: Option<String>,
}

/// Selects a version of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhichVersion {
    /// The version with this number.
    Number(String),
    /// The newest version.
    Latest,
    /// The newest version with this tag.
    LatestWithTag(String),
    /// The head of this branch.
    BranchHead(String),
}

/// Selects versions of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhichVersions {
    /// All versions.
    All,
    /// Versions on this branch.
    OnBranch(String),
    /// Versions with this tag.
    WithTag(String),
    /// Versions that are or were in this environment.
    InEnvironment(String),
}

impl Client {
    /// Returns the versions of an application, newest first, at most `limit`.
    ///
    /// # Errors
    ///
    /// `Usage` if the broker does not know the application or environment; `Broker` and `Unreachable`.
    pub async fn versions(
        &self,
        pacticipant: &str,
        which: &WhichVersions,
        limit: usize,
    ) -> Result<List<Version>, Error> {
        self.known(pacticipant).await?;
        let of = self.pacticipant_url(pacticipant).await?;
        let url = match which {
            WhichVersions::All => format!("{of}/versions"),
            WhichVersions::OnBranch(branch) => format!("{of}/branches/{}/versions", encode(branch)),
            WhichVersions::WithTag(tag) => format!("{of}/tags/{}/versions", encode(tag)),
            WhichVersions::InEnvironment(name) => {
                let environment = self.environment(name).await?;
                format!("{of}/environments/{}/versions", encode(&environment.uuid))
            }
        };
        let doing = format!("listing the versions of {pacticipant:?}");
        self.read_list(&doing, &url, limit, |page| {
            page.embedded("versions").filter_map(version).collect()
        })
        .await
    }

    /// Returns a version; `None` if the application has no such version.
    ///
    /// # Errors
    ///
    /// `Broker` and `Unreachable`.
    pub async fn version(&self, pacticipant: &str, which: &WhichVersion) -> Result<Option<Version>, Error> {
        let of = self.pacticipant_url(pacticipant).await?;
        let url = match which {
            WhichVersion::Number(number) => self.version_url(pacticipant, number).await?,
            WhichVersion::Latest => format!("{of}/latest-version"),
            WhichVersion::LatestWithTag(tag) => format!("{of}/latest-version/{}", encode(tag)),
            WhichVersion::BranchHead(branch) => format!("{of}/branches/{}/latest-version", encode(branch)),
        };
        let doing = format!("looking for a version of {pacticipant:?}");
        let found = self.read_if_present(&doing, &url).await?;
        Ok(found.and_then(|document| version(&document.body)))
    }

    /// Creates a version, or sets the URL of its build; adds branches and tags. No effect if the version has all of
    /// that.
    ///
    /// # Errors
    ///
    /// `Broker` and `Unreachable`.
    pub async fn set_version(
        &self,
        pacticipant: &str,
        number: &str,
        build_url: Option<&str>,
        branches: &[String],
        tags: &[String],
    ) -> Result<(), Error> {
        let doing = format!("setting up version {number:?} of {pacticipant:?}");
        let url = self.version_url(pacticipant, number).await?;
        let body = build_url.map_or_else(|| json!({}), |url| json!({ "buildUrl": url }));
        self.send(Method::PATCH, &doing, &url, &body, Repeatable::Yes)
            .await?;
        for branch in branches {
            self.add_to_branch(pacticipant, branch, number).await?;
        }
        for tag in tags {
            self.add_tag(pacticipant, number, tag).await?;
        }
        Ok(())
    }

    /// Deletes a version with its contracts, results and tags.
    ///
    /// # Errors
    ///
    /// `Usage` if there is no such version; `Broker` and `Unreachable`.
    pub async fn delete_version(&self, pacticipant: &str, number: &str) -> Result<(), Error> {
        let doing = format!("deleting version {number:?} of {pacticipant:?}");
        let url = self.version_url(pacticipant, number).await?;
        if self.delete(&doing, &url).await? {
            return Ok(());
        }
        let what = format!("no version {number:?} of {pacticipant:?}");
        Err(self.not_found(pacticipant, &what).await)
    }

    /// Returns the URL of a version.
    pub(super) async fn version_url(&self, pacticipant: &str, number: &str) -> Result<String, Error> {
        let template = self.index().await?.link("pb:pacticipant-version")?;
        Ok(expand(
            template,
            &[("pacticipant", pacticipant), ("version", number)],
        ))
    }

    /// Returns an error if the broker does not know the application.
    pub(super) async fn known(&self, pacticipant: &str) -> Result<(), Error> {
        match self.unknown_application(pacticipant).await? {
            Some(unknown) => Err(Error::new(ErrorKind::Usage, unknown)),
            None => Ok(()),
        }
    }
}

fn version(value: &Value) -> Option<Version> {
    let document = Document {
        url: String::new(),
        body: value.clone(),
        retry_after: None,
    };
    let mut environments: Vec<String> = ["pb:deployed-environments", "pb:released-environments"]
        .iter()
        .flat_map(|relation| document.links(relation))
        .filter(|link| {
            ["currently_deployed", "currently_supported"]
                .iter()
                .any(|flag| link[*flag] == true)
        })
        .filter_map(|link| text(link, "name"))
        .collect();
    environments.dedup();
    Some(Version {
        number: text(value, "number")?,
        branches: embedded_names(value, "branchVersions"),
        tags: embedded_names(value, "tags"),
        environments,
        build_url: text(value, "buildUrl"),
        created_at: text(value, "createdAt"),
    })
}

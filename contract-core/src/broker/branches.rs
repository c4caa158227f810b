//! Branches of applications, and tags of their versions.

use reqwest::Method;
use serde::Serialize;
use serde_json::{Value, json};

use super::hal::{encode, text};
use super::retry::Repeatable;
use super::{Client, List};
use crate::Error;

/// A branch of an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Branch {
    /// Its name.
    pub name: String,
    /// When its first version was created.
    pub created_at: Option<String>,
    /// When its newest version was created.
    pub updated_at: Option<String>,
}

impl Client {
    /// Returns the branches of an application with the newest versions first, at most `limit`.
    ///
    /// # Errors
    ///
    /// `Usage` if the broker does not know the application; `Broker` and `Unreachable`.
    pub async fn branches(&self, pacticipant: &str, limit: usize) -> Result<List<Branch>, Error> {
        self.known(pacticipant).await?;
        let url = format!("{}/branches", self.pacticipant_url(pacticipant).await?);
        let doing = format!("listing the branches of {pacticipant:?}");
        self.read_list(&doing, &url, limit, |page| {
            page.embedded("branches").filter_map(branch).collect()
        })
        .await
    }

    /// Returns a branch; `None` if the application has none with this name.
    ///
    /// # Errors
    ///
    /// `Broker` and `Unreachable`.
    pub async fn branch(&self, pacticipant: &str, name: &str) -> Result<Option<Branch>, Error> {
        let doing = format!("looking for the branch {name:?} of {pacticipant:?}");
        let url = self.branch_url(pacticipant, name).await?;
        let found = self.read_if_present(&doing, &url).await?;
        Ok(found.and_then(|document| branch(&document.body)))
    }

    /// Adds a version to a branch; both are created if missing.
    ///
    /// # Errors
    ///
    /// `Broker` and `Unreachable`.
    pub async fn add_to_branch(&self, pacticipant: &str, branch: &str, number: &str) -> Result<(), Error> {
        let doing = format!("adding version {number:?} of {pacticipant:?} to the branch {branch:?}");
        let of = self.branch_url(pacticipant, branch).await?;
        let url = format!("{of}/versions/{}", encode(number));
        self.send(Method::PUT, &doing, &url, &json!({}), Repeatable::Yes)
            .await?;
        Ok(())
    }

    /// Deletes a branch. Its versions are kept, with their contracts and results.
    ///
    /// # Errors
    ///
    /// `Usage` if the application has no such branch; `Broker` and `Unreachable`.
    pub async fn delete_branch(&self, pacticipant: &str, name: &str) -> Result<(), Error> {
        let doing = format!("deleting the branch {name:?} of {pacticipant:?}");
        let url = self.branch_url(pacticipant, name).await?;
        if self.delete(&doing, &url).await? {
            return Ok(());
        }
        let what = format!("no branch {name:?} of {pacticipant:?}");
        Err(self.not_found(pacticipant, &what).await)
    }

    /// Deletes all branches of an application except the main branch and those in `keep`. Brokers may delete them after
    /// responding.
    ///
    /// # Errors
    ///
    /// `Usage` if the broker does not know the application; `Broker` and `Unreachable`.
    pub async fn delete_branches(&self, pacticipant: &str, keep: &[String]) -> Result<(), Error> {
        let doing = format!("deleting the branches of {pacticipant:?}");
        let kept: Vec<String> = keep
            .iter()
            .map(|name| format!("{}={}", encode("exclude[]"), encode(name)))
            .collect();
        let of = self.pacticipant_url(pacticipant).await?;
        let url = format!("{of}/branches?{}", kept.join("&"));
        if self.delete(&doing, &url).await? {
            return Ok(());
        }
        let what = format!("no branches of {pacticipant:?}");
        Err(self.not_found(pacticipant, &what).await)
    }

    /// Adds a tag to a version; the version is created if missing.
    ///
    /// # Errors
    ///
    /// `Broker` and `Unreachable`.
    pub async fn add_tag(&self, pacticipant: &str, number: &str, tag: &str) -> Result<(), Error> {
        let doing = format!("adding the tag {tag:?} to version {number:?} of {pacticipant:?}");
        let url = self.tag_url(pacticipant, number, tag).await?;
        self.send(Method::PUT, &doing, &url, &json!({}), Repeatable::Yes)
            .await?;
        Ok(())
    }

    /// Removes a tag from a version.
    ///
    /// # Errors
    ///
    /// `Usage` if the version has no such tag; `Broker` and `Unreachable`.
    pub async fn remove_tag(&self, pacticipant: &str, number: &str, tag: &str) -> Result<(), Error> {
        let doing = format!("removing the tag {tag:?} from version {number:?} of {pacticipant:?}");
        let url = self.tag_url(pacticipant, number, tag).await?;
        if self.delete(&doing, &url).await? {
            return Ok(());
        }
        let what = format!("no tag {tag:?} of version {number:?} of {pacticipant:?}");
        Err(self.not_found(pacticipant, &what).await)
    }

    async fn branch_url(&self, pacticipant: &str, name: &str) -> Result<String, Error> {
        let of = self.pacticipant_url(pacticipant).await?;
        Ok(format!("{of}/branches/{}", encode(name)))
    }

    async fn tag_url(&self, pacticipant: &str, number: &str, tag: &str) -> Result<String, Error> {
        let of = self.version_url(pacticipant, number).await?;
        Ok(format!("{of}/tags/{}", encode(tag)))
    }
}

fn branch(value: &Value) -> Option<Branch> {
    Some(Branch {
        name: text(value, "name")?,
        created_at: text(value, "createdAt"),
        updated_at: text(value, "updatedAt"),
    })
}

//! Applications: consumers and providers.

use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::hal::{embedded_names, encode, expand, text};
use super::retry::Repeatable;
use super::{Client, List};
use crate::nearest::hint_within;
use crate::{Error, ErrorKind};

/// An application in the broker.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pacticipant {
    /// Its name.
    pub name: String,
    /// Its display name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Its main branch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub main_branch: Option<String>,
    /// The URL of its repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository_url: Option<String>,
}

/// An application with its details.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PacticipantDetails {
    /// Its settings.
    #[serde(flatten)]
    pub settings: Pacticipant,
    /// Its labels.
    pub labels: Vec<String>,
    /// Its newest version.
    pub latest_version: Option<String>,
    /// When it was created in the broker.
    pub created_at: Option<String>,
}

impl Client {
    /// Returns all applications.
    ///
    /// # Errors
    ///
    /// `Broker` and `Unreachable`.
    pub async fn pacticipants(&self) -> Result<Vec<Pacticipant>, Error> {
        Ok(self.list_pacticipants(usize::MAX).await?.items)
    }

    /// Returns at most `limit` applications.
    ///
    /// # Errors
    ///
    /// `Broker` and `Unreachable`.
    pub async fn list_pacticipants(&self, limit: usize) -> Result<List<Pacticipant>, Error> {
        let url = self.index().await?.link("pb:pacticipants")?;
        self.read_list("listing the applications", url, limit, |page| {
            page.embedded("pacticipants").filter_map(pacticipant).collect()
        })
        .await
    }

    /// Returns an application; `None` if the broker does not know it.
    ///
    /// # Errors
    ///
    /// `Broker` and `Unreachable`.
    pub async fn pacticipant(&self, name: &str) -> Result<Option<PacticipantDetails>, Error> {
        let doing = format!("looking for the application {name:?}");
        let url = self.pacticipant_url(name).await?;
        let found = self.read_if_present(&doing, &url).await?;
        Ok(found.and_then(|document| details(&document.body)))
    }

    /// Returns a message if the broker does not know an application with this name, suggesting the nearest known one;
    /// `None` if it exists, or the broker does not list its applications.
    ///
    /// # Errors
    ///
    /// `Broker` and `Unreachable`.
    pub async fn unknown_application(&self, name: &str) -> Result<Option<String>, Error> {
        if self.index().await?.optional_link("pb:pacticipant").is_none()
            || self.pacticipant(name).await?.is_some()
        {
            return Ok(None);
        }
        let known = self.pacticipants().await?;
        let hint = hint_within(name, known.iter().map(|application| application.name.as_str()));
        Ok(Some(format!(
            "the broker at {} knows no application {name:?}{hint}",
            self.url()
        )))
    }

    /// Creates an application, or updates the given settings of an existing one.
    ///
    /// # Errors
    ///
    /// `Broker` and `Unreachable`.
    pub async fn set_pacticipant(&self, application: &Pacticipant) -> Result<(), Error> {
        let doing = format!("setting up the application {:?}", application.name);
        let url = self.pacticipant_url(&application.name).await?;
        self.send(Method::PATCH, &doing, &url, &json!(application), Repeatable::Yes)
            .await?;
        Ok(())
    }

    /// Deletes an application with all its versions, contracts, results and webhooks.
    ///
    /// # Errors
    ///
    /// `Usage` if the broker does not know it; `Broker` and `Unreachable`.
    pub async fn delete_pacticipant(&self, name: &str) -> Result<(), Error> {
        let doing = format!("deleting the application {name:?}");
        let url = self.pacticipant_url(name).await?;
        if self.delete(&doing, &url).await? {
            return Ok(());
        }
        Err(self.not_found(name, &format!("no application {name:?}")).await)
    }

    /// Adds a label to an application; no effect if it has the label.
    ///
    /// # Errors
    ///
    /// `Broker` and `Unreachable`.
    pub async fn add_label(&self, pacticipant: &str, label: &str) -> Result<(), Error> {
        let doing = format!("adding the label {label:?} to {pacticipant:?}");
        let url = self.label_url(pacticipant, label).await?;
        self.send(Method::PUT, &doing, &url, &json!({}), Repeatable::Yes)
            .await?;
        Ok(())
    }

    /// Removes a label from an application; no effect if it does not have the label.
    ///
    /// # Errors
    ///
    /// `Broker` and `Unreachable`.
    pub async fn remove_label(&self, pacticipant: &str, label: &str) -> Result<(), Error> {
        let doing = format!("removing the label {label:?} from {pacticipant:?}");
        let url = self.label_url(pacticipant, label).await?;
        self.delete(&doing, &url).await?;
        Ok(())
    }

    /// Returns the URL of an application.
    pub(super) async fn pacticipant_url(&self, name: &str) -> Result<String, Error> {
        let template = self.index().await?.link("pb:pacticipant")?;
        Ok(expand(template, &[("pacticipant", name)]))
    }

    async fn label_url(&self, pacticipant: &str, label: &str) -> Result<String, Error> {
        let of = self.pacticipant_url(pacticipant).await?;
        Ok(format!("{of}/labels/{}", encode(label)))
    }

    /// Returns the error for something missing in an application: the application itself if the broker does not know
    /// it.
    pub(super) async fn not_found(&self, pacticipant: &str, what: &str) -> Error {
        match self.unknown_application(pacticipant).await {
            Ok(Some(unknown)) => Error::new(ErrorKind::Usage, unknown),
            Ok(None) => Error::new(
                ErrorKind::Usage,
                format!("the broker at {} has {what}", self.url()),
            ),
            Err(error) => error,
        }
    }
}

fn pacticipant(value: &Value) -> Option<Pacticipant> {
    Some(Pacticipant {
        name: text(value, "name")?,
        display_name: text(value, "displayName"),
        main_branch: text(value, "mainBranch"),
        repository_url: text(value, "repositoryUrl"),
    })
}

fn details(value: &Value) -> Option<PacticipantDetails> {
    Some(PacticipantDetails {
        settings: pacticipant(value)?,
        labels: embedded_names(value, "labels"),
        latest_version: text(&value["_embedded"]["latestVersion"], "number"),
        created_at: text(value, "createdAt"),
    })
}

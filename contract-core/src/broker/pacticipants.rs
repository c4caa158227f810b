//! Applications: consumers and providers.

use reqwest::Method;
use serde::Serialize;
use serde_json::{Value, json};

use super::Client;
use super::hal::expand;
use super::retry::Repeatable;
use crate::Error;
use crate::nearest::nearest;

/// An application that the broker knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Pacticipant {
    /// Its name.
    pub name: String,
    /// The branch that it is released from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub main_branch: Option<String>,
    /// Where its code is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository_url: Option<String>,
}

impl Client {
    /// All applications.
    ///
    /// # Errors
    ///
    /// `Broker` and `Unreachable`.
    pub async fn pacticipants(&self) -> Result<Vec<Pacticipant>, Error> {
        let url = self.index().await?.link("pb:pacticipants")?;
        let answer = self.read("listing the applications", url).await?;
        Ok(answer.embedded("pacticipants").filter_map(pacticipant).collect())
    }

    /// What is wrong with the name of an application that the broker does not know, with the known name that is nearest;
    /// nothing if there is such an application, or the broker does not say which there are.
    ///
    /// # Errors
    ///
    /// `Broker` and `Unreachable`.
    pub async fn unknown_application(&self, name: &str) -> Result<Option<String>, Error> {
        let doing = format!("looking for the application {name:?}");
        let index = self.index().await?;
        let Some(template) = index.optional_link("pb:pacticipant") else {
            return Ok(None);
        };
        let url = expand(template, &[("pacticipant", name)]);
        if self.read_if_present(&doing, &url).await?.is_some() {
            return Ok(None);
        }
        let known = self.pacticipants().await?;
        let hint = nearest(name, known.iter().map(|application| application.name.as_str()))
            .map_or_else(String::new, |known| format!(" (did you mean {known:?}?)"));
        Ok(Some(format!(
            "the broker at {} knows no application {name:?}{hint}",
            self.url()
        )))
    }

    /// Creates an application, or sets what is given of one that exists.
    ///
    /// # Errors
    ///
    /// `Broker` and `Unreachable`.
    pub async fn set_pacticipant(&self, application: &Pacticipant) -> Result<(), Error> {
        let doing = format!("setting up the application {:?}", application.name);
        let url = expand(
            self.index().await?.link("pb:pacticipant")?,
            &[("pacticipant", &application.name)],
        );
        let body = json!(application);
        self.send(Method::PATCH, &doing, &url, &body, Repeatable::Yes)
            .await?;
        Ok(())
    }
}

fn pacticipant(value: &Value) -> Option<Pacticipant> {
    let text = |name: &str| value.get(name)?.as_str().map(str::to_owned);
    Some(Pacticipant {
        name: text("name")?,
        main_branch: text("mainBranch"),
        repository_url: text("repositoryUrl"),
    })
}

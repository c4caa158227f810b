//! Applications: consumers and providers.

use reqwest::Method;
use serde::Serialize;
use serde_json::{Value, json};

use super::Client;
use super::hal::expand;
use super::retry::Repeatable;
use crate::Error;

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

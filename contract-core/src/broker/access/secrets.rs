//! Secrets: values that webhooks use, and that nobody reads back.

use std::fmt;

use reqwest::Method;
use serde::Serialize;
use serde_json::{Value, json};

use super::key::{self, Keyed};
use crate::broker::hal::{Document, encode, text};
use crate::broker::retry::Repeatable;
use crate::broker::{Client, List, Saved};
use crate::{Error, ErrorKind};

/// A secret, without its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Secret {
    /// Its UUID.
    pub uuid: String,
    /// Its name: webhooks of the same team use its value as `${user.NAME}`.
    pub name: String,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The UUID of its team.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team_uuid: Option<String>,
}

/// A secret to create.
#[derive(Clone, Default)]
pub struct NewSecret {
    /// Its name: letters and digits.
    pub name: String,
    /// Its value. Never log it.
    pub value: String,
    /// What it is for.
    pub description: Option<String>,
    /// Its team, by name or UUID.
    pub team: Option<String>,
}

/// Changes to a secret; `None` leaves a setting unchanged.
#[derive(Clone, Default)]
pub struct SecretChange {
    /// Its value. Never log it.
    pub value: Option<String>,
    /// What it is for.
    pub description: Option<String>,
}

impl Keyed for Secret {
    const NOUN: &'static str = "secret";
    const LISTED_BY: &'static str = "contract secrets list";

    fn uuid(&self) -> &str {
        &self.uuid
    }

    fn name(&self) -> &str {
        &self.name
    }
}

impl Client {
    /// Returns the secrets that the credentials may see, without their values.
    ///
    /// # Errors
    ///
    /// `Broker` and `Unreachable`.
    pub async fn secrets(&self) -> Result<List<Secret>, Error> {
        let answer = self.read("listing the secrets", &self.below("secrets")).await?;
        let found = answer.embedded("secrets").map(|value| secret(value, &answer));
        Ok(List::complete(found.collect::<Result<_, _>>()?))
    }

    /// Returns a secret, by name or UUID.
    ///
    /// # Errors
    ///
    /// `Usage` if there is none, or those of several teams have this name; `Broker` and `Unreachable`.
    pub async fn secret(&self, key: &str) -> Result<Secret, Error> {
        key::find(self.secrets().await?.items, key)
    }

    /// Creates a secret, or gives the one of this name and team this value.
    ///
    /// # Errors
    ///
    /// `Usage` if there is no such team; `Broker` if the broker refuses it; `Unreachable`.
    pub async fn set_secret(&self, new: &NewSecret) -> Result<Saved<Secret>, Error> {
        let doing = format!("setting the secret {:?}", new.name);
        let team = match &new.team {
            Some(key) => Some(self.team_uuid(key).await.map_err(|error| error.context(&doing))?),
            None => None,
        };
        let existing = self.secrets().await?.items;
        let is_it = |secret: &Secret| secret.name == new.name && secret.team_uuid == team;
        if let Some(before) = existing.into_iter().find(is_it) {
            let change = SecretChange {
                value: Some(new.value.clone()),
                description: new.description.clone(),
            };
            let after = self.change(&doing, &before, &change).await?;
            return Ok(Saved::Updated { before, after });
        }
        let mut body = json!({ "name": new.name, "value": new.value, "description": new.description });
        if let Some(team) = team {
            body["teamUuid"] = json!(team);
        }
        let url = self.below("secrets");
        let answer = self.create(&doing, &url, &body).await?;
        secret(&answer.body, &answer).map(Saved::Created)
    }

    /// Changes a secret, by name or UUID.
    ///
    /// # Errors
    ///
    /// `Usage` if there is none; `Broker` and `Unreachable`.
    pub async fn update_secret(&self, key: &str, change: &SecretChange) -> Result<Secret, Error> {
        let doing = format!("changing the secret {key:?}");
        let found = self.secret(key).await.map_err(|error| error.context(&doing))?;
        self.change(&doing, &found, change).await
    }

    async fn change(&self, doing: &str, before: &Secret, change: &SecretChange) -> Result<Secret, Error> {
        let description = change.description.as_ref().or(before.description.as_ref());
        let mut body = json!({
            "name": before.name,
            "description": description,
            "teamUuid": before.team_uuid,
        });
        if let Some(value) = &change.value {
            body["value"] = json!(value);
        }
        let answer = self
            .send(
                Method::PUT,
                doing,
                &self.secret_url(&before.uuid),
                &body,
                Repeatable::Yes,
            )
            .await?;
        secret(&answer.body, &answer)
    }

    /// Deletes a secret, by name or UUID.
    ///
    /// # Errors
    ///
    /// `Usage` if there is none; `Broker` and `Unreachable`.
    pub async fn delete_secret(&self, key: &str) -> Result<(), Error> {
        let doing = format!("deleting the secret {key:?}");
        let found = self.secret(key).await.map_err(|error| error.context(&doing))?;
        if self.delete(&doing, &self.secret_url(&found.uuid)).await? {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Usage, "it was deleted meanwhile").context(doing))
    }

    fn secret_url(&self, uuid: &str) -> String {
        self.below(&format!("secrets/{}", encode(uuid)))
    }
}

fn secret(value: &Value, answer: &Document) -> Result<Secret, Error> {
    let read = || {
        Some(Secret {
            uuid: text(value, "uuid")?,
            name: text(value, "name")?,
            description: text(value, "description"),
            team_uuid: text(value, "teamUuid"),
        })
    };
    read().ok_or_else(|| key::incomplete(answer, Secret::NOUN))
}

/// Omits the value.
impl fmt::Debug for NewSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewSecret")
            .field("name", &self.name)
            .field("team", &self.team)
            .finish_non_exhaustive()
    }
}

/// Omits the value.
impl fmt::Debug for SecretChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretChange")
            .field("description", &self.description)
            .finish_non_exhaustive()
    }
}

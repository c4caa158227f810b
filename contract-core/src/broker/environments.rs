//! Environments: where versions are deployed to and released in.

use reqwest::Method;
use serde::Serialize;
use serde_json::{Value, json};

use super::hal::{Document, expand, text};
use super::retry::Repeatable;
use super::{Client, Ensured};
use crate::nearest::did_you_mean;
use crate::{Error, ErrorKind};

/// An environment in the broker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Environment {
    /// Its UUID.
    pub uuid: String,
    /// Its name without spaces: `production`.
    pub name: String,
    /// Its display name.
    pub display_name: String,
    /// Whether it is a production environment.
    pub production: bool,
    /// Contacts for the environment.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<EnvironmentContact>,
}

/// A contact for an environment: a person or team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EnvironmentContact {
    /// Contact name.
    pub name: String,
    /// Contact email address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// An environment to create.
#[derive(Debug, Clone)]
pub struct NewEnvironment {
    name: String,
    display_name: Option<String>,
    production: bool,
    contact: Option<(String, Option<String>)>,
}

impl NewEnvironment {
    /// Creates an environment with this name, without spaces.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            display_name: None,
            production: false,
            contact: None,
        }
    }

    /// Sets its display name.
    pub fn display_name(mut self, name: impl Into<String>) -> Self {
        self.display_name = Some(name.into());
        self
    }

    /// Marks it as a production environment.
    pub fn production(mut self, production: bool) -> Self {
        self.production = production;
        self
    }

    /// Adds a contact.
    pub fn contact(mut self, name: impl Into<String>, email: Option<String>) -> Self {
        self.contact = Some((name.into(), email));
        self
    }
}

/// Changes to an environment; `None` leaves a setting unchanged.
#[derive(Debug, Clone, Default)]
pub struct EnvironmentChange {
    /// Its name, without spaces.
    pub name: Option<String>,
    /// Its display name.
    pub display_name: Option<String>,
    /// Whether it is a production environment.
    pub production: Option<bool>,
    /// The contact, replacing all existing ones.
    pub contact: Option<EnvironmentContact>,
}

impl EnvironmentChange {
    fn apply(&self, body: &mut Value) {
        if let Some(name) = &self.name {
            body["name"] = json!(name);
        }
        if let Some(name) = &self.display_name {
            body["displayName"] = json!(name);
        }
        if let Some(production) = self.production {
            body["production"] = json!(production);
        }
        if let Some(EnvironmentContact { name, email }) = &self.contact {
            body["contacts"] = json!([contact_body(name, email.as_deref())]);
        }
    }
}

impl NewEnvironment {
    fn creating(&self) -> String {
        format!("creating the environment {:?}", self.name)
    }

    /// Returns the request body.
    fn body(&self) -> Value {
        let mut body = json!({ "name": self.name, "production": self.production });
        if let Some(display_name) = &self.display_name {
            body["displayName"] = json!(display_name);
        }
        if let Some((name, email)) = &self.contact {
            body["contacts"] = json!([contact_body(name, email.as_deref())]);
        }
        body
    }

    /// Describes the settings that differ in the broker: `production is true, not false`.
    fn differences(&self, found: &Value) -> Vec<String> {
        let mut differences = Vec::new();
        let mut compare = |what: &str, found: &Value, wanted: Value| {
            if *found != wanted {
                differences.push(format!("{what} is {found}, not {wanted}"));
            }
        };
        compare("production", &found["production"], json!(self.production));
        if let Some(display_name) = &self.display_name {
            compare("display name", &found["displayName"], json!(display_name));
        }
        if let Some((name, email)) = &self.contact {
            let contact = &found["contacts"][0];
            compare("contact name", &contact["name"], json!(name));
            if let Some(email) = email {
                compare("contact email", &contact["details"]["emailAddress"], json!(email));
            }
        }
        differences
    }
}

impl Client {
    /// Creates an environment.
    ///
    /// # Errors
    ///
    /// `Broker` if one with this name already exists, or the name is not valid; `Unreachable`.
    pub async fn create_environment(&self, new: &NewEnvironment) -> Result<Environment, Error> {
        let url = self.index().await?.link("pb:environments")?;
        let answer = self
            .send(Method::POST, &new.creating(), url, &new.body(), Repeatable::No)
            .await?;
        environment(&answer.body).ok_or_else(|| incomplete(&answer))
    }

    /// Creates an environment, unless it exists with the same settings. Settings missing in [`NewEnvironment`] are not
    /// compared.
    ///
    /// # Errors
    ///
    /// `Usage` if it exists with other settings: the message names each difference and how to change it. `Broker` if
    /// the name is not valid; `Unreachable`.
    pub async fn ensure_environment(&self, new: &NewEnvironment) -> Result<Ensured<Environment>, Error> {
        let refused = match self.create_environment(new).await {
            Ok(created) => return Ok(Ensured::Created(created)),
            Err(error) if matches!(error.kind(), ErrorKind::Broker | ErrorKind::Conflict) => error,
            Err(error) => return Err(error),
        };
        let url = self.index().await?.link("pb:environments")?;
        let answer = self.read(&new.creating(), url).await?;
        let Some(found) = answer
            .embedded("environments")
            .find(|found| found["name"] == new.name.as_str())
        else {
            return Err(refused);
        };
        let differences = new.differences(found);
        if differences.is_empty() {
            let unchanged = environment(found).ok_or_else(|| incomplete(&answer))?;
            return Ok(Ensured::Unchanged(unchanged));
        }
        Err(Error::new(
            ErrorKind::Usage,
            format!(
                "it already exists with other settings: {}; give the existing settings, or change it with \
                 `contract environments update {}`",
                differences.join(", "),
                new.name,
            ),
        )
        .context(new.creating()))
    }

    /// Returns all environments, in the broker's order.
    ///
    /// # Errors
    ///
    /// `Broker` and `Unreachable`.
    pub async fn environments(&self) -> Result<Vec<Environment>, Error> {
        let url = self.index().await?.link("pb:environments")?;
        let answer = self.read("listing the environments", url).await?;
        answer
            .embedded("environments")
            .map(|value| environment(value).ok_or_else(|| incomplete(&answer)))
            .collect()
    }

    /// Changes an environment. Settings that are `None` are unchanged.
    ///
    /// # Errors
    ///
    /// `Usage` if there is none with this name; `Broker` and `Unreachable`.
    pub async fn update_environment(
        &self,
        name: &str,
        change: &EnvironmentChange,
    ) -> Result<Environment, Error> {
        let doing = format!("changing the environment {name:?}");
        let found = self
            .environment(name)
            .await
            .map_err(|error| error.context(&doing))?;
        let url = self.environment_url(&found.uuid).await?;
        let mut body = self.read(&doing, &url).await?.body;
        if let Some(members) = body.as_object_mut() {
            for member in ["_links", "_embedded", "createdAt", "updatedAt"] {
                members.remove(member);
            }
        }
        change.apply(&mut body);
        let answer = self
            .send(Method::PUT, &doing, &url, &body, Repeatable::Yes)
            .await?;
        environment(&answer.body).ok_or_else(|| incomplete(&answer))
    }

    /// Deletes an environment with its deployment and release records.
    ///
    /// # Errors
    ///
    /// `Usage` if there is none with this name; `Broker` and `Unreachable`.
    pub async fn delete_environment(&self, name: &str) -> Result<(), Error> {
        let doing = format!("deleting the environment {name:?}");
        let found = self
            .environment(name)
            .await
            .map_err(|error| error.context(&doing))?;
        let url = self.environment_url(&found.uuid).await?;
        self.delete(&doing, &url).await?;
        Ok(())
    }

    /// Returns the URL of an environment.
    pub(super) async fn environment_url(&self, uuid: &str) -> Result<String, Error> {
        let template = self.index().await?.link("pb:environment")?;
        Ok(expand(template, &[("uuid", uuid)]))
    }

    /// Returns the environment with this name.
    ///
    /// # Errors
    ///
    /// `Usage` if there is none, suggesting the nearest name; `Broker` and `Unreachable`.
    pub async fn environment(&self, name: &str) -> Result<Environment, Error> {
        let mut environments = self.environments().await?;
        match environments
            .iter()
            .position(|environment| environment.name == name)
        {
            Some(index) => Ok(environments.swap_remove(index)),
            None => Err(unknown(
                name,
                environments.iter().map(|environment| environment.name.as_str()),
            )),
        }
    }
}

/// Returns the error for an unknown environment.
pub(super) fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> Error {
    let hint = did_you_mean(name, known.clone());
    let known: Vec<&str> = known.collect();
    let text = if known.is_empty() {
        format!("there is no environment {name:?}; create it with `contract create-environment {name}`")
    } else {
        format!(
            "there is no environment {name:?}{hint} (there are {})",
            known.join(", ")
        )
    };
    Error::new(ErrorKind::Usage, text)
}

pub(super) fn environment(value: &Value) -> Option<Environment> {
    let name = text(value, "name")?;
    let contacts = value["contacts"].as_array().into_iter().flatten();
    Some(Environment {
        uuid: text(value, "uuid")?,
        display_name: text(value, "displayName").unwrap_or_else(|| name.clone()),
        name,
        production: value["production"] == true,
        contacts: contacts
            .filter_map(|contact| {
                Some(EnvironmentContact {
                    name: text(contact, "name")?,
                    email: text(&contact["details"], "emailAddress"),
                })
            })
            .collect(),
    })
}

/// Returns a contact for a request body.
fn contact_body(name: &str, email: Option<&str>) -> Value {
    let details = email.map_or_else(|| json!({}), |email| json!({ "emailAddress": email }));
    json!({ "name": name, "details": details })
}

fn incomplete(answer: &Document) -> Error {
    Error::new(
        ErrorKind::Broker,
        format!(
            "the broker's response at {} lacks an environment's uuid or name",
            answer.url
        ),
    )
}

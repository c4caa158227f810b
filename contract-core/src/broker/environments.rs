//! Environments: where versions are deployed to and released in.

use reqwest::Method;
use serde::Serialize;
use serde_json::{Value, json};

use super::Client;
use super::hal::{Document, expand, text};
use super::retry::Repeatable;
use crate::nearest::did_you_mean;
use crate::{Error, ErrorKind};

/// An environment that the broker knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Environment {
    /// The broker's key for it.
    pub uuid: String,
    /// Its name without spaces: `production`.
    pub name: String,
    /// Its name for people.
    pub display_name: String,
    /// Whether users work with it.
    pub production: bool,
    /// Whom to ask about it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<EnvironmentContact>,
}

/// A person or team to ask about an environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EnvironmentContact {
    /// The name.
    pub name: String,
    /// The address to write to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// What [`Client::ensure_environment`] found or made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnsuredEnvironment {
    /// It did not exist and was created.
    Created(Environment),
    /// It existed with these settings.
    Unchanged(Environment),
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
    /// An environment of this name, without spaces.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            display_name: None,
            production: false,
            contact: None,
        }
    }

    /// Its name for people.
    pub fn display_name(mut self, name: impl Into<String>) -> Self {
        self.display_name = Some(name.into());
        self
    }

    /// Whether users work with it.
    pub fn production(mut self, production: bool) -> Self {
        self.production = production;
        self
    }

    /// Contact name.
    pub fn contact(mut self, name: impl Into<String>, email: Option<String>) -> Self {
        self.contact = Some((name.into(), email));
        self
    }
}

/// What to change of an environment; `None` stays as it is.
#[derive(Debug, Clone, Default)]
pub struct EnvironmentChange {
    /// Its name, without spaces.
    pub name: Option<String>,
    /// Its name for people.
    pub display_name: Option<String>,
    /// Whether users work with it.
    pub production: Option<bool>,
    /// Whom to ask about it, in place of all contacts.
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

    /// As the broker takes it.
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

    /// What the broker has otherwise: `production is true, not false`.
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
    /// `Broker` if there already is one of this name, or the name is not valid; `Unreachable`.
    pub async fn create_environment(&self, new: &NewEnvironment) -> Result<Environment, Error> {
        let url = self.index().await?.link("pb:environments")?;
        let answer = self
            .send(Method::POST, &new.creating(), url, &new.body(), Repeatable::No)
            .await?;
        environment(&answer.body).ok_or_else(|| incomplete(&answer))
    }

    /// Creates an environment, unless it exists with the same settings. Settings that [`NewEnvironment`] does not say are
    /// not compared.
    ///
    /// # Errors
    ///
    /// `Usage` if there is one of this name with other settings: the message names each difference and how to change it.
    /// `Broker` if the name is not valid; `Unreachable`.
    pub async fn ensure_environment(&self, new: &NewEnvironment) -> Result<EnsuredEnvironment, Error> {
        let refused = match self.create_environment(new).await {
            Ok(created) => return Ok(EnsuredEnvironment::Created(created)),
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
            return Ok(EnsuredEnvironment::Unchanged(unchanged));
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

    /// All environments, as the broker sorts them.
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

    /// Changes an environment to these settings. What they do not say stays.
    ///
    /// # Errors
    ///
    /// `Usage` if there is none of this name; `Broker` and `Unreachable`.
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

    /// Deletes an environment with what was recorded as deployed to it and released in it.
    ///
    /// # Errors
    ///
    /// `Usage` if there is none of this name; `Broker` and `Unreachable`.
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

    /// The address of an environment.
    pub(super) async fn environment_url(&self, uuid: &str) -> Result<String, Error> {
        let template = self.index().await?.link("pb:environment")?;
        Ok(expand(template, &[("uuid", uuid)]))
    }

    /// The environment of this name.
    ///
    /// # Errors
    ///
    /// `Usage` if there is none, naming the nearest; `Broker` and `Unreachable`.
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

/// The error for an environment that the broker does not know.
pub(super) fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> Error {
    let hint = did_you_mean(name, known.clone());
    let known: Vec<&str> = known.collect();
    let text = if known.is_empty() {
        format!(
            "there is no environment {name:?}, nor any other: create it with `contract create-environment {name}`"
        )
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

/// A contact as the broker takes it.
fn contact_body(name: &str, email: Option<&str>) -> Value {
    let details = email.map_or_else(|| json!({}), |email| json!({ "emailAddress": email }));
    json!({ "name": name, "details": details })
}

fn incomplete(answer: &Document) -> Error {
    Error::new(
        ErrorKind::Broker,
        format!(
            "the broker's answer at {} lacks an environment's uuid or name",
            answer.url
        ),
    )
}

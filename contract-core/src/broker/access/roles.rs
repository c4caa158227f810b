//! Roles: sets of permissions.

use reqwest::Method;
use serde::Serialize;
use serde_json::{Value, json};

use super::key::{self, Keyed, items, scopes};
use crate::Error;
use crate::broker::hal::{Document, encode, text};
use crate::broker::retry::Repeatable;
use crate::broker::{Client, Ensured, List};

/// A role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Role {
    /// Its UUID.
    pub uuid: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What it allows: `resource:action:scope`, in alphabetical order.
    pub permissions: Vec<String>,
}

/// A permission that a role can hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Permission {
    /// `resource:action:scope`.
    pub scope: String,
    /// What it allows, for people.
    pub label: String,
}

/// A role to create.
#[derive(Debug, Clone)]
pub struct NewRole {
    name: String,
    description: Option<String>,
    permissions: Vec<String>,
}

impl NewRole {
    /// Creates a role with these permissions.
    pub fn new<T: Into<String>>(name: impl Into<String>, permissions: impl IntoIterator<Item = T>) -> Self {
        Self {
            name: name.into(),
            description: None,
            permissions: sorted(permissions.into_iter().map(Into::into).collect()),
        }
    }

    /// Sets what it is for.
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.description = Some(text.into());
        self
    }

    fn differences(&self, found: &Role) -> Vec<String> {
        let mut differences = Vec::new();
        if found.permissions != self.permissions {
            differences.push(format!(
                "permissions are {}, not {}",
                found.permissions.join(", "),
                self.permissions.join(", ")
            ));
        }
        if self.description.is_some() && found.description != self.description {
            differences.push(format!(
                "description is {:?}, not {:?}",
                found.description.as_deref().unwrap_or_default(),
                self.description.as_deref().unwrap_or_default()
            ));
        }
        differences
    }
}

/// Changes to a role; `None` leaves a setting unchanged.
#[derive(Debug, Clone, Default)]
pub struct RoleChange {
    /// Its name.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// All of its permissions.
    pub permissions: Option<Vec<String>>,
}

impl Keyed for Role {
    const NOUN: &'static str = "role";
    const LISTED_BY: &'static str = "contract roles list";

    fn uuid(&self) -> &str {
        &self.uuid
    }

    fn name(&self) -> &str {
        &self.name
    }
}

impl Client {
    /// Returns all roles.
    ///
    /// # Errors
    ///
    /// `Broker` and `Unreachable`.
    pub async fn roles(&self) -> Result<List<Role>, Error> {
        let answer = self.read("listing the roles", &self.below("admin/roles")).await?;
        let found = answer.embedded("roles").map(|value| role(value, &answer));
        Ok(List::complete(found.collect::<Result<_, _>>()?))
    }

    /// Returns a role, by name or UUID.
    ///
    /// # Errors
    ///
    /// `Usage` if there is none; `Broker` and `Unreachable`.
    pub async fn role(&self, key: &str) -> Result<Role, Error> {
        key::find(self.roles().await?.items, key)
    }

    /// Returns every permission that a role can hold.
    ///
    /// # Errors
    ///
    /// `Broker` and `Unreachable`.
    pub async fn permissions(&self) -> Result<List<Permission>, Error> {
        let answer = self
            .read("listing the permissions", &self.below("admin/permissions"))
            .await?;
        let found = items(&answer.body, "permissions").filter_map(|value| {
            Some(Permission {
                scope: text(value, "scope")?,
                label: text(value, "label").unwrap_or_default(),
            })
        });
        Ok(List::complete(found.collect()))
    }

    /// Creates a role, unless it exists with the same settings. A description that is not given is not compared.
    ///
    /// # Errors
    ///
    /// `Usage` if it exists with other settings; `Broker` if there is no such permission, or the credentials lack one of
    /// them; `Unreachable`.
    pub async fn ensure_role(&self, new: &NewRole) -> Result<Ensured<Role>, Error> {
        let doing = format!("creating the role {:?}", new.name);
        let existing = self.roles().await?.items;
        if let Some(found) = existing.into_iter().find(|role| role.name == new.name) {
            let differences = new.differences(&found);
            if differences.is_empty() {
                return Ok(Ensured::Unchanged(found));
            }
            let change = format!("contract roles update {}", new.name);
            return Err(key::differs(&doing, &differences, &change));
        }
        let body = body(&new.name, new.description.as_deref(), &new.permissions);
        let url = self.below("admin/roles");
        let answer = self.create(&doing, &url, &body).await?;
        role(&answer.body, &answer).map(Ensured::Created)
    }

    /// Changes a role. Settings that are `None` are unchanged.
    ///
    /// # Errors
    ///
    /// `Usage` if there is none; `Broker` if the broker refuses it; `Unreachable`.
    pub async fn update_role(&self, key: &str, change: &RoleChange) -> Result<Role, Error> {
        let doing = format!("changing the role {key:?}");
        let found = self.role(key).await.map_err(|error| error.context(&doing))?;
        let name = change.name.as_ref().unwrap_or(&found.name);
        let description = change.description.as_ref().or(found.description.as_ref());
        let permissions = change.permissions.as_ref().unwrap_or(&found.permissions);
        let body = body(name, description.map(String::as_str), permissions);
        let answer = self
            .send(
                Method::PUT,
                &doing,
                &self.role_url(&found.uuid),
                &body,
                Repeatable::Yes,
            )
            .await?;
        role(&answer.body, &answer)
    }

    /// Deletes a role; accounts lose it.
    ///
    /// # Errors
    ///
    /// `Usage` if there is none; `Conflict` for the administrators' role; `Broker` and `Unreachable`.
    pub async fn delete_role(&self, key: &str) -> Result<(), Error> {
        let doing = format!("deleting the role {key:?}");
        let found = self.role(key).await.map_err(|error| error.context(&doing))?;
        self.delete(&doing, &self.role_url(&found.uuid)).await?;
        Ok(())
    }

    /// Returns the UUIDs of roles, by name or UUID.
    pub(super) async fn role_uuids(&self, keys: &[String]) -> Result<Vec<String>, Error> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let all = self.roles().await?.items;
        keys.iter()
            .map(|key| key::find(all.clone(), key).map(|role| role.uuid))
            .collect()
    }

    fn role_url(&self, uuid: &str) -> String {
        self.below(&format!("admin/roles/{}", encode(uuid)))
    }
}

fn body(name: &str, description: Option<&str>, permissions: &[String]) -> Value {
    let permissions: Vec<Value> = permissions
        .iter()
        .map(|scope| json!({ "scope": scope }))
        .collect();
    json!({ "name": name, "description": description, "permissions": permissions })
}

fn role(value: &Value, answer: &Document) -> Result<Role, Error> {
    let read = || {
        Some(Role {
            uuid: text(value, "uuid")?,
            name: text(value, "name")?,
            description: text(value, "description"),
            permissions: sorted(scopes(value)),
        })
    };
    read().ok_or_else(|| key::incomplete(answer, Role::NOUN))
}

fn sorted(mut permissions: Vec<String>) -> Vec<String> {
    permissions.sort_unstable();
    permissions.dedup();
    permissions
}

//! The tenants of a broker that serves several groups, for its operators.

use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::key::items;
use crate::broker::hal::{Document, encode, text};
use crate::broker::retry::Repeatable;
use crate::broker::{Client, List};
use crate::nearest::did_you_mean;
use crate::{Error, ErrorKind};

const TENANTS: &str = "admin/tenants";

/// A tenant: a group with a database, accounts and a host of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Tenant {
    /// Its name, which its host begins with.
    pub name: String,
    /// `active`, `suspended`, `creating` or `deleting`.
    pub status: String,
    /// When it was created, as an ISO 8601 time.
    pub created_at: String,
    /// What it may use at most.
    #[serde(default)]
    pub limits: TenantLimits,
    /// Why its database does not open, if it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// What was done to it, newest first; empty in a list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<TenantEvent>,
}

/// What a tenant may use at most; `None` is no limit of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TenantLimits {
    /// How many applications it may have.
    #[serde(default)]
    pub applications: Option<u32>,
    /// How many bytes its database may take before nothing more is published.
    #[serde(default)]
    pub bytes: Option<u64>,
    /// How many of its requests one node answers at once.
    #[serde(default)]
    pub requests: Option<u32>,
}

/// Something that was done to a tenant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TenantEvent {
    /// When, as an ISO 8601 time.
    pub at: String,
    /// What, such as `tenant.limited`.
    pub action: String,
    /// Who.
    pub actor: String,
    /// More about it; null if there is nothing.
    #[serde(default)]
    pub details: Value,
}

/// A tenant to create.
#[derive(Debug, Clone, Default)]
pub struct NewTenant {
    /// Its name: up to 40 lower-case letters, digits and hyphens.
    pub name: String,
    /// The email address of its administrator.
    pub email: String,
    /// The name of its administrator; the email address if there is none.
    pub administrator: Option<String>,
    /// What it may use at most.
    pub limits: TenantLimits,
}

/// A tenant that was created. `Debug` does not show the tokens.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CreatedTenant {
    /// Its name.
    pub name: String,
    /// The token of its administrator, for the host of the tenant. The broker says it once.
    pub token: String,
    /// The same token for any host: with the name of the tenant in front.
    pub token_for_any_host: String,
}

impl std::fmt::Debug for CreatedTenant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CreatedTenant")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// What becomes of a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TenantService {
    /// Its requests are answered.
    Active,
    /// Its requests are refused; what it stores stays.
    Suspended,
}

impl TenantService {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
        }
    }
}

impl Client {
    /// Returns the tenants, by name. The client has to be one of the host that belongs to no tenant, with credentials of an
    /// operator.
    ///
    /// # Errors
    ///
    /// `Broker` if the broker has no tenants, or the credentials are none of an operator; `Unreachable`.
    pub async fn tenants(&self) -> Result<List<Tenant>, Error> {
        let answer = self.read("listing the tenants", &self.below(TENANTS)).await?;
        let tenants: Result<Vec<Tenant>, Error> = items(&answer.body, "tenants")
            .map(|value| read(value, &answer))
            .collect();
        Ok(List::complete(tenants?))
    }

    /// Returns a tenant, with what was done to it.
    ///
    /// # Errors
    ///
    /// `Usage` if there is none of this name; `Broker` and `Unreachable`.
    pub async fn tenant(&self, name: &str) -> Result<Tenant, Error> {
        let doing = format!("reading the tenant {name:?}");
        match self.read_if_present(&doing, &self.tenant_url(name)).await? {
            Some(answer) => read(&answer.body, &answer),
            None => Err(self.unknown_tenant(name).await?),
        }
    }

    async fn unknown_tenant(&self, name: &str) -> Result<Error, Error> {
        let known = self.tenants().await?.items;
        let hint = did_you_mean(name, known.iter().map(|tenant| tenant.name.as_str()));
        let text =
            format!("there is no tenant {name:?}{hint}; `contract tenants list` shows those that there are");
        Ok(Error::new(ErrorKind::Usage, text))
    }

    /// Creates a tenant with an administrator. One whose creation failed before is created to its end.
    ///
    /// # Errors
    ///
    /// `Conflict` if there is one of this name; `Broker` if the name or the address cannot be used; `Unreachable`.
    pub async fn create_tenant(&self, new: &NewTenant) -> Result<CreatedTenant, Error> {
        let doing = format!("creating the tenant {:?}", new.name);
        let mut administrator = json!({ "email": new.email });
        if let Some(name) = &new.administrator {
            administrator["name"] = json!(name);
        }
        let body = json!({ "name": new.name, "administrator": administrator, "limits": new.limits });
        let url = self.below(TENANTS);
        let answer = self
            .send(Method::POST, &doing, &url, &body, Repeatable::No)
            .await?;
        read(&answer.body, &answer)
    }

    /// Sets what a tenant may use at most: all limits at once.
    ///
    /// # Errors
    ///
    /// `Broker` if there is none of this name; `Unreachable`.
    pub async fn limit_tenant(&self, name: &str, limits: TenantLimits) -> Result<Tenant, Error> {
        let doing = format!("limiting the tenant {name:?}");
        self.change_tenant(&doing, name, &json!({ "limits": limits }))
            .await
    }

    /// Answers the requests of a tenant, or refuses them.
    ///
    /// # Errors
    ///
    /// `Broker` if there is none of this name; `Conflict` if it is being created or deleted; `Unreachable`.
    pub async fn serve_tenant(&self, name: &str, service: TenantService) -> Result<Tenant, Error> {
        let doing = format!("changing the tenant {name:?}");
        self.change_tenant(&doing, name, &json!({ "status": service.as_str() }))
            .await
    }

    async fn change_tenant(&self, doing: &str, name: &str, body: &Value) -> Result<Tenant, Error> {
        let url = self.tenant_url(name);
        let answer = self
            .send(Method::PATCH, doing, &url, body, Repeatable::Yes)
            .await?;
        read(&answer.body, &answer)
    }

    /// Writes everything that a tenant stores to `write`, piece by piece, as JSON lines. The last line says how many rows
    /// there are: an export without it is not complete.
    ///
    /// # Errors
    ///
    /// `Broker` if there is none of this name, or the credentials may only read; `Unreachable`, also if it ends too early; the
    /// errors of `write`.
    pub async fn export_tenant(
        &self,
        name: &str,
        write: impl FnMut(&[u8]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let doing = format!("exporting the tenant {name:?}");
        let url = format!("{}/export", self.tenant_url(name));
        self.download(Method::POST, &doing, &url, write).await
    }

    /// Deletes a tenant with everything that it stores. The broker waits until every node has closed its database.
    ///
    /// # Errors
    ///
    /// `Usage` if there is none of this name; `Broker` if something cannot be deleted; `Unreachable`.
    pub async fn delete_tenant(&self, name: &str) -> Result<(), Error> {
        let doing = format!("deleting the tenant {name:?}");
        let url = format!("{}?confirm={}", self.tenant_url(name), encode(name));
        if self.delete(&doing, &url).await? {
            return Ok(());
        }
        Err(self.unknown_tenant(name).await?)
    }

    fn tenant_url(&self, name: &str) -> String {
        self.below(&format!("{TENANTS}/{}", encode(name)))
    }
}

fn read<T: serde::de::DeserializeOwned>(value: &Value, answer: &Document) -> Result<T, Error> {
    T::deserialize(value).map_err(|error| {
        let name = text(value, "name").unwrap_or_default();
        Error::new(
            ErrorKind::Broker,
            format!(
                "the response at {} has a tenant {name:?} that cannot be read ({error})",
                answer.url
            ),
        )
    })
}

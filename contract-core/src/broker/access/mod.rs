//! Who may use the broker: users, system accounts, teams, roles, tokens, secrets, and the audit log.
//!
//! The addresses are those of PactFlow, which its clients know; no index names them on older brokers.

use reqwest::Method;
use serde_json::Value;

use super::Client;
use super::hal::Document;
use super::retry::Repeatable;
use crate::Error;

mod accounts;
mod audit;
mod key;
mod roles;
mod secrets;
mod teams;
mod tenants;
mod tokens;

pub use self::accounts::{Account, AccountChange, AccountKind, NewAccount};
pub use self::audit::{AuditEvent, AuditQuery};
pub use self::roles::{NewRole, Permission, Role, RoleChange};
pub use self::secrets::{NewSecret, Secret, SecretChange};
pub use self::teams::{NewTeam, Team, TeamChange, TeamDetails, TeamPart};
pub use self::tenants::{CreatedTenant, NewTenant, Tenant, TenantEvent, TenantLimits, TenantService};
pub use self::tokens::{IssuedToken, NewToken, Token, TokenOwner, TokenRenewal};

impl Client {
    /// Sends what must not be done twice. The index says whether the broker takes care of that.
    async fn create(&self, doing: &str, url: &str, body: &Value) -> Result<Document, Error> {
        self.index().await?;
        self.send(Method::POST, doing, url, body, Repeatable::No).await
    }
}

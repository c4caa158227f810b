//! Users and system accounts.

use reqwest::Method;
use serde::Serialize;
use serde_json::{Value, json};

use super::key::{self, Keyed, items};
use crate::broker::hal::{Document, embedded_names, encode, text};
use crate::broker::retry::Repeatable;
use crate::broker::{Client, Ensured, List};
use crate::{Error, ErrorKind};

/// Who an account is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum AccountKind {
    /// A person.
    User,
    /// A machine, such as a build.
    System,
}

/// A user or a system account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Account {
    /// Its UUID.
    pub uuid: String,
    /// Its name.
    pub name: String,
    /// The email address; every user has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether it may be used.
    pub active: bool,
    /// Who it is for.
    pub kind: AccountKind,
    /// The names of its roles.
    pub roles: Vec<String>,
    /// The names of its teams.
    pub teams: Vec<String>,
}

/// An account to create.
#[derive(Debug, Clone)]
pub struct NewAccount {
    kind: AccountKind,
    name: String,
    email: Option<String>,
    roles: Vec<String>,
}

impl NewAccount {
    /// Creates a user.
    pub fn user(name: impl Into<String>, email: impl Into<String>) -> Self {
        Self {
            kind: AccountKind::User,
            name: name.into(),
            email: Some(email.into()),
            roles: Vec::new(),
        }
    }

    /// Creates a system account.
    pub fn system(name: impl Into<String>) -> Self {
        Self {
            kind: AccountKind::System,
            name: name.into(),
            email: None,
            roles: Vec::new(),
        }
    }

    /// Sets the roles, by name or UUID, in place of the role that the broker gives new accounts.
    pub fn roles<T: Into<String>>(mut self, roles: impl IntoIterator<Item = T>) -> Self {
        self.roles = roles.into_iter().map(Into::into).collect();
        self
    }

    fn creating(&self) -> String {
        format!("creating the {} {:?}", self.kind.noun(), self.name)
    }

    /// Returns what identifies the account.
    fn key(&self) -> &str {
        self.email.as_deref().unwrap_or(&self.name)
    }

    fn differences(&self, found: &Account) -> Vec<String> {
        let mut differences = Vec::new();
        if found.name != self.name {
            differences.push(format!("name is {:?}, not {:?}", found.name, self.name));
        }
        if !found.active {
            differences.push("it is not active".to_owned());
        }
        let (mut has, mut wants) = (found.roles.clone(), self.roles.clone());
        has.sort_unstable();
        wants.sort_unstable();
        if !wants.is_empty() && has != wants {
            differences.push(format!("roles are {}, not {}", has.join(", "), wants.join(", ")));
        }
        differences
    }
}

/// Changes to an account; `None` leaves a setting unchanged.
#[derive(Debug, Clone, Default)]
pub struct AccountChange {
    /// Its name.
    pub name: Option<String>,
    /// The email address.
    pub email: Option<String>,
    /// Whether it may be used.
    pub active: Option<bool>,
    /// All of its roles, by name or UUID.
    pub roles: Option<Vec<String>>,
}

impl AccountChange {
    fn body(&self) -> Value {
        let mut body = json!({});
        if let Some(name) = &self.name {
            body["name"] = json!(name);
        }
        if let Some(email) = &self.email {
            body["email"] = json!(email);
        }
        if let Some(active) = self.active {
            body["active"] = json!(active);
        }
        body
    }

    fn changes_settings(&self) -> bool {
        self.name.is_some() || self.email.is_some() || self.active.is_some()
    }
}

impl AccountKind {
    fn noun(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::System => "system account",
        }
    }

    /// Returns the command for these accounts.
    fn command(self) -> &'static str {
        match self {
            Self::User => "contract users",
            Self::System => "contract system-accounts",
        }
    }

    fn list_path(self) -> &'static str {
        match self {
            Self::User => "admin/users?userType=0",
            Self::System => "admin/users?userType=1",
        }
    }

    fn create_path(self) -> &'static str {
        match self {
            Self::User => "admin/users",
            Self::System => "admin/system-accounts",
        }
    }
}

/// A user, to be found by name, email address or UUID.
struct User(Account);

/// A system account, to be found by name or UUID.
struct SystemAccount(Account);

impl Keyed for User {
    const NOUN: &'static str = "user";
    const LISTED_BY: &'static str = "contract users list";

    fn uuid(&self) -> &str {
        &self.0.uuid
    }

    fn name(&self) -> &str {
        &self.0.name
    }

    fn other_name(&self) -> Option<&str> {
        self.0.email.as_deref()
    }
}

impl Keyed for SystemAccount {
    const NOUN: &'static str = "system account";
    const LISTED_BY: &'static str = "contract system-accounts list";

    fn uuid(&self) -> &str {
        &self.0.uuid
    }

    fn name(&self) -> &str {
        &self.0.name
    }
}

impl Client {
    /// Returns the accounts of a kind, at most `limit`, by name.
    ///
    /// # Errors
    ///
    /// `Broker` and `Unreachable`.
    pub async fn accounts(&self, kind: AccountKind, limit: usize) -> Result<List<Account>, Error> {
        let doing = format!("listing the {}s", kind.noun());
        let url = self.below(kind.list_path());
        self.read_list(&doing, &url, limit, |page| {
            items(&page.body, "users").filter_map(account).collect()
        })
        .await
    }

    /// Returns an account, by name, email address or UUID.
    ///
    /// # Errors
    ///
    /// `Usage` if there is none, or several have this name; `Broker` and `Unreachable`.
    pub async fn account(&self, kind: AccountKind, key: &str) -> Result<Account, Error> {
        let all = self.accounts(kind, usize::MAX).await?.items;
        match kind {
            AccountKind::User => key::find(all.into_iter().map(User).collect(), key).map(|User(found)| found),
            AccountKind::System => {
                key::find(all.into_iter().map(SystemAccount).collect(), key).map(|SystemAccount(found)| found)
            }
        }
    }

    /// Returns the account that the credentials belong to; its UUID is empty for credentials of the broker's settings.
    ///
    /// # Errors
    ///
    /// `Broker` and `Unreachable`.
    pub async fn own_account(&self) -> Result<Account, Error> {
        let answer = self
            .read("reading the account of the credentials", &self.below("user"))
            .await?;
        read(&answer)
    }

    /// Creates an account, unless it exists with the same settings: a user with this email address, a system account with
    /// this name. Roles that are not given are not compared.
    ///
    /// # Errors
    ///
    /// `Usage` if it exists with other settings, or there is no such role; `Broker` and `Unreachable`.
    pub async fn ensure_account(&self, new: &NewAccount) -> Result<Ensured<Account>, Error> {
        let doing = new.creating();
        let existing = self.accounts(new.kind, usize::MAX).await?.items;
        let is_it = |account: &&Account| match new.kind {
            AccountKind::User => account
                .email
                .as_deref()
                .is_some_and(|email| email.eq_ignore_ascii_case(new.key())),
            AccountKind::System => account.name == new.name,
        };
        if let Some(found) = existing.iter().find(is_it) {
            let differences = new.differences(found);
            if differences.is_empty() {
                return Ok(Ensured::Unchanged(found.clone()));
            }
            let change = format!("{} update {}", new.kind.command(), new.key());
            return Err(key::differs(&doing, &differences, &change));
        }
        // Roles that do not exist are found before anything is created.
        let roles = self.role_uuids(&new.roles).await?;
        let mut body = json!({ "name": new.name });
        if let Some(email) = &new.email {
            body["email"] = json!(email);
        }
        let url = self.below(new.kind.create_path());
        let answer = self.create(&doing, &url, &body).await?;
        let created = read(&answer)?;
        if roles.is_empty() {
            return Ok(Ensured::Created(created));
        }
        self.set_roles(&doing, &created.uuid, &roles).await?;
        self.account_with(&doing, &created.uuid)
            .await
            .map(Ensured::Created)
    }

    /// Changes an account. Settings that are `None` are unchanged.
    ///
    /// # Errors
    ///
    /// `Usage` if there is no such account or role; `Broker` if the broker refuses it; `Unreachable`.
    pub async fn update_account(
        &self,
        kind: AccountKind,
        key: &str,
        change: &AccountChange,
    ) -> Result<Account, Error> {
        let doing = format!("changing the {} {key:?}", kind.noun());
        let found = self
            .account(kind, key)
            .await
            .map_err(|error| error.context(&doing))?;
        let roles = self
            .role_uuids(change.roles.as_deref().unwrap_or_default())
            .await?;
        if change.changes_settings() {
            self.send(
                Method::PUT,
                &doing,
                &self.account_url(&found.uuid),
                &change.body(),
                Repeatable::Yes,
            )
            .await?;
        }
        if change.roles.is_some() {
            self.set_roles(&doing, &found.uuid, &roles).await?;
        }
        self.account_with(&doing, &found.uuid).await
    }

    /// Deletes an account with its tokens.
    ///
    /// # Errors
    ///
    /// `Usage` if there is none; `Broker` and `Unreachable`.
    pub async fn delete_account(&self, kind: AccountKind, key: &str) -> Result<(), Error> {
        let doing = format!("deleting the {} {key:?}", kind.noun());
        let found = self
            .account(kind, key)
            .await
            .map_err(|error| error.context(&doing))?;
        self.delete(&doing, &self.account_url(&found.uuid)).await?;
        Ok(())
    }

    async fn set_roles(&self, doing: &str, uuid: &str, roles: &[String]) -> Result<(), Error> {
        let url = format!("{}/roles", self.account_url(uuid));
        self.send(
            Method::PUT,
            doing,
            &url,
            &json!({ "roles": roles }),
            Repeatable::Yes,
        )
        .await?;
        Ok(())
    }

    async fn account_with(&self, doing: &str, uuid: &str) -> Result<Account, Error> {
        let answer = self.read(doing, &self.account_url(uuid)).await?;
        read(&answer)
    }

    fn account_url(&self, uuid: &str) -> String {
        self.below(&format!("admin/users/{}", encode(uuid)))
    }

    /// Returns the UUIDs of accounts of both kinds, by name, email address or UUID.
    pub(super) async fn account_uuids(&self, keys: &[String]) -> Result<Vec<String>, Error> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let mut all = self.accounts(AccountKind::User, usize::MAX).await?.items;
        all.extend(self.accounts(AccountKind::System, usize::MAX).await?.items);
        keys.iter()
            .map(|key| {
                let all = all.iter().cloned().map(User).collect();
                key::find(all, key).map(|User(found)| found.uuid)
            })
            .collect()
    }
}

fn read(answer: &Document) -> Result<Account, Error> {
    account(&answer.body).ok_or_else(|| {
        Error::new(
            ErrorKind::Broker,
            format!(
                "the broker's response at {} lacks an account's uuid or name",
                answer.url
            ),
        )
    })
}

fn account(value: &Value) -> Option<Account> {
    Some(Account {
        uuid: text(value, "uuid")?,
        name: text(value, "name")?,
        email: text(value, "email"),
        active: value["active"] == true,
        kind: if value["type"] == 1 {
            AccountKind::System
        } else {
            AccountKind::User
        },
        roles: embedded_names(value, "roles"),
        teams: embedded_names(value, "teams"),
    })
}

//! Users and system accounts, and their roles.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{Act, App, Error, Result};
use crate::{
    auth::Principal,
    domain::{
        Refusal,
        access::{Action, DEFAULT_OF_SYSTEM_ACCOUNTS, DEFAULT_OF_USERS, Right, Tie},
    },
    store::{
        Connection, Listed, Slice,
        identity::{
            accounts::{self, Account, Fields, Kind, Wanted},
            roles::{self, Role},
            teams::{self, TeamName},
            ties, tokens,
        },
    },
};

/// An account with its roles and teams.
#[derive(Debug, Clone)]
pub(crate) struct AccountDetails {
    pub(crate) account: Account,
    pub(crate) roles: Vec<Role>,
    pub(crate) teams: Vec<TeamName>,
}

/// An account to create.
struct NewAccount {
    uuid: String,
    kind: Kind,
    fields: Fields,
    tokens: [String; 2],
    /// The teams of the creator, if the creator's permission is limited to these teams.
    teams: Vec<i64>,
}

/// An account and its new fields.
struct Edit {
    uuid: String,
    fields: Fields,
}

/// An account and its new roles.
struct Assignment {
    uuid: String,
    roles: Vec<String>,
}

impl App {
    /// Returns accounts by name.
    pub(crate) async fn accounts(
        &self,
        who: &Principal,
        wanted: &Wanted,
        slice: Slice,
    ) -> Result<Listed<AccountDetails>> {
        let action = match wanted.kind {
            Some(Kind::System) => Action::ReadSystemAccounts,
            _ => Action::ReadUsers,
        };
        if action.right().is_some_and(|right| !who.may(right, Tie::NONE)) {
            return self.accounts_of_own_teams(who, action, wanted, slice).await;
        }
        let mut connection = self.reading_for(who, action).await?;
        let listed = accounts::list(&mut connection, wanted, slice).await?;
        Ok(Listed {
            rows: details(&mut connection, listed.rows).await?,
            total: listed.total,
        })
    }

    /// Returns the accounts that have a team in common with the caller.
    async fn accounts_of_own_teams(
        &self,
        who: &Principal,
        action: Action,
        wanted: &Wanted,
        slice: Slice,
    ) -> Result<Listed<AccountDetails>> {
        let mut connection = self.reading_for(who, action).await?;
        let all = accounts::list(&mut connection, wanted, Slice::WHOLE).await?;
        let mut found = Vec::new();
        for account in all.rows {
            let teams = ties::teams_of_account(&mut connection, &account.uuid).await?;
            if teams.iter().any(|team| who.tie_to_team(Some(*team)).team) {
                found.push(account);
            }
        }
        let total = i64::try_from(found.len()).unwrap_or(i64::MAX);
        let skipped = usize::try_from(slice.offset).unwrap_or(usize::MAX);
        let limit = usize::try_from(slice.limit).unwrap_or(usize::MAX);
        let rows = found.into_iter().skip(skipped).take(limit).collect();
        Ok(Listed {
            rows: details(&mut connection, rows).await?,
            total,
        })
    }

    /// # Errors
    /// Refused if there is no such account.
    pub(crate) async fn account(&self, who: &Principal, uuid: &str) -> Result<AccountDetails> {
        let mut connection = self.store.read().await?;
        let account = accounts::require(&mut connection, uuid, None).await?;
        let is_own = who.account().is_some_and(|own| own.uuid == uuid);
        if !is_own {
            let action = match account.kind()? {
                Kind::User => Action::ReadUsers,
                Kind::System => Action::ReadSystemAccounts,
            };
            let teams = ties::teams_of_account(&mut connection, uuid).await?;
            let tie = Tie {
                team: teams.iter().any(|team| who.tie_to_team(Some(*team)).team),
                own: false,
            };
            super::act::allow(who, action, tie)?;
        }
        let found = details(&mut connection, vec![account]).await?.pop();
        found.ok_or_else(|| Error::not_found(format!("No account with uuid '{uuid}' found")))
    }

    /// Returns the account of the caller.
    ///
    /// # Errors
    /// Refused for credentials without an account.
    pub(crate) async fn own_account(&self, who: &Principal) -> Result<Option<AccountDetails>> {
        match who.account() {
            Some(own) => self.account(who, &own.uuid.clone()).await.map(Some),
            None => Ok(None),
        }
    }

    /// Creates an account with the default role.
    ///
    /// # Errors
    /// Refused if another account has this email address.
    pub(crate) async fn create_account(
        &self,
        who: &Principal,
        kind: Kind,
        fields: Fields,
    ) -> Result<AccountDetails> {
        let after = shown(&fields);
        let act = match kind {
            Kind::User => Act::everywhere(Action::CreateUser, "user", &fields.name),
            Kind::System => {
                let team = who.account().and_then(|own| own.teams.first().copied());
                Act::of_team(Action::CreateSystemAccount, team, "system account", &fields.name)
            }
        };
        let only_in_teams = kind == Kind::System && !who.may(Right::SystemAccountManage, Tie::NONE);
        let own_teams = who.account().filter(|_| only_in_teams);
        let new = NewAccount {
            uuid: uuid::Uuid::new_v4().to_string(),
            kind,
            fields,
            tokens: [(); 2].map(|()| uuid::Uuid::new_v4().to_string()),
            teams: own_teams.map(|own| own.teams.clone()).unwrap_or_default(),
        };
        let uuid = new.uuid.clone();
        self.writing(who, act.changing(Value::Null, after), new, |connection, new| {
            Box::pin(async move {
                let created = accounts::create(connection, &new.uuid, new.kind, &new.fields).await?;
                tokens::create_first(connection, created.id, &new.tokens).await?;
                let role = match new.kind {
                    Kind::User => DEFAULT_OF_USERS,
                    Kind::System => DEFAULT_OF_SYSTEM_ACCOUNTS,
                };
                if let Some(role) = roles::find(connection, role.uuid).await? {
                    roles::assign(connection, created.id, &[role]).await?;
                }
                teams::join_default(connection, created.id).await?;
                teams::join(connection, created.id, &new.teams).await
            })
        })
        .await?;
        let mut connection = self.store.read().await?;
        let account = accounts::require(&mut connection, &uuid, None).await?;
        let found = details(&mut connection, vec![account]).await?.pop();
        found.ok_or_else(|| Error::internal(&"an account is gone that was just created"))
    }

    /// Changes an account; `change` gets its current fields.
    ///
    /// # Errors
    /// Refused if there is no such account, or another one has the email address.
    pub(crate) async fn change_account(
        &self,
        who: &Principal,
        uuid: &str,
        change: impl FnOnce(Fields) -> Fields + Send,
    ) -> Result<AccountDetails> {
        let account = self.account(who, uuid).await?.account;
        let fields = change(account.fields.clone());
        let (user, system) = (Action::ChangeUser, Action::ChangeSystemAccount);
        let act = on_account(&account, user, system)?.changing(shown(&account.fields), shown(&fields));
        self.require_power_over(who, uuid).await?;
        let edit = Edit {
            uuid: uuid.to_owned(),
            fields,
        };
        self.writing(who, act, edit, |connection, edit| {
            Box::pin(async move {
                let account = accounts::require(connection, &edit.uuid, None).await?;
                accounts::update(connection, &account, &edit.fields).await
            })
        })
        .await?;
        self.account(who, uuid).await
    }

    /// Deletes an account with its tokens.
    ///
    /// # Errors
    /// Refused if there is no such account.
    pub(crate) async fn delete_account(&self, who: &Principal, uuid: &str) -> Result<()> {
        let account = self.account(who, uuid).await?.account;
        let (user, system) = (Action::DeleteUser, Action::DeleteSystemAccount);
        let act = on_account(&account, user, system)?.changing(shown(&account.fields), Value::Null);
        self.require_power_over(who, uuid).await?;
        self.writing(who, act, uuid.to_owned(), |connection, uuid| {
            Box::pin(async move {
                let account = accounts::require(connection, uuid, None).await?;
                accounts::delete(connection, &account).await
            })
        })
        .await
    }

    /// Replaces the roles of an account.
    ///
    /// # Errors
    /// Refused if there is no such account or role; forbidden for one's own account, and for roles with
    /// permissions that the caller lacks.
    pub(crate) async fn assign_roles(&self, who: &Principal, uuid: &str, wanted: Vec<String>) -> Result<()> {
        let account = self.account(who, uuid).await?;
        if who.account().is_some_and(|own| own.uuid == uuid) {
            let message = "nobody may change their own roles: ask another administrator";
            return Err(Error::Forbidden(message.to_owned()));
        }
        let found = roles::require_all(&mut *self.store.read().await?, &wanted).await?;
        let names =
            |roles: &[Role]| -> Vec<String> { roles.iter().map(|role| role.fields.name.clone()).collect() };
        let is_new = |role: &&Role| !account.roles.iter().any(|had| had.id == role.id);
        for role in found.iter().filter(is_new).filter(|role| !is_default(role)) {
            cover(who, &role.fields.permissions)?;
        }
        let (user, system) = (Action::AssignRoles, Action::AssignSystemAccountRoles);
        let act = on_account(&account.account, user, system)?;
        let act = act.changing(
            json!({ "roles": names(&account.roles) }),
            json!({ "roles": names(&found) }),
        );
        let assignment = Assignment {
            uuid: uuid.to_owned(),
            roles: wanted,
        };
        self.writing(who, act, assignment, |connection, assignment| {
            Box::pin(async move {
                let account = accounts::require(connection, &assignment.uuid, None).await?;
                let roles = roles::require_all(connection, &assignment.roles).await?;
                roles::assign(connection, account.id, &roles).await
            })
        })
        .await
    }

    /// Requires that the caller has every permission of an account: only then may the caller act for it, or
    /// delete it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] with the missing permission.
    pub(super) async fn require_power_over(&self, who: &Principal, uuid: &str) -> Result<()> {
        let mut connection = self.store.read().await?;
        let account = accounts::require(&mut connection, uuid, None).await?;
        let of = roles::of_accounts(&mut connection, &[account.id]).await?;
        for role in of.into_values().flatten().filter(|role| !is_default(role)) {
            cover(who, &role.fields.permissions)?;
        }
        Ok(())
    }
}

/// Returns whether new accounts get this role. Anyone who may create accounts may assign it, and act for
/// accounts with no other role.
fn is_default(role: &Role) -> bool {
    [DEFAULT_OF_USERS, DEFAULT_OF_SYSTEM_ACCOUNTS]
        .iter()
        .any(|default| default.uuid == role.uuid)
}

/// Refuses to grant permissions that the caller lacks.
///
/// # Errors
/// [`Error::Forbidden`] with the first missing permission.
pub(super) fn cover(who: &Principal, permissions: &[String]) -> Result<()> {
    match who.lacking(permissions) {
        None => Ok(()),
        Some(permission) => Err(Error::Forbidden(format!(
            "the permission {permission} is missing: nobody may give others more than they have, or act for those who have more"
        ))),
    }
}

/// Returns the action on an account, depending on its kind.
fn on_account(account: &Account, user: Action, system: Action) -> Result<Act> {
    let name = &account.fields.name;
    Ok(match account.kind()? {
        Kind::User => Act::everywhere(user, "user", name),
        Kind::System => Act::account(system, &account.uuid, "system account", name),
    })
}

async fn details(connection: &mut Connection, rows: Vec<Account>) -> Result<Vec<AccountDetails>> {
    let ids: Vec<i64> = rows.iter().map(|account| account.id).collect();
    let mut roles = roles::of_accounts(connection, &ids).await?;
    let mut teams: HashMap<i64, Vec<TeamName>> = HashMap::new();
    for (account, team) in teams::of_accounts(connection, &ids).await? {
        teams.entry(account).or_default().push(team);
    }
    Ok(rows
        .into_iter()
        .map(|account| AccountDetails {
            roles: roles.remove(&account.id).unwrap_or_default(),
            teams: teams.remove(&account.id).unwrap_or_default(),
            account,
        })
        .collect())
}

/// Returns the account's fields for the audit log.
fn shown(fields: &Fields) -> Value {
    json!({
        "name": fields.name,
        "email": fields.email,
        "firstName": fields.first_name,
        "lastName": fields.last_name,
        "externalIdpId": fields.external_id,
        "externalIdpUsername": fields.external_name,
        "active": fields.active,
    })
}

/// Checks an email address.
///
/// # Errors
/// What is wrong.
pub(crate) fn check_email(email: &str) -> Result<(), Refusal> {
    let fine = email
        .split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'));
    if fine && !email.contains(char::is_whitespace) {
        Ok(())
    } else {
        Err(Refusal::invalid("email", "is not an email address"))
    }
}

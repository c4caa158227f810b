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
    /// Returns accounts by name: those that the caller may see.
    pub(crate) async fn accounts(
        &self,
        who: &Principal,
        wanted: &Wanted,
        slice: Slice,
    ) -> Result<Listed<AccountDetails>> {
        let kinds: &[Kind] = match wanted.kind {
            None => &[Kind::User, Kind::System],
            Some(Kind::User) => &[Kind::User],
            Some(Kind::System) => &[Kind::System],
        };
        let mut seen = kinds.to_vec();
        seen.retain(|kind| sees(who, *kind, Tie::ANY));
        if seen.is_empty() {
            for kind in kinds {
                super::act::allow(who, reading(*kind), Tie::ANY)?;
            }
        }
        if !seen.iter().all(|kind| sees(who, *kind, Tie::NONE)) {
            return self.accounts_of_own_teams(who, wanted, slice).await;
        }
        let mut connection = self.store.read().await?;
        let wanted = Wanted {
            kind: match seen.as_slice() {
                [kind] => Some(*kind),
                _ => None,
            },
            ..wanted.clone()
        };
        let listed = accounts::list(&mut connection, &wanted, slice).await?;
        Ok(Listed {
            rows: details(&mut connection, listed.rows).await?,
            total: listed.total,
        })
    }

    /// Returns the accounts that the caller sees, some of which only because of a common team.
    async fn accounts_of_own_teams(
        &self,
        who: &Principal,
        wanted: &Wanted,
        slice: Slice,
    ) -> Result<Listed<AccountDetails>> {
        let mut connection = self.store.read().await?;
        let all = accounts::list(&mut connection, wanted, Slice::WHOLE).await?;
        let found = seen_by(who, &mut connection, all.rows).await?;
        let total = i64::try_from(found.len()).unwrap_or(i64::MAX);
        let skipped = usize::try_from(slice.offset).unwrap_or(usize::MAX);
        let limit = usize::try_from(slice.limit).unwrap_or(usize::MAX);
        let rows = found.into_iter().skip(skipped).take(limit).collect();
        Ok(Listed {
            rows: details(&mut connection, rows).await?,
            total,
        })
    }

    /// Returns those of some accounts that the caller may see.
    pub(crate) async fn seen_of(&self, who: &Principal, accounts: &[Account]) -> Result<Vec<Account>> {
        seen_by(who, &mut *self.store.read().await?, accounts.to_vec()).await
    }

    /// # Errors
    /// Refused if there is no such account.
    pub(crate) async fn account(&self, who: &Principal, uuid: &str) -> Result<AccountDetails> {
        let mut connection = self.store.read().await?;
        let account = accounts::require(&mut connection, uuid, None).await?;
        let is_own = who.account().is_some_and(|own| own.uuid == uuid);
        if !is_own {
            let tie = tie_to(who, &mut connection, uuid).await?;
            super::act::allow(who, reading(account.kind()?), tie)?;
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
        check_kind(kind, &Fields::default(), &fields)?;
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
        check_kind(account.kind()?, &account.fields, &fields)?;
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
        self.require_power_to_assign(who, &account, &found).await?;
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
}

/// What it is to see accounts of a kind.
fn reading(kind: Kind) -> Action {
    match kind {
        Kind::User => Action::ReadUsers,
        Kind::System => Action::ReadSystemAccounts,
    }
}

fn sees(who: &Principal, kind: Kind, tie: Tie) -> bool {
    reading(kind).right().is_none_or(|right| who.may(right, tie))
}

async fn tie_to(who: &Principal, connection: &mut Connection, uuid: &str) -> Result<Tie> {
    Ok(shared(who, &ties::teams_of_account(connection, uuid).await?))
}

/// The tie to an account with these teams.
pub(super) fn shared(who: &Principal, teams: &[i64]) -> Tie {
    Tie {
        team: teams.iter().any(|team| who.tie_to_team(Some(*team)).team),
        own: false,
    }
}

/// Returns those of some accounts that the caller may see.
async fn seen_by(
    who: &Principal,
    connection: &mut Connection,
    accounts: Vec<Account>,
) -> Result<Vec<Account>> {
    let ids: Vec<i64> = accounts.iter().map(|account| account.id).collect();
    let teams = ties::teams_of_accounts(connection, &ids).await?;
    let mut seen = Vec::new();
    for account in accounts {
        let tie = shared(who, teams.get(&account.id).map_or(&[], Vec::as_slice));
        let is_own = who.account().is_some_and(|own| own.id == account.id);
        if is_own || sees(who, account.kind()?, tie) {
            seen.push(account);
        }
    }
    Ok(seen)
}

/// Returns the action on an account, depending on its kind.
pub(super) fn on_account(account: &Account, user: Action, system: Action) -> Result<Act> {
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

/// Checks that a system account gets no email address: an address belongs to a person, who may log in with it or be made an
/// administrator by it.
fn check_kind(kind: Kind, before: &Fields, after: &Fields) -> Result<(), Refusal> {
    if kind == Kind::System && after.email.is_some() && after.email != before.email {
        return Err(Refusal::invalid(
            "email",
            "is for users: a system account has none",
        ));
    }
    Ok(())
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

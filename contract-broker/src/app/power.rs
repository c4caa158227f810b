//! Who may act for an account, and give it what it has not got: only those who may do all of that themselves.

use super::{AccountDetails, Act, App, Error, Result, accounts::on_account};
use crate::{
    auth::Principal,
    domain::access::{Action, DEFAULT_OF_SYSTEM_ACCOUNTS, DEFAULT_OF_USERS, Right, Tie},
    store::{
        Connection,
        identity::{
            accounts::{self, Account, Kind},
            roles::{self, Role},
            teams::{self, Bond},
        },
    },
};

impl App {
    /// Requires that the caller may do everything that an account may: only then may the caller act for it, or
    /// delete it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] with the missing permission or team.
    pub(super) async fn require_power_over(&self, who: &Principal, uuid: &str) -> Result<()> {
        let mut connection = self.store.read().await?;
        let account = accounts::require(&mut connection, uuid, None).await?;
        let of = roles::of_accounts(&mut connection, &[account.id]).await?;
        let roles: Vec<Role> = of.into_values().flatten().collect();
        cover_roles(who, &roles)?;
        cover_teams(who, &mut connection, &account, &roles).await
    }

    /// Requires that the caller may do everything that the roles allow which an account gets, and is in every team for
    /// which a role counts that it gets or loses.
    ///
    /// # Errors
    /// [`Error::Forbidden`] with the missing permission or team.
    pub(super) async fn require_power_to_assign(
        &self,
        who: &Principal,
        account: &AccountDetails,
        wanted: &[Role],
    ) -> Result<()> {
        let is_in = |roles: &[Role], role: &Role| roles.iter().any(|other| other.id == role.id);
        let given = wanted.iter().filter(|role| !is_in(&account.roles, role));
        let taken = account.roles.iter().filter(|role| !is_in(wanted, role));
        let given: Vec<Role> = given.cloned().collect();
        cover_roles(who, &given)?;
        let changed: Vec<Role> = given.into_iter().chain(taken.cloned()).collect();
        let mut connection = self.store.read().await?;
        cover_teams(who, &mut connection, &account.account, &changed).await
    }

    /// Whether the caller may change and delete an account, or make tokens of it: pages offer nothing else.
    pub(crate) async fn may_change_account(&self, who: &Principal, account: &Account) -> Result<bool> {
        let act = on_account(account, Action::ChangeUser, Action::ChangeSystemAccount)?;
        let leave = match self.permit(who, act).await {
            Ok(_) => self.require_power_over(who, &account.uuid).await,
            Err(error) => Err(error),
        };
        allowed(leave)
    }

    /// The roles that the caller may give an account and take from it. None if the account has one that is beyond the
    /// caller: it could not stay as it is.
    pub(crate) async fn assignable_roles(
        &self,
        who: &Principal,
        account: &AccountDetails,
    ) -> Result<Vec<Role>> {
        let is_own = who.account().is_some_and(|own| own.id == account.account.id);
        let act = on_account(
            &account.account,
            Action::AssignRoles,
            Action::AssignSystemAccountRoles,
        )?;
        if is_own
            || !who.may(Right::RoleRead, Tie::ANY)
            || !allowed(self.permit(who, act).await)?
            || !allowed(self.require_power_over(who, &account.account.uuid).await)?
        {
            return Ok(Vec::new());
        }
        let mut roles = self.roles(who).await?;
        roles.retain(|role| cover_roles(who, std::slice::from_ref(role)).is_ok());
        Ok(roles)
    }

    /// Those of some accounts that the caller may take into a team.
    pub(crate) async fn enlistable(&self, who: &Principal, accounts: Vec<Account>) -> Result<Vec<Account>> {
        let mut found = Vec::new();
        for account in accounts {
            if allowed(self.require_power_to_enlist(who, &[&account]).await)? {
                found.push(account);
            }
        }
        Ok(found)
    }

    /// Requires that the caller manages the system accounts that are to get into a team: its members manage them too from
    /// then on. Users are managed by nobody because of a team.
    ///
    /// # Errors
    /// [`Error::Forbidden`] with the missing permission or team.
    pub(super) async fn require_power_to_enlist(&self, who: &Principal, new: &[&Account]) -> Result<()> {
        if who.may(Right::SystemAccountManage, Tie::NONE) {
            return Ok(());
        }
        for account in new {
            if account.kind()? == Kind::System {
                let name = &account.fields.name;
                let act = Act::account(Action::ChangeSystemAccount, &account.uuid, "system account", name);
                self.permit(who, act).await?;
                self.require_power_over(who, &account.uuid).await?;
            }
        }
        Ok(())
    }
}

/// Whether something was allowed.
///
/// # Errors
/// Every failure but a permission that is missing.
pub(super) fn allowed<T>(leave: Result<T>) -> Result<bool> {
    match leave {
        Ok(_) => Ok(true),
        Err(Error::Forbidden(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Returns whether new accounts get this role. Anyone who may create accounts may assign it, and act for
/// accounts with no other role.
fn is_default(role: &Role) -> bool {
    [DEFAULT_OF_USERS, DEFAULT_OF_SYSTEM_ACCOUNTS]
        .iter()
        .any(|default| default.uuid == role.uuid)
}

fn cover_roles(who: &Principal, roles: &[Role]) -> Result<()> {
    roles
        .iter()
        .filter(|role| !is_default(role))
        .try_for_each(|role| cover(who, &role.fields.permissions))
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

/// Refuses power over an account in teams that the caller is not in, if these roles count for what belongs to teams.
async fn cover_teams(
    who: &Principal,
    connection: &mut Connection,
    account: &Account,
    roles: &[Role],
) -> Result<()> {
    let manages_all = who.may(Right::SystemAccountManage, Tie::NONE);
    let counted = roles.iter().filter(|role| !(manages_all && is_default(role)));
    let permissions = counted.flat_map(|role| &role.fields.permissions);
    let everywhere: Vec<String> = permissions
        .filter_map(|permission| permission.strip_suffix(":team"))
        .map(|name| format!("{name}:*"))
        .collect();
    let (member_of, administers) = match who.account() {
        Some(own) => (own.teams.as_slice(), own.administers.as_slice()),
        None => (&[][..], &[][..]),
    };
    if who.lacking(&everywhere).is_some()
        && let Some(team) = teams::beyond(connection, Bond::Member, account.id, member_of).await?
    {
        return Err(Error::Forbidden(format!(
            "the account belongs to the team {team}, and you do not: nobody may act for those who have more; ask \
             somebody of all its teams, or an administrator"
        )));
    }
    if !who.may(Right::TeamManage, Tie::NONE)
        && let Some(team) = teams::beyond(connection, Bond::Administrator, account.id, administers).await?
    {
        return Err(Error::Forbidden(format!(
            "the account administers the team {team}, and you do not: nobody may act for those who have more; ask an \
             administrator of that team"
        )));
    }
    Ok(())
}

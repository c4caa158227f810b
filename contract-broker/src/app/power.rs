//! Who may act for an account, and give it what it has not got: only those who may do all of that themselves.

use std::collections::HashMap;

use super::{
    AccountDetails, App, Error, Result,
    accounts::{on_account, shared},
    act::allow,
};
use crate::{
    auth::Principal,
    domain::access::{Action, DEFAULT_OF_SYSTEM_ACCOUNTS, DEFAULT_OF_USERS, Right, Tie},
    store::{
        Connection,
        identity::{
            accounts::{self, Account, Kind},
            roles::{self, Role},
            teams::{self, Bond},
            ties,
        },
    },
};

/// What decides who may act for accounts, by the ids of the accounts.
struct Standing {
    roles: HashMap<i64, Vec<Role>>,
    beyond: TeamsBeyond,
}

/// The name of a team of each account that the caller is not in, and of one that the caller does not administer.
struct TeamsBeyond {
    member_of: HashMap<i64, String>,
    administers: HashMap<i64, String>,
}

impl Standing {
    async fn read(who: &Principal, connection: &mut Connection, accounts: &[i64]) -> Result<Self> {
        Ok(Self {
            roles: roles::of_accounts(&mut *connection, accounts).await?,
            beyond: TeamsBeyond::read(who, connection, accounts).await?,
        })
    }

    /// Requires that the caller may do everything that an account may.
    fn cover(&self, who: &Principal, account: i64) -> Result<()> {
        let roles = self.roles.get(&account).map_or(&[][..], Vec::as_slice);
        cover_roles(who, roles)?;
        self.beyond.cover(who, account, roles)
    }
}

impl TeamsBeyond {
    async fn read(who: &Principal, connection: &mut Connection, accounts: &[i64]) -> Result<Self> {
        let (member_of, administers) = match who.account() {
            Some(own) => (own.teams.as_slice(), own.administers.as_slice()),
            None => (&[][..], &[][..]),
        };
        Ok(Self {
            member_of: teams::beyond(&mut *connection, Bond::Member, accounts, member_of).await?,
            administers: teams::beyond(connection, Bond::Administrator, accounts, administers).await?,
        })
    }

    /// Refuses power over an account in teams that the caller is not in, if these roles count for what belongs to teams.
    fn cover(&self, who: &Principal, account: i64, roles: &[Role]) -> Result<()> {
        let manages_all = who.may(Right::SystemAccountManage, Tie::NONE);
        let counted = roles.iter().filter(|role| !(manages_all && is_default(role)));
        let permissions = counted.flat_map(|role| &role.fields.permissions);
        let everywhere: Vec<String> = permissions
            .filter_map(|permission| permission.strip_suffix(":team"))
            .map(|name| format!("{name}:*"))
            .collect();
        if who.lacking(&everywhere).is_some()
            && let Some(team) = self.member_of.get(&account)
        {
            return Err(Error::Forbidden(format!(
                "the account belongs to the team {team}, and you do not: nobody may act for those who have more; ask \
                 somebody of all its teams, or an administrator"
            )));
        }
        if !who.may(Right::TeamManage, Tie::NONE)
            && let Some(team) = self.administers.get(&account)
        {
            return Err(Error::Forbidden(format!(
                "the account administers the team {team}, and you do not: nobody may act for those who have more; ask an \
                 administrator of that team"
            )));
        }
        Ok(())
    }
}

impl App {
    /// Requires that the caller may do everything that an account may: only then may the caller act for it, or
    /// delete it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] with the missing permission or team.
    pub(super) async fn require_power_over(&self, who: &Principal, uuid: &str) -> Result<()> {
        let mut connection = self.store.read().await?;
        let account = accounts::require(&mut connection, uuid, None).await?;
        let standing = Standing::read(who, &mut connection, &[account.id]).await?;
        standing.cover(who, account.id)
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
        let beyond = TeamsBeyond::read(who, &mut connection, &[account.account.id]).await?;
        beyond.cover(who, account.account.id, &changed)
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

    /// Returns those of some accounts that the caller may take into a team. Reads what decides it once for all of them.
    pub(crate) async fn enlistable(&self, who: &Principal, accounts: Vec<Account>) -> Result<Vec<Account>> {
        let leaves = self.leaves_to_enlist(who, &accounts).await?;
        let mut found = Vec::new();
        for (account, leave) in accounts.into_iter().zip(leaves) {
            if allowed(leave)? {
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
    pub(super) async fn require_power_to_enlist(&self, who: &Principal, new: &[Account]) -> Result<()> {
        self.leaves_to_enlist(who, new).await?.into_iter().collect()
    }

    /// Returns for each account, in order, whether the caller may take it into a team: [`Error::Forbidden`] with the
    /// missing permission or team if not.
    async fn leaves_to_enlist(&self, who: &Principal, accounts: &[Account]) -> Result<Vec<Result<()>>> {
        if who.may(Right::SystemAccountManage, Tie::NONE) {
            return Ok(accounts.iter().map(|_| Ok(())).collect());
        }
        let ids: Vec<i64> = accounts.iter().map(|account| account.id).collect();
        let mut connection = self.store.read().await?;
        let teams = ties::teams_of_accounts(&mut connection, &ids).await?;
        let standing = Standing::read(who, &mut connection, &ids).await?;
        let leave = |account: &Account| match account.kind()? {
            Kind::User => Ok(()),
            Kind::System => {
                let tie = shared(who, teams.get(&account.id).map_or(&[], Vec::as_slice));
                allow(who, Action::ChangeSystemAccount, tie)?;
                standing.cover(who, account.id)
            }
        };
        Ok(accounts.iter().map(leave).collect())
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

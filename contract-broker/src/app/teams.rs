//! Teams.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{Act, App, Result};
use crate::{
    auth::Principal,
    domain::access::{Action, Right, Tie},
    store::{
        Listed, Slice,
        identity::{
            accounts::{self, Account},
            team_metrics::{self, TeamCounts},
            teams::{self, Belongings, Team, Wanted},
        },
        integrations::Integration,
    },
};

/// A team with what belongs to it.
pub(crate) struct TeamDetails {
    pub(crate) team: Team,
    pub(crate) belongings: Belongings,
}

/// How the members of a team change.
#[derive(Debug, Clone)]
pub(crate) enum MemberChange {
    /// These and no others, by uuid.
    Replace(Vec<String>),
    /// These are added and those removed, by uuid.
    Some { add: Vec<String>, remove: Vec<String> },
}

/// A team and what it is to be.
struct Edit {
    uuid: String,
    wanted: Wanted,
}

/// A team and the ids of its members.
struct Members {
    team: i64,
    accounts: Vec<i64>,
}

impl App {
    /// Teams whose name contains a text.
    pub(crate) async fn teams(
        &self,
        who: &Principal,
        like: Option<&str>,
        slice: Slice,
    ) -> Result<Listed<Team>> {
        Ok(teams::list(&mut *self.reading_for(who, Action::ReadTeams).await?, like, slice).await?)
    }

    /// Counts of what belongs to each team.
    pub(crate) async fn team_metrics(&self, who: &Principal) -> Result<Vec<TeamCounts>> {
        Ok(team_metrics::list(&mut *self.reading_for(who, Action::ReadTeams).await?).await?)
    }

    /// The integrations whose consumer or provider belongs to a team, by names.
    ///
    /// # Errors
    /// Refused where there is none with this uuid.
    pub(crate) async fn integrations_of_team(&self, who: &Principal, uuid: &str) -> Result<Vec<Integration>> {
        let mut found = self.integrations(who, None, Slice::WHOLE).await?.rows;
        let mut connection = self.store.read().await?;
        let team = teams::require(&mut connection, uuid).await?;
        let names = teams::belongings(&mut connection, team.id).await?.pacticipants;
        let names: HashSet<String> = names.into_iter().collect();
        found.retain(|pair| names.contains(&pair.consumer) || names.contains(&pair.provider));
        Ok(found)
    }

    /// # Errors
    /// Refused where there is none with this uuid.
    pub(crate) async fn team(&self, who: &Principal, uuid: &str) -> Result<TeamDetails> {
        let mut connection = self.reading_for(who, Action::ReadTeams).await?;
        let team = teams::require(&mut connection, uuid).await?;
        Ok(TeamDetails {
            belongings: teams::belongings(&mut connection, team.id).await?,
            team,
        })
    }

    /// # Errors
    /// Refused where there is one of this name, or no such application, user or environment.
    pub(crate) async fn create_team(&self, who: &Principal, wanted: Wanted) -> Result<TeamDetails> {
        let name = wanted.name.clone().unwrap_or_default();
        let act = Act::everywhere(Action::CreateTeam, "team", name).changing(Value::Null, shown(&wanted));
        self.permit(who, act.clone()).await?;
        self.may_give_to_team(who, &wanted, &Belongings::default())
            .await?;
        let edit = Edit {
            uuid: uuid::Uuid::new_v4().to_string(),
            wanted,
        };
        let uuid = edit.uuid.clone();
        self.writing(who, act, edit, |connection, edit| {
            Box::pin(async move {
                let name = edit.wanted.name.as_deref().unwrap_or_default();
                let created = teams::create(connection, &edit.uuid, name).await?;
                teams::change(connection, created.id, &edit.wanted).await
            })
        })
        .await?;
        self.team(who, &uuid).await
    }

    /// Changes a team and what belongs to it.
    ///
    /// # Errors
    /// Refused where there is none with this uuid, another one has its name, or there is no such application, user or
    /// environment.
    pub(crate) async fn change_team(
        &self,
        who: &Principal,
        uuid: &str,
        wanted: Wanted,
    ) -> Result<TeamDetails> {
        let before = self.team(who, uuid).await?;
        let act = Act::team(Action::ChangeTeam, before.team.id, &before.team.name);
        let act = act.changing(shown_belongings(&before), shown(&wanted));
        self.permit(who, act.clone()).await?;
        self.may_give_to_team(who, &wanted, &before.belongings).await?;
        let edit = Edit {
            uuid: uuid.to_owned(),
            wanted,
        };
        self.writing(who, act, edit, |connection, edit| {
            Box::pin(async move {
                let team = teams::require(connection, &edit.uuid).await?;
                teams::change(connection, team.id, &edit.wanted).await
            })
        })
        .await?;
        self.team(who, uuid).await
    }

    /// # Errors
    /// Refused where there is none with this uuid, or it still has secrets or webhooks.
    pub(crate) async fn delete_team(&self, who: &Principal, uuid: &str) -> Result<()> {
        let before = self.team(who, uuid).await?;
        let act = Act::everywhere(Action::DeleteTeam, "team", &before.team.name);
        let act = act.changing(shown_belongings(&before), Value::Null);
        self.writing(who, act, uuid.to_owned(), |connection, uuid| {
            Box::pin(async move {
                let team = teams::require(connection, uuid).await?;
                teams::delete(connection, &team).await
            })
        })
        .await
    }

    /// Changes who is in a team; gives its members afterwards.
    ///
    /// # Errors
    /// Refused where there is no such team or account.
    pub(crate) async fn change_members(
        &self,
        who: &Principal,
        uuid: &str,
        change: MemberChange,
    ) -> Result<Vec<Account>> {
        let before = self.team(who, uuid).await?;
        let mut uuids: Vec<String> = match &change {
            MemberChange::Replace(uuids) => uuids.clone(),
            MemberChange::Some { add, remove } => {
                let had = before
                    .belongings
                    .members
                    .iter()
                    .map(|account| account.uuid.clone());
                had.chain(add.iter().cloned())
                    .filter(|uuid| !remove.contains(uuid))
                    .collect()
            }
        };
        uuids.sort_unstable();
        uuids.dedup();
        let found = accounts::require_all(&mut *self.store.read().await?, "users", &uuids).await?;
        let names = |accounts: &[Account]| -> Vec<String> {
            accounts
                .iter()
                .map(|account| account.fields.name.clone())
                .collect()
        };
        let act = Act::team(Action::ChangeTeam, before.team.id, &before.team.name).changing(
            json!({ "members": names(&before.belongings.members) }),
            json!({ "members": names(&found) }),
        );
        self.permit(who, act.clone()).await?;
        self.may_enlist(who, &found, &before.belongings.members).await?;
        let members = Members {
            team: before.team.id,
            accounts: found.iter().map(|account| account.id).collect(),
        };
        self.writing(who, act, members, |connection, members| {
            Box::pin(teams::set_members(connection, members.team, &members.accounts))
        })
        .await?;
        Ok(self.team(who, uuid).await?.belongings.members)
    }

    /// Whoever gives applications and environments to a team must be allowed to manage them: else its administrator could take
    /// what belongs to others.
    async fn may_give_to_team(&self, who: &Principal, wanted: &Wanted, had: &Belongings) -> Result<()> {
        if !who.may(Right::ContractManage, Tie::NONE) {
            let new = wanted.pacticipants.iter().flatten();
            for name in new.filter(|name| !had.pacticipants.contains(name)) {
                self.permit(who, Act::application(Action::ChangeApplication, name))
                    .await?;
            }
        }
        if !who.may(Right::EnvironmentManage, Tie::NONE) {
            let has = |uuid: &str| {
                had.environments
                    .iter()
                    .any(|environment| environment.uuid == uuid)
            };
            for uuid in wanted.environments.iter().flatten().filter(|uuid| !has(uuid)) {
                self.permit(who, Act::environment(Action::ChangeEnvironment, uuid))
                    .await?;
            }
        }
        if let Some(uuids) = &wanted.administrators {
            let found =
                accounts::require_all(&mut *self.store.read().await?, "administratorUuids", uuids).await?;
            self.may_enlist(who, &found, &had.administrators).await?;
        }
        Ok(())
    }

    /// Whoever takes accounts into a team must be allowed to.
    async fn may_enlist(&self, who: &Principal, accounts: &[Account], had: &[Account]) -> Result<()> {
        let is_new = |account: &&Account| !had.iter().any(|other| other.id == account.id);
        let new: Vec<Account> = accounts.iter().filter(is_new).cloned().collect();
        self.require_power_to_enlist(who, &new).await
    }
}

fn shown(wanted: &Wanted) -> Value {
    json!({
        "name": wanted.name,
        "pacticipantNames": wanted.pacticipants,
        "administratorUuids": wanted.administrators,
        "environmentUuids": wanted.environments,
    })
}

fn shown_belongings(team: &TeamDetails) -> Value {
    let Belongings {
        pacticipants,
        administrators,
        environments,
        ..
    } = &team.belongings;
    let administrators: Vec<&str> = administrators
        .iter()
        .map(|account| account.uuid.as_str())
        .collect();
    let environments: Vec<&str> = environments
        .iter()
        .map(|environment| environment.uuid.as_str())
        .collect();
    json!({
        "name": team.team.name,
        "pacticipantNames": pacticipants,
        "administratorUuids": administrators,
        "environmentUuids": environments,
    })
}

//! Environments.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{Act, App, Error, Result};
use crate::{
    auth::Principal,
    domain::access::{Action, Right, Tie},
    store::{
        Connection, Result as Stored,
        environments::{self, Environment, Fields},
        identity::teams::{self, TeamName},
    },
};

/// An environment and its new fields.
struct Edit {
    uuid: String,
    fields: Fields,
    /// The uuids of its teams; `None` leaves them unchanged.
    teams: Option<Vec<String>>,
}

impl App {
    /// Returns the environments that the caller may see.
    pub(crate) async fn environments(&self, who: &Principal) -> Result<Vec<Environment>> {
        let mut connection = self.reading_for(who, Action::ReadEnvironments).await?;
        let all = environments::list(&mut connection).await?;
        if who.may(Right::EnvironmentRead, Tie::NONE) {
            return Ok(all);
        }
        let ids: Vec<i64> = all.iter().map(|environment| environment.id).collect();
        let owned = teams::ids_of_environments(&mut connection, &ids).await?;
        Ok(all
            .into_iter()
            .filter(|environment| sees(who, owned.get(&environment.id).map_or(&[][..], Vec::as_slice)))
            .collect())
    }

    /// # Errors
    /// Refused if there is no environment with this uuid that the caller may see.
    pub(crate) async fn environment(&self, who: &Principal, uuid: &str) -> Result<Environment> {
        let mut connection = self.reading_for(who, Action::ReadEnvironments).await?;
        let environment = environments::require(&mut connection, uuid).await?;
        let owned = teams::ids_of_environments(&mut connection, &[environment.id]).await?;
        if sees(who, owned.get(&environment.id).map_or(&[][..], Vec::as_slice)) {
            Ok(environment)
        } else {
            Err(Error::not_found(format!(
                "No environment with uuid '{uuid}' found"
            )))
        }
    }

    /// Returns the environment with this name, if there is one that the caller may see.
    pub(crate) async fn environment_named(&self, who: &Principal, name: &str) -> Result<Option<Environment>> {
        let found =
            environments::named(&mut *self.reading_for(who, Action::ReadEnvironments).await?, name).await?;
        match found {
            Some(environment) => match self.environment(who, &environment.uuid).await {
                Ok(environment) => Ok(Some(environment)),
                Err(Error::Refused(_)) => Ok(None),
                Err(error) => Err(error),
            },
            None => Ok(None),
        }
    }

    /// Returns the teams of environments, by id of the environment.
    pub(crate) async fn teams_of_environments(
        &self,
        who: &Principal,
        environments: &[Environment],
    ) -> Result<HashMap<i64, Vec<TeamName>>> {
        let mut connection = self.reading_for(who, Action::ReadEnvironments).await?;
        let ids: Vec<i64> = environments.iter().map(|environment| environment.id).collect();
        let mut of: HashMap<i64, Vec<TeamName>> = HashMap::new();
        for (environment, team) in teams::of_environments(&mut connection, &ids).await? {
            of.entry(environment).or_default().push(team);
        }
        Ok(of)
    }

    /// # Errors
    /// Refused if another environment has this name, or there is no such team.
    pub(crate) async fn create_environment(
        &self,
        who: &Principal,
        fields: Fields,
        teams: Option<Vec<String>>,
    ) -> Result<Environment> {
        let uuid = uuid::Uuid::new_v4().to_string();
        let act = Act::everywhere(Action::CreateEnvironment, "environment", &fields.name)
            .changing(Value::Null, shown(&fields));
        let edit = Edit { uuid, fields, teams };
        self.writing(who, act, edit, |connection, edit| {
            Box::pin(async move {
                let created = environments::create(connection, &edit.uuid, &edit.fields).await?;
                set_teams(connection, created.id, edit).await?;
                Ok(created)
            })
        })
        .await
    }

    /// # Errors
    /// Refused if there is no environment with this uuid, another one has this name, or there is no such
    /// team.
    pub(crate) async fn replace_environment(
        &self,
        who: &Principal,
        uuid: String,
        fields: Fields,
        teams: Option<Vec<String>>,
    ) -> Result<Environment> {
        let before = environments::require(
            &mut *self.reading_for(who, Action::ReadEnvironments).await?,
            &uuid,
        )
        .await?;
        let act = Act::environment(Action::ChangeEnvironment, &uuid)
            .changing(shown(&before.fields), shown(&fields));
        let edit = Edit { uuid, fields, teams };
        self.writing(who, act, edit, |connection, edit| {
            Box::pin(async move {
                let updated = environments::update(connection, &edit.uuid, &edit.fields).await?;
                set_teams(connection, updated.id, edit).await?;
                Ok(updated)
            })
        })
        .await
    }

    /// Deletes an environment with its records.
    ///
    /// # Errors
    /// Refused if there is no environment with this uuid.
    pub(crate) async fn delete_environment(&self, who: &Principal, uuid: String) -> Result<()> {
        let before = environments::require(
            &mut *self.reading_for(who, Action::ReadEnvironments).await?,
            &uuid,
        )
        .await?;
        let act =
            Act::environment(Action::DeleteEnvironment, &uuid).changing(shown(&before.fields), Value::Null);
        self.writing(who, act, uuid, |connection, uuid| {
            Box::pin(environments::delete(connection, uuid))
        })
        .await
    }
}

/// Returns whether the caller may see an environment of these teams. One without a team is visible to
/// everyone who may see any.
fn sees(who: &Principal, teams: &[i64]) -> bool {
    let shares = |team: &i64| who.tie_to_team(Some(*team)).team;
    let tie = Tie {
        team: teams.is_empty() || teams.iter().any(shares),
        own: false,
    };
    who.may(Right::EnvironmentRead, tie)
}

async fn set_teams(connection: &mut Connection, environment: i64, edit: &Edit) -> Stored<()> {
    match &edit.teams {
        Some(uuids) => teams::set_of_environment(connection, environment, uuids).await,
        None => Ok(()),
    }
}

/// Returns the environment's fields for the audit log.
fn shown(fields: &Fields) -> Value {
    json!({ "name": fields.name, "displayName": fields.display_name, "production": fields.production })
}

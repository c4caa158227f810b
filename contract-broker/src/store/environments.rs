//! Environments.

use serde_json::Value;

use super::{Connection, Error, Result, Statement, row};
use crate::domain::{Refusal, time::now};

row! {
    /// A stored environment.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Environment {
        pub(crate) id: i64,
        pub(crate) uuid: String,
        pub(crate) fields: Fields,
        pub(crate) created_at: i64,
        pub(crate) updated_at: i64,
    }

    /// The editable fields of an environment.
    #[derive(Debug, Clone, PartialEq, Eq, Default)]
    pub(crate) struct Fields {
        pub(crate) name: String,
        pub(crate) display_name: String,
        pub(crate) production: bool,
        /// JSON: a list of contacts.
        pub(crate) contacts: String,
    }
}

const SELECT: &str =
    "SELECT id, uuid, name, display_name, production, contacts, created_at, updated_at FROM environments";

impl Environment {
    /// Returns the contacts.
    ///
    /// # Errors
    /// They cannot be parsed.
    pub(crate) fn contacts(&self) -> Result<Vec<Value>> {
        serde_json::from_str(&self.fields.contacts)
            .map_err(|error| Error::unreadable("environments", &self.uuid, "contacts", error))
    }
}

/// Returns all environments (a broker has few), by display name.
pub(crate) async fn list(connection: &mut Connection) -> Result<Vec<Environment>> {
    Statement::new(format!("{SELECT} ORDER BY LOWER(display_name), id"))
        .all(connection)
        .await
}

/// Returns the environment with this uuid.
pub(crate) async fn require(connection: &mut Connection, uuid: &str) -> Result<Environment> {
    let found: Option<Environment> = Statement::new(format!("{SELECT} WHERE uuid = $1"))
        .bind(uuid)
        .optional(connection)
        .await?;
    found.ok_or_else(|| Refusal::NotFound(format!("No environment with uuid '{uuid}' found")).into())
}

/// Returns the environment with this name.
pub(crate) async fn named(connection: &mut Connection, name: &str) -> Result<Option<Environment>> {
    Statement::new(format!("{SELECT} WHERE name = $1"))
        .bind(name)
        .optional(connection)
        .await
}

/// Creates an environment; refused if the name is taken.
pub(crate) async fn create(connection: &mut Connection, uuid: &str, fields: &Fields) -> Result<Environment> {
    let inserted: Option<i64> = Statement::new(
        "INSERT INTO environments (uuid, name, display_name, production, contacts, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT DO NOTHING RETURNING id",
    )
    .bind(uuid)
    .bind(&fields.name)
    .bind(&fields.display_name)
    .bind(i64::from(fields.production))
    .bind(&fields.contacts)
    .bind(now())
    .optional(&mut *connection)
    .await?;
    if inserted.is_none() {
        return Err(taken(&fields.name).into());
    }
    require(connection, uuid).await
}

/// Overwrites an environment; refused if another one has the name.
pub(crate) async fn update(connection: &mut Connection, uuid: &str, fields: &Fields) -> Result<Environment> {
    let environment = require(connection, uuid).await?;
    if let Some(other) = named(connection, &fields.name).await?
        && other.id != environment.id
    {
        return Err(taken(&fields.name).into());
    }
    Statement::new(
        "UPDATE environments SET name = $1, display_name = $2, production = $3, contacts = $4, updated_at = $5 \
         WHERE id = $6",
    )
    .bind(&fields.name)
    .bind(&fields.display_name)
    .bind(i64::from(fields.production))
    .bind(&fields.contacts)
    .bind(now())
    .bind(environment.id)
    .execute(&mut *connection)
    .await?;
    require(connection, uuid).await
}

/// Deletes an environment with its records.
pub(crate) async fn delete(connection: &mut Connection, uuid: &str) -> Result<()> {
    let environment = require(connection, uuid).await?;
    for sql in [
        "DELETE FROM current_deployments WHERE environment_id = $1",
        "DELETE FROM deployments WHERE environment_id = $1",
        "DELETE FROM environments WHERE id = $1",
    ] {
        Statement::new(sql)
            .bind(environment.id)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

fn taken(name: &str) -> Refusal {
    Refusal::invalid(
        "name",
        format!("name '{name}' is already used by an existing environment"),
    )
}

/// Returns the environments of a team, by display name.
pub(crate) async fn of_team(connection: &mut Connection, team: i64) -> Result<Vec<Environment>> {
    Statement::new(format!(
        "{SELECT} WHERE id IN (SELECT environment_id FROM team_environments WHERE team_id = $1) \
         ORDER BY LOWER(display_name), id"
    ))
    .bind(team)
    .all(connection)
    .await
}

//! Secrets: values for webhooks. They are encrypted before they are passed to this module.

use super::{Connection, Result, Statement, row};
use crate::domain::{Refusal, time::now};

row! {
    /// A stored secret.
    #[derive(Debug, Clone)]
    pub(crate) struct Secret {
        pub(crate) uuid: String,
        pub(crate) name: String,
        pub(crate) description: Option<String>,
        pub(crate) team_id: Option<i64>,
        pub(crate) team_uuid: Option<String>,
        /// The value, encrypted for this uuid.
        pub(crate) sealed: String,
        pub(crate) created_at: i64,
        pub(crate) updated_at: i64,
    }
}

/// The fields of a secret to create or update.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) uuid: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) team_id: Option<i64>,
    pub(crate) sealed: String,
}

const SELECT: &str = "SELECT s.uuid, s.name, s.description, s.team_id, t.uuid, s.sealed, s.created_at, \
     s.updated_at FROM secrets s LEFT JOIN teams t ON t.id = s.team_id";

/// Returns every secret, by name.
pub(crate) async fn list(connection: &mut Connection) -> Result<Vec<Secret>> {
    Statement::new(format!("{SELECT} ORDER BY s.name, s.id"))
        .all(connection)
        .await
}

/// Returns the secrets that webhooks of a team may use; without a team, those that belong to no team.
pub(crate) async fn of_team(connection: &mut Connection, team: Option<i64>) -> Result<Vec<Secret>> {
    match team {
        Some(team) => Statement::new(format!("{SELECT} WHERE s.team_id = $1")).bind(team),
        None => Statement::new(format!("{SELECT} WHERE s.team_id IS NULL")),
    }
    .all(connection)
    .await
}

/// Returns the secret with this uuid.
///
/// # Errors
/// Refused if there is no such secret.
pub(crate) async fn require(connection: &mut Connection, uuid: &str) -> Result<Secret> {
    let found: Option<Secret> = Statement::new(format!("{SELECT} WHERE s.uuid = $1"))
        .bind(uuid)
        .optional(connection)
        .await?;
    found.ok_or_else(|| Refusal::NotFound(format!("No secret with uuid '{uuid}' found")).into())
}

/// Creates a secret.
///
/// # Errors
/// Refused if its team has a secret with this name.
pub(crate) async fn create(connection: &mut Connection, secret: &Wanted) -> Result<()> {
    check_name(connection, secret).await?;
    Statement::new(
        "INSERT INTO secrets (uuid, name, description, team_id, sealed, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $6)",
    )
    .bind(&secret.uuid)
    .bind(&secret.name)
    .bind(&secret.description)
    .bind(secret.team_id)
    .bind(&secret.sealed)
    .bind(now())
    .execute(connection)
    .await?;
    Ok(())
}

/// Overwrites a secret, except its team.
///
/// # Errors
/// Refused if its team has another secret with this name.
pub(crate) async fn update(connection: &mut Connection, secret: &Wanted) -> Result<()> {
    check_name(connection, secret).await?;
    Statement::new(
        "UPDATE secrets SET name = $2, description = $3, sealed = $4, updated_at = $5 WHERE uuid = $1",
    )
    .bind(&secret.uuid)
    .bind(&secret.name)
    .bind(&secret.description)
    .bind(&secret.sealed)
    .bind(now())
    .execute(connection)
    .await?;
    Ok(())
}

/// Deletes a secret.
pub(crate) async fn delete(connection: &mut Connection, uuid: &str) -> Result<()> {
    Statement::new("DELETE FROM secrets WHERE uuid = $1")
        .bind(uuid)
        .execute(connection)
        .await?;
    Ok(())
}

async fn check_name(connection: &mut Connection, secret: &Wanted) -> Result<()> {
    let of_team = of_team(connection, secret.team_id).await?;
    if of_team
        .iter()
        .any(|other| other.name == secret.name && other.uuid != secret.uuid)
    {
        let message = format!(
            "name '{}' is already used by a secret of the same team",
            secret.name
        );
        return Err(Refusal::invalid("name", message).into());
    }
    Ok(())
}

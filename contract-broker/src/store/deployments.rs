//! What was deployed and released where, and what is there now.

use super::{Connection, Result, environments, statement::Statement};
use crate::domain::{Refusal, time::now};

/// The two ways in which a version can be in an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One version at a time for each application instance.
    Deployed,
    /// Any number of versions at a time.
    Released,
}

impl Kind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Deployed => "deployed",
            Self::Released => "released",
        }
    }
}

/// A deployment or a release as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Deployment {
    pub(crate) id: i64,
    pub(crate) uuid: String,
    pub(crate) version_id: i64,
    pub(crate) pacticipant: String,
    pub(crate) version: String,
    pub(crate) environment_uuid: String,
    pub(crate) environment: String,
    /// Empty where no application instance was named.
    pub(crate) instance: String,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    /// When it was undeployed, or its support ended.
    pub(crate) ended_at: Option<i64>,
}

type Row = (
    i64,
    String,
    i64,
    String,
    String,
    String,
    String,
    String,
    i64,
    i64,
    Option<i64>,
);

fn read(row: Row) -> Deployment {
    let (
        id,
        uuid,
        version_id,
        pacticipant,
        version,
        environment_uuid,
        environment,
        instance,
        created,
        updated,
        ended,
    ) = row;
    Deployment {
        id,
        uuid,
        version_id,
        pacticipant,
        version,
        environment_uuid,
        environment,
        instance,
        created_at: created,
        updated_at: updated,
        ended_at: ended,
    }
}

const SELECT: &str = "SELECT d.id, d.uuid, d.version_id, p.name, v.number, e.uuid, e.name, d.instance, d.created_at, \
                      d.updated_at, d.ended_at FROM deployments d JOIN pacticipants p ON p.id = d.pacticipant_id \
                      JOIN versions v ON v.id = d.version_id JOIN environments e ON e.id = d.environment_id";

/// The record with that uuid.
pub(crate) async fn require(connection: &mut Connection, kind: Kind, uuid: &str) -> Result<Deployment> {
    let row: Option<Row> = Statement::new(format!("{SELECT} WHERE d.uuid = $1 AND d.kind = $2"))
        .bind(uuid)
        .bind(kind.as_str())
        .optional(connection)
        .await?;
    row.map(read).ok_or_else(|| {
        Refusal::NotFound(format!("No {} version with uuid '{uuid}' found", kind.as_str())).into()
    })
}

/// The records of a version in an environment, oldest first.
pub(crate) async fn of_version(
    connection: &mut Connection,
    kind: Kind,
    version: i64,
    environment: i64,
) -> Result<Vec<Deployment>> {
    let rows: Vec<Row> = Statement::new(format!(
        "{SELECT} WHERE d.version_id = $1 AND d.environment_id = $2 AND d.kind = $3 ORDER BY d.id"
    ))
    .bind(version)
    .bind(environment)
    .bind(kind.as_str())
    .all(connection)
    .await?;
    Ok(rows.into_iter().map(read).collect())
}

/// What is in an environment now, of every pacticipant or of one.
pub(crate) async fn current(
    connection: &mut Connection,
    kind: Kind,
    environment: i64,
    pacticipant: Option<&str>,
) -> Result<Vec<Deployment>> {
    let rows: Vec<Row> = Statement::new(format!(
        "{SELECT} JOIN current_deployments c ON c.deployment_id = d.id \
         WHERE c.environment_id = $1 AND c.kind = $2 AND ($3 = '' OR p.name = $3) ORDER BY p.name, d.id"
    ))
    .bind(environment)
    .bind(kind.as_str())
    .bind(pacticipant.unwrap_or_default())
    .all(connection)
    .await?;
    Ok(rows.into_iter().map(read).collect())
}

/// The uuid of what is current in a slot of an environment, and whether it is of this version.
async fn occupant(
    connection: &mut Connection,
    environment: i64,
    pacticipant: i64,
    kind: Kind,
    slot: &str,
) -> Result<Option<(i64, i64, String)>> {
    let row: Option<(i64, i64, String)> = Statement::new(
        "SELECT c.version_id, d.id, d.uuid FROM current_deployments c JOIN deployments d ON d.id = c.deployment_id \
         WHERE c.environment_id = $1 AND c.pacticipant_id = $2 AND c.kind = $3 AND c.slot = $4",
    )
    .bind(environment)
    .bind(pacticipant)
    .bind(kind.as_str())
    .bind(slot)
    .optional(connection)
    .await?;
    Ok(row)
}

/// Records that a version was deployed; what was deployed to that instance before is undeployed. Recording the same
/// again changes nothing. Gives the record's uuid and whether it is new.
pub(crate) async fn deploy(
    connection: &mut Connection,
    pacticipant: i64,
    version: i64,
    environment: i64,
    instance: &str,
    auto_created: bool,
) -> Result<(String, bool)> {
    let at = now();
    if let Some((current, deployment, uuid)) =
        occupant(connection, environment, pacticipant, Kind::Deployed, instance).await?
    {
        if current == version {
            return Ok((uuid, false));
        }
        end(connection, deployment, at).await?;
    }
    let uuid = uuid::Uuid::new_v4().to_string();
    let deployment = insert(
        connection,
        &uuid,
        Kind::Deployed,
        environment,
        pacticipant,
        version,
        instance,
        auto_created,
    )
    .await?;
    occupy(
        connection,
        environment,
        pacticipant,
        Kind::Deployed,
        instance,
        version,
        deployment,
        at,
    )
    .await?;
    Ok((uuid, true))
}

/// Records that a version was released (or is supported again). Gives the record's uuid and whether it is new.
pub(crate) async fn release(
    connection: &mut Connection,
    pacticipant: i64,
    version: i64,
    environment: i64,
) -> Result<(String, bool)> {
    let at = now();
    let slot = version.to_string();
    if let Some((_, _, uuid)) = occupant(connection, environment, pacticipant, Kind::Released, &slot).await? {
        return Ok((uuid, false));
    }
    let before = of_version(connection, Kind::Released, version, environment).await?;
    if let Some(ended) = before.into_iter().next() {
        Statement::new("UPDATE deployments SET ended_at = NULL, updated_at = $1 WHERE id = $2")
            .bind(at)
            .bind(ended.id)
            .execute(&mut *connection)
            .await?;
        occupy(
            connection,
            environment,
            pacticipant,
            Kind::Released,
            &slot,
            version,
            ended.id,
            at,
        )
        .await?;
        return Ok((ended.uuid, false));
    }
    let uuid = uuid::Uuid::new_v4().to_string();
    let deployment = insert(
        connection,
        &uuid,
        Kind::Released,
        environment,
        pacticipant,
        version,
        "",
        false,
    )
    .await?;
    occupy(
        connection,
        environment,
        pacticipant,
        Kind::Released,
        &slot,
        version,
        deployment,
        at,
    )
    .await?;
    Ok((uuid, true))
}

/// Ends a deployment or the support of a release. Ending it again changes nothing.
pub(crate) async fn finish(connection: &mut Connection, kind: Kind, uuid: &str) -> Result<Deployment> {
    let record = require(connection, kind, uuid).await?;
    if record.ended_at.is_none() {
        end(connection, record.id, now()).await?;
        Statement::new("DELETE FROM current_deployments WHERE deployment_id = $1")
            .bind(record.id)
            .execute(&mut *connection)
            .await?;
    }
    require(connection, kind, uuid).await
}

/// Deletes a record, as if it had never been made. Where it was current nothing takes its place.
pub(crate) async fn delete(connection: &mut Connection, kind: Kind, uuid: &str) -> Result<()> {
    let record = require(connection, kind, uuid).await?;
    for sql in [
        "DELETE FROM current_deployments WHERE deployment_id = $1",
        "DELETE FROM deployments WHERE id = $1",
    ] {
        Statement::new(sql)
            .bind(record.id)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Records a deployment to the environment of that name, if there is one.
pub(super) async fn deploy_to_environment_named(
    connection: &mut Connection,
    pacticipant: i64,
    version: i64,
    name: &str,
) -> Result<()> {
    if let Some(environment) = environments::named(connection, name).await? {
        deploy(connection, pacticipant, version, environment.id, "", true).await?;
    }
    Ok(())
}

async fn end(connection: &mut Connection, deployment: i64, at: i64) -> Result<()> {
    Statement::new(
        "UPDATE deployments SET ended_at = $1, updated_at = $1 WHERE id = $2 AND ended_at IS NULL",
    )
    .bind(at)
    .bind(deployment)
    .execute(connection)
    .await?;
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "the columns of one row")]
async fn insert(
    connection: &mut Connection,
    uuid: &str,
    kind: Kind,
    environment: i64,
    pacticipant: i64,
    version: i64,
    instance: &str,
    auto_created: bool,
) -> Result<i64> {
    let (id,): (i64,) = Statement::new(
        "INSERT INTO deployments (uuid, kind, environment_id, pacticipant_id, version_id, instance, auto_created, \
         created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) RETURNING id",
    )
    .bind(uuid)
    .bind(kind.as_str())
    .bind(environment)
    .bind(pacticipant)
    .bind(version)
    .bind(instance)
    .bind(i64::from(auto_created))
    .bind(now())
    .one(connection)
    .await?;
    Ok(id)
}

#[expect(clippy::too_many_arguments, reason = "the columns of one row")]
async fn occupy(
    connection: &mut Connection,
    environment: i64,
    pacticipant: i64,
    kind: Kind,
    slot: &str,
    version: i64,
    deployment: i64,
    at: i64,
) -> Result<()> {
    let inserted = Statement::new(
        "INSERT INTO current_deployments (environment_id, pacticipant_id, kind, slot, version_id, deployment_id, since) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
    )
    .bind(environment)
    .bind(pacticipant)
    .bind(kind.as_str())
    .bind(slot)
    .bind(version)
    .bind(deployment)
    .bind(at)
    .execute(&mut *connection)
    .await?;
    if inserted == 0 {
        // Whoever took the slot meanwhile is followed by this record.
        Statement::new(
            "UPDATE deployments SET ended_at = $1, updated_at = $1 WHERE id <> $6 AND ended_at IS NULL AND id = \
             (SELECT c.deployment_id FROM current_deployments c WHERE c.environment_id = $2 AND c.pacticipant_id = $3 \
             AND c.kind = $4 AND c.slot = $5)",
        )
        .bind(at)
        .bind(environment)
        .bind(pacticipant)
        .bind(kind.as_str())
        .bind(slot)
        .bind(deployment)
        .execute(&mut *connection)
        .await?;
        Statement::new(
            "UPDATE current_deployments SET version_id = $1, deployment_id = $2, since = $3 \
             WHERE environment_id = $4 AND pacticipant_id = $5 AND kind = $6 AND slot = $7",
        )
        .bind(version)
        .bind(deployment)
        .bind(at)
        .bind(environment)
        .bind(pacticipant)
        .bind(kind.as_str())
        .bind(slot)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// The environments that a pacticipant was ever deployed to: uuid, display name, and whether it is there now.
pub(crate) async fn environments_of(
    connection: &mut Connection,
    pacticipant: i64,
) -> Result<Vec<(String, String, bool)>> {
    let rows: Vec<(String, String, i64)> = Statement::new(
        "SELECT e.uuid, e.display_name, CASE WHEN EXISTS (SELECT 1 FROM current_deployments c \
         WHERE c.environment_id = e.id AND c.pacticipant_id = $1 AND c.kind = 'deployed') THEN 1 ELSE 0 END \
         FROM environments e WHERE EXISTS (SELECT 1 FROM deployments d \
         WHERE d.environment_id = e.id AND d.pacticipant_id = $1 AND d.kind = 'deployed') ORDER BY e.name",
    )
    .bind(pacticipant)
    .all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(uuid, name, now)| (uuid, name, now == 1))
        .collect())
}

//! Deployments and releases in environments, past and present.

use super::{Connection, Result, Statement, environments, row};
use crate::domain::{Refusal, time::now};

/// How a version is in an environment.
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

    /// Parses a stored value.
    ///
    /// # Errors
    /// It is neither.
    pub(super) fn read(stored: &str) -> Result<Self, String> {
        [Self::Deployed, Self::Released]
            .into_iter()
            .find(|kind| kind.as_str() == stored)
            .ok_or_else(|| format!("{stored:?} is neither deployed nor released"))
    }
}

row! {
    /// A stored deployment or release.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Deployment {
        pub(crate) id: i64,
        pub(crate) uuid: String,
        pub(crate) version_id: i64,
        pub(crate) pacticipant: String,
        pub(crate) version: String,
        pub(crate) environment_uuid: String,
        pub(crate) environment: String,
        /// Empty if no application instance was named.
        pub(crate) instance: String,
        pub(crate) created_at: i64,
        pub(crate) updated_at: i64,
        /// When it was undeployed, or its support ended.
        pub(crate) ended_at: Option<i64>,
    }

    /// An environment that a pacticipant was ever deployed to.
    pub(crate) struct KnownEnvironment {
        pub(crate) uuid: String,
        pub(crate) display_name: String,
        /// Whether it is currently deployed there.
        pub(crate) current: bool,
    }

    /// What currently occupies a slot.
    struct Occupant {
        version_id: i64,
        deployment_id: i64,
        uuid: String,
    }
}

/// The record of a deployment or a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recorded {
    pub(crate) uuid: String,
    /// Whether it was created by this call.
    pub(crate) created: bool,
}

/// A place for one version at a time: an application instance in an environment, or a version that is released there.
struct Slot<'a> {
    environment: i64,
    pacticipant: i64,
    kind: Kind,
    name: &'a str,
}

const SELECT: &str = "SELECT d.id, d.uuid, d.version_id, p.name, v.number, e.uuid, e.name, d.instance, d.created_at, \
                      d.updated_at, d.ended_at FROM deployments d JOIN pacticipants p ON p.id = d.pacticipant_id \
                      JOIN versions v ON v.id = d.version_id JOIN environments e ON e.id = d.environment_id";

/// Returns the record with this uuid.
pub(crate) async fn require(connection: &mut Connection, kind: Kind, uuid: &str) -> Result<Deployment> {
    let found: Option<Deployment> = Statement::new(format!("{SELECT} WHERE d.uuid = $1 AND d.kind = $2"))
        .bind(uuid)
        .bind(kind.as_str())
        .optional(connection)
        .await?;
    found.ok_or_else(|| {
        Refusal::NotFound(format!("No {} version with uuid '{uuid}' found", kind.as_str())).into()
    })
}

/// Returns the records of a version in an environment, oldest first.
pub(crate) async fn of_version(
    connection: &mut Connection,
    kind: Kind,
    version: i64,
    environment: i64,
) -> Result<Vec<Deployment>> {
    Statement::new(format!(
        "{SELECT} WHERE d.version_id = $1 AND d.environment_id = $2 AND d.kind = $3 ORDER BY d.id"
    ))
    .bind(version)
    .bind(environment)
    .bind(kind.as_str())
    .all(connection)
    .await
}

/// Returns what is currently in an environment, for all pacticipants or one.
pub(crate) async fn current(
    connection: &mut Connection,
    kind: Kind,
    environment: i64,
    pacticipant: Option<&str>,
) -> Result<Vec<Deployment>> {
    let mut statement = Statement::new(format!(
        "{SELECT} JOIN current_deployments c ON c.deployment_id = d.id WHERE c.environment_id = $1 AND c.kind = $2"
    ))
    .bind(environment)
    .bind(kind.as_str());
    if let Some(pacticipant) = pacticipant {
        statement = statement.sql(" AND p.name = ").value(pacticipant);
    }
    statement.sql(" ORDER BY p.name, d.id").all(connection).await
}

async fn occupant(connection: &mut Connection, slot: &Slot<'_>) -> Result<Option<Occupant>> {
    Statement::new(
        "SELECT c.version_id, d.id, d.uuid FROM current_deployments c JOIN deployments d ON d.id = c.deployment_id \
         WHERE c.environment_id = $1 AND c.pacticipant_id = $2 AND c.kind = $3 AND c.slot = $4",
    )
    .bind(slot.environment)
    .bind(slot.pacticipant)
    .bind(slot.kind.as_str())
    .bind(slot.name)
    .optional(connection)
    .await
}

/// Records that a version was deployed; what was deployed to that instance before is undeployed. Repeating it has no
/// effect.
pub(crate) async fn deploy(
    connection: &mut Connection,
    pacticipant: i64,
    version: i64,
    environment: i64,
    instance: &str,
    auto_created: bool,
) -> Result<Recorded> {
    let slot = Slot {
        environment,
        pacticipant,
        kind: Kind::Deployed,
        name: instance,
    };
    if let Some(current) = occupant(connection, &slot).await? {
        if current.version_id == version {
            return Ok(Recorded {
                uuid: current.uuid,
                created: false,
            });
        }
        end(connection, current.deployment_id, now()).await?;
    }
    record(connection, &slot, version, instance, auto_created).await
}

/// Records that a version was released (or is supported again).
pub(crate) async fn release(
    connection: &mut Connection,
    pacticipant: i64,
    version: i64,
    environment: i64,
) -> Result<Recorded> {
    let slot = Slot {
        environment,
        pacticipant,
        kind: Kind::Released,
        name: &version.to_string(),
    };
    if let Some(current) = occupant(connection, &slot).await? {
        return Ok(Recorded {
            uuid: current.uuid,
            created: false,
        });
    }
    let before = of_version(connection, Kind::Released, version, environment).await?;
    if let Some(ended) = before.into_iter().next() {
        let at = now();
        Statement::new("UPDATE deployments SET ended_at = NULL, updated_at = $1 WHERE id = $2")
            .bind(at)
            .bind(ended.id)
            .execute(&mut *connection)
            .await?;
        occupy(connection, &slot, version, ended.id, at).await?;
        return Ok(Recorded {
            uuid: ended.uuid,
            created: false,
        });
    }
    record(connection, &slot, version, "", false).await
}

/// Ends a deployment or the support of a release. Repeating it has no effect.
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

/// Deletes a record as if it had never been created. A deleted current record is not replaced.
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

/// Records a deployment to the environment with this name, if it exists.
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

/// Records that a version is in a slot from now on.
async fn record(
    connection: &mut Connection,
    slot: &Slot<'_>,
    version: i64,
    instance: &str,
    auto_created: bool,
) -> Result<Recorded> {
    let at = now();
    let uuid = uuid::Uuid::new_v4().to_string();
    let deployment = Statement::new(
        "INSERT INTO deployments (uuid, kind, environment_id, pacticipant_id, version_id, instance, auto_created, \
         created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) RETURNING id",
    )
    .bind(&uuid)
    .bind(slot.kind.as_str())
    .bind(slot.environment)
    .bind(slot.pacticipant)
    .bind(version)
    .bind(instance)
    .bind(i64::from(auto_created))
    .bind(at)
    .one(&mut *connection)
    .await?;
    occupy(connection, slot, version, deployment, at).await?;
    Ok(Recorded { uuid, created: true })
}

async fn occupy(
    connection: &mut Connection,
    slot: &Slot<'_>,
    version: i64,
    deployment: i64,
    at: i64,
) -> Result<()> {
    let inserted = Statement::new(
        "INSERT INTO current_deployments (environment_id, pacticipant_id, kind, slot, version_id, deployment_id, since) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
    )
    .bind(slot.environment)
    .bind(slot.pacticipant)
    .bind(slot.kind.as_str())
    .bind(slot.name)
    .bind(version)
    .bind(deployment)
    .bind(at)
    .execute(&mut *connection)
    .await?;
    if inserted == 0 {
        // A concurrent record of the same slot is superseded by this one.
        Statement::new(
            "UPDATE deployments SET ended_at = $1, updated_at = $1 WHERE id <> $6 AND ended_at IS NULL AND id = \
             (SELECT c.deployment_id FROM current_deployments c WHERE c.environment_id = $2 AND c.pacticipant_id = $3 \
             AND c.kind = $4 AND c.slot = $5)",
        )
        .bind(at)
        .bind(slot.environment)
        .bind(slot.pacticipant)
        .bind(slot.kind.as_str())
        .bind(slot.name)
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
        .bind(slot.environment)
        .bind(slot.pacticipant)
        .bind(slot.kind.as_str())
        .bind(slot.name)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Returns the environments that a pacticipant was ever deployed to.
pub(crate) async fn environments_of(
    connection: &mut Connection,
    pacticipant: i64,
) -> Result<Vec<KnownEnvironment>> {
    Statement::new(
        "SELECT e.uuid, e.display_name, CASE WHEN EXISTS (SELECT 1 FROM current_deployments c \
         WHERE c.environment_id = e.id AND c.pacticipant_id = $1 AND c.kind = 'deployed') THEN 1 ELSE 0 END \
         FROM environments e WHERE EXISTS (SELECT 1 FROM deployments d \
         WHERE d.environment_id = e.id AND d.pacticipant_id = $1 AND d.kind = 'deployed') ORDER BY e.name",
    )
    .bind(pacticipant)
    .all(connection)
    .await
}

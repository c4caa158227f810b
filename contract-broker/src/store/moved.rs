//! Times and uuids of what was moved in from another broker: those that it had there.

use super::{Connection, Result, Statement};

/// What was moved in. Times are microseconds since 1970.
#[derive(Debug, Clone)]
pub(crate) enum Moved {
    Version {
        pacticipant: String,
        number: String,
        created_at: i64,
    },
    Contract {
        consumer: String,
        version: String,
        provider: String,
        created_at: i64,
    },
    Environment {
        name: String,
        uuid: String,
    },
    Deployment {
        /// The uuid that it got here.
        new: String,
        /// The uuid that it had.
        uuid: String,
        created_at: i64,
    },
}

/// Keeps the time or the uuid of one thing.
///
/// # Errors
/// Database errors.
pub(crate) async fn keep(connection: &mut Connection, moved: &Moved) -> Result<()> {
    match moved {
        Moved::Version {
            pacticipant,
            number,
            created_at,
        } => {
            Statement::new(
                "UPDATE versions SET created_at = $3, updated_at = $3 WHERE number = $2 AND pacticipant_id IN \
                 (SELECT id FROM pacticipants WHERE name = $1)",
            )
            .bind(pacticipant)
            .bind(number)
            .bind(created_at)
            .execute(connection)
            .await?;
        }
        Moved::Contract {
            consumer,
            version,
            provider,
            created_at,
        } => keep_contract(connection, [consumer, version, provider], *created_at).await?,
        Moved::Environment { name, uuid } => {
            Statement::new("UPDATE environments SET uuid = $2 WHERE name = $1")
                .bind(name)
                .bind(uuid)
                .execute(connection)
                .await?;
        }
        Moved::Deployment {
            new,
            uuid,
            created_at,
        } => {
            Statement::new(
                "UPDATE current_deployments SET since = $2 WHERE deployment_id IN \
                 (SELECT id FROM deployments WHERE uuid = $1)",
            )
            .bind(new)
            .bind(created_at)
            .execute(&mut *connection)
            .await?;
            Statement::new(
                "UPDATE deployments SET uuid = $2, created_at = $3, updated_at = $3 WHERE uuid = $1",
            )
            .bind(new)
            .bind(uuid)
            .bind(created_at)
            .execute(connection)
            .await?;
        }
    }
    Ok(())
}

/// The time of a contract is in the publication and in each table that is maintained from it.
async fn keep_contract(
    connection: &mut Connection,
    [consumer, version, provider]: [&String; 3],
    created_at: i64,
) -> Result<()> {
    for (table, time) in [
        ("publications", "created_at"),
        ("current_publications", "created_at"),
        ("branch_contracts", "published_at"),
        ("tag_contracts", "published_at"),
    ] {
        Statement::new(format!(
            "UPDATE {table} SET {time} = $4 WHERE consumer_version_id IN (SELECT v.id FROM versions v \
             JOIN pacticipants c ON c.id = v.pacticipant_id WHERE c.name = $1 AND v.number = $2) \
             AND provider_id IN (SELECT id FROM pacticipants WHERE name = $3)"
        ))
        .bind(consumer)
        .bind(version)
        .bind(provider)
        .bind(created_at)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

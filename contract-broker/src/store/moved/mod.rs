//! What was moved in from another broker, as it was there: times, uuids, tags and SHAs, which the API lets nobody say.

mod here;

pub(crate) use self::here::{
    DeploymentHere, MovedContract, ResultHere, deployment_here, is_current, numbers_in_order, own_content,
    results_here,
};
use super::{Connection, Result, Statement, contracts, row, tags};

/// Something of the other broker. Times are microseconds since 1970.
#[derive(Debug, Clone)]
pub(crate) enum Moved {
    Version {
        pacticipant: String,
        number: String,
        created_at: i64,
    },
    /// A branch, and a version on it.
    Branch {
        pacticipant: String,
        number: String,
        name: String,
        /// When the branch was created, or an early time at which it was there.
        created_at: i64,
    },
    /// A tag; unlike one that a client adds, it neither makes a branch nor records a deployment.
    Tag {
        pacticipant: String,
        number: String,
        name: String,
        created_at: i64,
    },
    /// The newest revision of a contract.
    Contract {
        contract: MovedContract,
        created_at: i64,
        /// The SHA of its content there, if it is known.
        sha: Option<String>,
    },
    Environment {
        name: String,
        uuid: String,
    },
    /// A verification result.
    Result {
        /// Its number here.
        id: i64,
        created_at: i64,
    },
    Deployment {
        /// The uuid that it got here.
        new: String,
        /// The uuid that it had.
        uuid: String,
        created_at: i64,
    },
    /// A deployment that was undeployed, or a release whose support ended.
    Ended {
        uuid: String,
        ended_at: i64,
    },
}

/// Keeps what the other broker said, in this order.
///
/// # Errors
/// Database errors.
pub(crate) async fn keep(connection: &mut Connection, moved: &[Moved]) -> Result<()> {
    for one in moved {
        keep_one(connection, one).await?;
    }
    Ok(())
}

async fn keep_one(connection: &mut Connection, moved: &Moved) -> Result<()> {
    match moved {
        Moved::Version {
            pacticipant,
            number,
            created_at,
        } => keep_version(connection, pacticipant, number, *created_at).await,
        Moved::Branch {
            pacticipant,
            number,
            name,
            created_at,
        } => keep_branch(connection, [pacticipant, number, name], *created_at).await,
        Moved::Tag {
            pacticipant,
            number,
            name,
            created_at,
        } => keep_tag(connection, [pacticipant, number, name], *created_at).await,
        Moved::Contract {
            contract,
            created_at,
            sha,
        } => keep_contract(connection, contract, *created_at, sha.as_deref()).await,
        Moved::Environment { name, uuid } => keep_environment(connection, name, uuid).await,
        Moved::Result { id, created_at } => keep_result(connection, *id, *created_at).await,
        Moved::Deployment {
            new,
            uuid,
            created_at,
        } => keep_deployment(connection, new, uuid, *created_at).await,
        Moved::Ended { uuid, ended_at } => keep_end(connection, uuid, *ended_at).await,
    }
}

row! {
    /// A version and its owner.
    struct OwnedVersion {
        id: i64,
        pacticipant: i64,
    }

    /// A publication that counts.
    struct CurrentPublication {
        publication: i64,
        content: i64,
        consumer_version: i64,
        provider: i64,
    }

    /// A stored result.
    struct StoredResult {
        content: i64,
        created_at: i64,
    }
}

async fn version(
    connection: &mut Connection,
    pacticipant: &str,
    number: &str,
) -> Result<Option<OwnedVersion>> {
    Statement::new(
        "SELECT v.id, v.pacticipant_id FROM versions v JOIN pacticipants p ON p.id = v.pacticipant_id \
         WHERE p.name = $1 AND v.number = $2",
    )
    .bind(pacticipant)
    .bind(number)
    .optional(connection)
    .await
}

async fn keep_version(
    connection: &mut Connection,
    pacticipant: &str,
    number: &str,
    created_at: i64,
) -> Result<()> {
    let Some(version) = version(connection, pacticipant, number).await? else {
        return Ok(());
    };
    Statement::new("UPDATE versions SET created_at = $2, updated_at = $2 WHERE id = $1")
        .bind(version.id)
        .bind(created_at)
        .execute(connection)
        .await?;
    Ok(())
}

async fn keep_branch(
    connection: &mut Connection,
    [pacticipant, number, name]: [&String; 3],
    created_at: i64,
) -> Result<()> {
    let Some(version) = version(connection, pacticipant, number).await? else {
        return Ok(());
    };
    Statement::new(
        "UPDATE branches SET created_at = $3 WHERE pacticipant_id = $1 AND name = $2 AND created_at > $3",
    )
    .bind(version.pacticipant)
    .bind(name)
    .bind(created_at)
    .execute(connection)
    .await?;
    Ok(())
}

async fn keep_tag(
    connection: &mut Connection,
    [pacticipant, number, name]: [&String; 3],
    created_at: i64,
) -> Result<()> {
    if let Some(version) = version(connection, pacticipant, number).await? {
        tags::add_alone(connection, version.pacticipant, version.id, name, created_at).await?;
    }
    Ok(())
}

/// The time of a contract is in the publication and in each table that is maintained from it.
async fn keep_contract(
    connection: &mut Connection,
    contract: &MovedContract,
    created_at: i64,
    sha: Option<&str>,
) -> Result<()> {
    let current: Option<CurrentPublication> = Statement::new(
        "SELECT k.publication_id, k.content_id, k.consumer_version_id, k.provider_id FROM current_publications k \
         JOIN versions v ON v.id = k.consumer_version_id JOIN pacticipants c ON c.id = v.pacticipant_id \
         JOIN pacticipants p ON p.id = k.provider_id WHERE c.name = $1 AND v.number = $2 AND p.name = $3",
    )
    .bind(&contract.consumer)
    .bind(&contract.version)
    .bind(&contract.provider)
    .optional(&mut *connection)
    .await?;
    let Some(current) = current else {
        return Ok(());
    };
    Statement::new("UPDATE publications SET created_at = $2 WHERE id = $1")
        .bind(current.publication)
        .bind(created_at)
        .execute(&mut *connection)
        .await?;
    for (table, time) in [
        ("current_publications", "created_at"),
        ("branch_contracts", "published_at"),
        ("tag_contracts", "published_at"),
    ] {
        Statement::new(format!(
            "UPDATE {table} SET {time} = $3 WHERE consumer_version_id = $1 AND provider_id = $2"
        ))
        .bind(current.consumer_version)
        .bind(current.provider)
        .bind(created_at)
        .execute(&mut *connection)
        .await?;
    }
    match sha {
        Some(sha) => contracts::keep_alias(connection, current.content, sha).await,
        None => Ok(()),
    }
}

async fn keep_environment(connection: &mut Connection, name: &str, uuid: &str) -> Result<()> {
    Statement::new("UPDATE environments SET uuid = $2 WHERE name = $1")
        .bind(name)
        .bind(uuid)
        .execute(connection)
        .await?;
    Ok(())
}

/// The time of a result is also when its content was first and last verified on the branches of its version.
async fn keep_result(connection: &mut Connection, id: i64, created_at: i64) -> Result<()> {
    let stored: Option<StoredResult> =
        Statement::new("SELECT content_id, created_at FROM verifications WHERE id = $1")
            .bind(id)
            .optional(&mut *connection)
            .await?;
    let Some(stored) = stored else {
        return Ok(());
    };
    Statement::new("UPDATE verifications SET created_at = $2 WHERE id = $1")
        .bind(id)
        .bind(created_at)
        .execute(&mut *connection)
        .await?;
    Statement::new("UPDATE current_verifications SET created_at = $2 WHERE verification_id = $1")
        .bind(id)
        .bind(created_at)
        .execute(&mut *connection)
        .await?;
    for time in ["first_at", "last_at"] {
        Statement::new(format!(
            "UPDATE verified_on SET {time} = $3 WHERE content_id = $1 AND {time} = $2"
        ))
        .bind(stored.content)
        .bind(stored.created_at)
        .bind(created_at)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

async fn keep_deployment(connection: &mut Connection, new: &str, uuid: &str, created_at: i64) -> Result<()> {
    Statement::new(
        "UPDATE current_deployments SET since = $2 WHERE deployment_id IN \
         (SELECT id FROM deployments WHERE uuid = $1)",
    )
    .bind(new)
    .bind(created_at)
    .execute(&mut *connection)
    .await?;
    Statement::new("UPDATE deployments SET uuid = $2, created_at = $3, updated_at = $3 WHERE uuid = $1")
        .bind(new)
        .bind(uuid)
        .bind(created_at)
        .execute(connection)
        .await?;
    Ok(())
}

async fn keep_end(connection: &mut Connection, uuid: &str, ended_at: i64) -> Result<()> {
    Statement::new(
        "UPDATE deployments SET ended_at = $2, updated_at = $2 WHERE uuid = $1 AND ended_at IS NOT NULL",
    )
    .bind(uuid)
    .bind(ended_at)
    .execute(connection)
    .await?;
    Ok(())
}

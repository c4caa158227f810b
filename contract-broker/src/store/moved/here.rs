//! What is here already of another broker, so that it is not moved in twice.

use super::super::{
    Connection, Result, Statement,
    contracts::{self, ContractRef},
    row,
};

/// A contract of the other broker.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct MovedContract {
    pub(crate) consumer: String,
    pub(crate) version: String,
    pub(crate) provider: String,
}

row! {
    /// A result that is here.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct ResultHere {
        pub(crate) provider_version: String,
        pub(crate) success: bool,
        pub(crate) created_at: i64,
    }

    /// A deployment or release that is here.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct DeploymentHere {
        pub(crate) uuid: String,
        pub(crate) ended_at: Option<i64>,
    }
}

/// Returns whether a version's contract has the content that has this SHA there; `None` if the version has no contract
/// with the provider.
///
/// # Errors
/// Database errors.
pub(crate) async fn is_current(
    connection: &mut Connection,
    contract: &MovedContract,
    sha: &str,
) -> Result<Option<bool>> {
    let MovedContract {
        consumer,
        version,
        provider,
    } = contract;
    let of_version = ContractRef::Version(version.clone());
    let Some(found) = contracts::find(connection, provider, consumer, &of_version).await? else {
        return Ok(None);
    };
    if found.sha == sha {
        return Ok(Some(true));
    }
    let own = contracts::own_sha(connection, provider, consumer, sha).await?;
    Ok(Some(own.as_ref() == Some(&found.sha)))
}

/// Returns the SHA here of a content: of the one that has `sha` there, or of the version's contract if that is not known.
///
/// # Errors
/// Database errors.
pub(crate) async fn own_content(
    connection: &mut Connection,
    contract: &MovedContract,
    sha: Option<&str>,
) -> Result<Option<String>> {
    let MovedContract {
        consumer,
        version,
        provider,
    } = contract;
    let Some(sha) = sha else {
        let of_version = ContractRef::Version(version.clone());
        let found = contracts::find(connection, provider, consumer, &of_version).await?;
        return Ok(found.map(|contract| contract.sha));
    };
    let same: Option<String> = Statement::new(
        "SELECT t.sha FROM contents t JOIN pacticipants c ON c.id = t.consumer_id \
         JOIN pacticipants p ON p.id = t.provider_id WHERE c.name = $1 AND p.name = $2 AND t.sha = $3",
    )
    .bind(consumer)
    .bind(provider)
    .bind(sha)
    .optional(&mut *connection)
    .await?;
    match same {
        Some(same) => Ok(Some(same)),
        None => contracts::own_sha(connection, provider, consumer, sha).await,
    }
}

/// Returns the results of a content.
///
/// # Errors
/// Database errors.
pub(crate) async fn results_here(
    connection: &mut Connection,
    contract: &MovedContract,
    own_sha: &str,
) -> Result<Vec<ResultHere>> {
    Statement::new(
        "SELECT v.number, r.success, r.created_at FROM verifications r JOIN versions v ON v.id = r.provider_version_id \
         WHERE r.content_id IN (SELECT t.id FROM contents t JOIN pacticipants c ON c.id = t.consumer_id \
         JOIN pacticipants p ON p.id = t.provider_id WHERE c.name = $1 AND p.name = $2 AND t.sha = $3) ORDER BY r.id",
    )
    .bind(&contract.consumer)
    .bind(&contract.provider)
    .bind(own_sha)
    .all(connection)
    .await
}

/// Returns a deployment or a release by its uuid.
///
/// # Errors
/// Database errors.
pub(crate) async fn deployment_here(
    connection: &mut Connection,
    uuid: &str,
) -> Result<Option<DeploymentHere>> {
    Statement::new("SELECT uuid, ended_at FROM deployments WHERE uuid = $1")
        .bind(uuid)
        .optional(connection)
        .await
}

/// Returns the numbers of the versions of an application, oldest first.
///
/// # Errors
/// Database errors.
pub(crate) async fn numbers_in_order(connection: &mut Connection, pacticipant: &str) -> Result<Vec<String>> {
    Statement::new(
        "SELECT v.number FROM versions v JOIN pacticipants p ON p.id = v.pacticipant_id WHERE p.name = $1 ORDER BY v.id",
    )
    .bind(pacticipant)
    .all(connection)
    .await
}

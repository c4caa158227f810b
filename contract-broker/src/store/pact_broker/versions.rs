//! Applications, their versions, contracts and verification results.

use super::{Connection, Result, Statement, row};

row! {
    /// An application.
    #[derive(Debug)]
    pub(crate) struct ApplicationRow {
        pub(crate) id: i64,
        pub(crate) name: String,
        pub(crate) display_name: Option<String>,
        pub(crate) repository_url: Option<String>,
        pub(crate) repository_name: Option<String>,
        pub(crate) repository_namespace: Option<String>,
        pub(crate) main_branch: Option<String>,
    }

    /// A version.
    #[derive(Debug)]
    pub(crate) struct VersionRow {
        pub(crate) id: i64,
        pub(crate) number: String,
        pub(crate) build_url: Option<String>,
        pub(crate) created_at: Option<String>,
    }

    /// A branch that a version is on.
    #[derive(Debug)]
    pub(crate) struct BranchRow {
        pub(crate) version_id: i64,
        pub(crate) name: String,
        pub(crate) created_at: Option<String>,
    }

    /// A tag of a version.
    #[derive(Debug)]
    pub(crate) struct TagRow {
        pub(crate) version_id: i64,
        pub(crate) name: String,
        pub(crate) created_at: Option<String>,
    }

    /// One revision of a version's contract.
    #[derive(Debug)]
    pub(crate) struct ContractRow {
        pub(crate) provider: String,
        pub(crate) sha: String,
        pub(crate) content: Option<String>,
        pub(crate) created_at: Option<String>,
    }

    /// A verification result.
    #[derive(Debug)]
    pub(crate) struct ResultRow {
        pub(crate) id: i64,
        pub(crate) provider_version: String,
        pub(crate) success: String,
        pub(crate) executed_at: Option<String>,
        pub(crate) created_at: Option<String>,
    }

    /// Who verified.
    #[derive(Debug)]
    pub(crate) struct VerifiedByRow {
        pub(crate) implementation: Option<String>,
        pub(crate) version: Option<String>,
        pub(crate) client_implementation: Option<String>,
        pub(crate) client_version: Option<String>,
        pub(crate) client_test_framework: Option<String>,
    }

    /// The rest of a verification result.
    #[derive(Debug)]
    pub(crate) struct ResultDetailsRow {
        pub(crate) build_url: Option<String>,
        /// JSON.
        pub(crate) test_results: Option<String>,
        pub(crate) wip: Option<String>,
        pub(crate) pending: Option<String>,
        pub(crate) verified_by: VerifiedByRow,
    }
}

/// Returns the applications, oldest first.
///
/// # Errors
/// Database errors.
pub(crate) async fn applications(connection: &mut Connection) -> Result<Vec<ApplicationRow>> {
    Statement::new(
        "SELECT id, name, display_name, repository_url, repository_name, repository_namespace, main_branch \
         FROM pacticipants ORDER BY id",
    )
    .all(connection)
    .await
}

/// Returns the labels of an application.
///
/// # Errors
/// Database errors.
pub(crate) async fn labels(connection: &mut Connection, application: i64) -> Result<Vec<String>> {
    Statement::new("SELECT name FROM labels WHERE pacticipant_id = $1 ORDER BY name")
        .bind(application)
        .all(connection)
        .await
}

/// Returns the versions of an application in their order. Very old ones have no place in it: they come first.
///
/// # Errors
/// Database errors.
pub(crate) async fn versions(connection: &mut Connection, application: &str) -> Result<Vec<VersionRow>> {
    Statement::new(
        "SELECT v.id, v.number, v.build_url, CAST(v.created_at AS TEXT) FROM versions v \
         JOIN pacticipants p ON p.id = v.pacticipant_id WHERE p.name = $1 \
         ORDER BY COALESCE(v.\"order\", 0), v.id",
    )
    .bind(application)
    .all(connection)
    .await
}

/// Returns the branches of an application's versions. A branch that was deleted is in the column `branch` of its versions
/// still, which is not read.
///
/// # Errors
/// Database errors.
pub(crate) async fn branches(connection: &mut Connection, application: &str) -> Result<Vec<BranchRow>> {
    Statement::new(
        "SELECT m.version_id, b.name, CAST(b.created_at AS TEXT) FROM branch_versions m \
         JOIN branches b ON b.id = m.branch_id JOIN pacticipants p ON p.id = b.pacticipant_id WHERE p.name = $1 \
         ORDER BY m.version_order, m.id",
    )
    .bind(application)
    .all(connection)
    .await
}

/// Returns the tags of an application's versions.
///
/// # Errors
/// Database errors.
pub(crate) async fn tags(connection: &mut Connection, application: &str) -> Result<Vec<TagRow>> {
    Statement::new(
        "SELECT t.version_id, t.name, CAST(t.created_at AS TEXT) FROM tags t JOIN versions v ON v.id = t.version_id \
         JOIN pacticipants p ON p.id = v.pacticipant_id WHERE p.name = $1 ORDER BY t.version_id, t.name",
    )
    .bind(application)
    .all(connection)
    .await
}

/// Returns the contracts of a version: by provider, and for each every revision, oldest first.
///
/// # Errors
/// Database errors.
pub(crate) async fn contracts(connection: &mut Connection, version: i64) -> Result<Vec<ContractRow>> {
    Statement::new(
        "SELECT p.name, t.sha, t.content, CAST(k.created_at AS TEXT) FROM pact_publications k \
         JOIN pact_versions t ON t.id = k.pact_version_id JOIN pacticipants p ON p.id = k.provider_id \
         WHERE k.consumer_version_id = $1 ORDER BY p.id, k.revision_number, k.id",
    )
    .bind(version)
    .all(connection)
    .await
}

/// Returns the verification results of a content, oldest first.
///
/// # Errors
/// Database errors.
pub(crate) async fn results(
    connection: &mut Connection,
    consumer: &str,
    provider: &str,
    sha: &str,
) -> Result<Vec<ResultRow>> {
    Statement::new(
        "SELECT r.id, v.number, CAST(r.success AS TEXT), CAST(r.execution_date AS TEXT), CAST(r.created_at AS TEXT) \
         FROM verifications r JOIN versions v ON v.id = r.provider_version_id WHERE r.pact_version_id IN \
         (SELECT t.id FROM pact_versions t JOIN pacticipants c ON c.id = t.consumer_id \
         JOIN pacticipants p ON p.id = t.provider_id WHERE c.name = $1 AND p.name = $2 AND t.sha = $3) ORDER BY r.id",
    )
    .bind(consumer)
    .bind(provider)
    .bind(sha)
    .all(connection)
    .await
}

/// Returns the rest of a verification result.
///
/// # Errors
/// Database errors; there is none.
pub(crate) async fn result(connection: &mut Connection, id: i64) -> Result<ResultDetailsRow> {
    Statement::new(
        "SELECT build_url, test_results, CAST(wip AS TEXT), CAST(pact_pending AS TEXT), verified_by_implementation, \
         verified_by_version, verified_by_client_implementation, verified_by_client_version, \
         verified_by_client_test_framework FROM verifications WHERE id = $1",
    )
    .bind(id)
    .one(connection)
    .await
}

/// Returns how many results are of no provider version: of those that were deleted.
///
/// # Errors
/// Database errors.
pub(crate) async fn without_provider_version(connection: &mut Connection) -> Result<i64> {
    Statement::new("SELECT COUNT(*) FROM verifications WHERE provider_version_id IS NULL")
        .one(connection)
        .await
}

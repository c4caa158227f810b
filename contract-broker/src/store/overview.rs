//! Data of the home page: each integration with the contract of the consumer's main branch, what is deployed, and newer
//! versions.

use super::{
    Connection, Result, Slice, Statement, distinct, in_parts,
    pacticipants::{contains, either_contains},
    row,
};

/// Which integrations are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Show {
    All,
    /// Those whose contract failed, on the main branch or where it is deployed.
    Failing,
    /// Those whose contract is not verified.
    Unverified,
}

row! {
    /// An integration.
    #[derive(Debug, Clone)]
    pub(crate) struct Pair {
        pub(crate) consumer_id: i64,
        pub(crate) provider_id: i64,
        pub(crate) consumer: String,
        pub(crate) provider: String,
        /// The newest consumer version on the main branch that has a contract; `None` without a main branch.
        pub(crate) main_version: Option<i64>,
        /// The newest consumer version that has a contract; `None` if every contract was deleted.
        pub(crate) newest_version: Option<i64>,
    }

    /// The number of integrations by status.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub(crate) struct Counts {
        pub(crate) all: i64,
        /// Their contract (of the main branch, otherwise the newest) failed, and was not pending.
        pub(crate) failed: i64,
        /// Not verified.
        pub(crate) unverified: i64,
        /// Deployed versions of both failed with each other.
        pub(crate) failed_deployed: i64,
        /// Failed in either way.
        pub(crate) failing: i64,
    }

    /// A contract with the newest result for its content.
    #[derive(Debug, Clone)]
    pub(crate) struct Contract {
        pub(crate) version_id: i64,
        pub(crate) provider_id: i64,
        pub(crate) version: String,
        pub(crate) published_at: i64,
        pub(crate) sha: String,
        pub(crate) result: Option<Outcome>,
    }

    /// A result.
    #[derive(Debug, Clone)]
    pub(crate) struct Outcome {
        /// The number in its URL.
        pub(crate) id: i64,
        pub(crate) success: bool,
        pub(crate) pending: bool,
        pub(crate) verified_at: i64,
        pub(crate) provider_version: String,
    }

    /// A consumer version with a contract in an environment, with the provider version there.
    #[derive(Debug, Clone)]
    pub(crate) struct Deployed {
        pub(crate) consumer_id: i64,
        pub(crate) provider_id: i64,
        pub(crate) environment: String,
        pub(crate) consumer_version: String,
        pub(crate) sha: String,
        /// `None` if the provider is not there.
        pub(crate) provider_version: Option<String>,
        /// The result of that provider version.
        pub(crate) result: Option<DeployedResult>,
    }

    /// The result of a provider version for a contract that is deployed in the same environment.
    #[derive(Debug, Clone)]
    pub(crate) struct DeployedResult {
        /// The number in its URL.
        pub(crate) id: i64,
        pub(crate) success: bool,
    }
}

/// Returns each integration with the contracts to show. Optionally filtered by a name pattern.
const PAIRS: &str = "SELECT n.consumer_id, n.provider_id, c.name AS consumer, p.name AS provider, \
    LOWER(c.name) AS consumer_order, LOWER(p.name) AS provider_order, \
    (SELECT x.consumer_version_id FROM branches b JOIN branch_contracts x ON x.branch_id = b.id \
     WHERE b.pacticipant_id = n.consumer_id AND b.name = c.main_branch AND x.provider_id = n.provider_id) AS main_version, \
    (SELECT MAX(m.consumer_version_id) FROM current_publications m \
     WHERE m.provider_id = n.provider_id AND m.consumer_id = n.consumer_id) AS newest_version \
    FROM integrations n JOIN pacticipants c ON c.id = n.consumer_id JOIN pacticipants p ON p.id = n.provider_id";

/// Returns the pairs with their outcome: 1 for success, 0 for failure, 2 for a failure while pending, null without a
/// result; and whether versions that are deployed together failed with each other.
const JUDGED: &str = "SELECT q.*, \
    (SELECT CASE WHEN r.success = 1 THEN 1 WHEN r.pending = 1 THEN 2 ELSE 0 END FROM current_publications k \
     JOIN verifications r ON r.id = (SELECT MAX(x.id) FROM verifications x WHERE x.content_id = k.content_id) \
     WHERE k.provider_id = q.provider_id AND k.consumer_version_id = COALESCE(q.main_version, q.newest_version)) AS outcome, \
    CASE WHEN EXISTS (SELECT 1 FROM current_deployments d \
     JOIN current_publications k ON k.consumer_version_id = d.version_id AND k.provider_id = q.provider_id \
     JOIN current_deployments o ON o.environment_id = d.environment_id AND o.pacticipant_id = q.provider_id \
     JOIN current_verifications s ON s.content_id = k.content_id AND s.provider_version_id = o.version_id \
     WHERE d.pacticipant_id = q.consumer_id AND s.success = 0) THEN 1 ELSE 0 END AS deployed_failing FROM (";

fn pairs<'a>(statement: Statement<'a>, pattern: Option<&'a String>) -> Statement<'a> {
    either_contains(statement.sql(PAIRS), pattern)
}

/// Returns the number of integrations whose consumer's or provider's name contains `like`.
pub(crate) async fn counts(connection: &mut Connection, like: Option<&str>) -> Result<Counts> {
    let pattern = like.map(contains);
    let statement = Statement::new(
        "SELECT COUNT(*), COALESCE(SUM(CASE WHEN outcome = 0 THEN 1 ELSE 0 END), 0), \
         COALESCE(SUM(CASE WHEN outcome IS NULL THEN 1 ELSE 0 END), 0), COALESCE(SUM(deployed_failing), 0), \
         COALESCE(SUM(CASE WHEN outcome = 0 OR deployed_failing = 1 THEN 1 ELSE 0 END), 0) FROM (",
    );
    pairs(statement.sql(JUDGED), pattern.as_ref())
        .sql(") q) s")
        .one(connection)
        .await
}

/// Returns integrations by names.
pub(crate) async fn list(
    connection: &mut Connection,
    like: Option<&str>,
    show: Show,
    slice: Slice,
) -> Result<Vec<Pair>> {
    let pattern = like.map(contains);
    let columns = "SELECT consumer_id, provider_id, consumer, provider, main_version, newest_version FROM (";
    let statement = Statement::new(columns);
    let statement = match show {
        Show::All => pairs(statement, pattern.as_ref()).sql(") q"),
        Show::Failing => pairs(statement.sql(JUDGED), pattern.as_ref())
            .sql(") q) s WHERE outcome = 0 OR deployed_failing = 1"),
        Show::Unverified => {
            pairs(statement.sql(JUDGED), pattern.as_ref()).sql(") q) s WHERE outcome IS NULL")
        }
    };
    statement
        .sql(" ORDER BY consumer_order, provider_order, consumer_id, provider_id LIMIT ")
        .value(slice.limit)
        .sql(" OFFSET ")
        .value(slice.offset)
        .all(connection)
        .await
}

/// Returns the contracts of consumer versions.
pub(crate) async fn contracts(connection: &mut Connection, versions: &[i64]) -> Result<Vec<Contract>> {
    let versions = distinct(versions.iter().copied());
    in_parts(connection, &versions, |part| {
        Statement::with_ids(
            "SELECT k.consumer_version_id, k.provider_id, v.number, k.created_at, t.sha, r.id, r.success, r.pending, \
             r.created_at, w.number FROM current_publications k JOIN versions v ON v.id = k.consumer_version_id \
             JOIN contents t ON t.id = k.content_id LEFT JOIN verifications r \
             ON r.id = (SELECT MAX(x.id) FROM verifications x WHERE x.content_id = k.content_id) \
             LEFT JOIN versions w ON w.id = r.provider_version_id WHERE k.consumer_version_id IN {ids}",
            part,
        )
    })
    .await
}

/// Returns what is deployed or released of consumers, with their providers in the same environments; production first.
pub(crate) async fn deployed(connection: &mut Connection, consumers: &[i64]) -> Result<Vec<Deployed>> {
    let consumers = distinct(consumers.iter().copied());
    in_parts(connection, &consumers, |part| {
        Statement::with_ids(
            "SELECT d.pacticipant_id, k.provider_id, e.name, v.number, t.sha, w.number, s.verification_id, s.success \
             FROM current_deployments d JOIN environments e ON e.id = d.environment_id \
             JOIN versions v ON v.id = d.version_id \
             JOIN current_publications k ON k.consumer_version_id = d.version_id \
             JOIN contents t ON t.id = k.content_id \
             LEFT JOIN current_deployments o ON o.environment_id = d.environment_id AND o.pacticipant_id = k.provider_id \
             LEFT JOIN versions w ON w.id = o.version_id \
             LEFT JOIN current_verifications s ON s.content_id = k.content_id AND s.provider_version_id = o.version_id \
             WHERE d.pacticipant_id IN {ids} ORDER BY e.production DESC, e.name, d.since DESC",
            part,
        )
    })
    .await
}

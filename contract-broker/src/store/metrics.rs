//! Counts of stored data. Interactions and messages are those of the newest contract of each integration.

use std::collections::HashMap;

use super::{Connection, Result, Statement, audit_seals, row};
use crate::metrics::StoredCounts;

/// Returns counts by name.
pub(crate) async fn counts(connection: &mut Connection) -> Result<HashMap<&'static str, i64>> {
    let mut counts = HashMap::new();
    for (name, sql) in [
        (
            "interactions",
            "SELECT CAST(COALESCE(SUM(t.interactions_count), 0) AS BIGINT) FROM integrations n JOIN current_publications k ON k.provider_id = n.provider_id \
             AND k.consumer_id = n.consumer_id AND k.consumer_version_id = (SELECT MAX(m.consumer_version_id) \
             FROM current_publications m WHERE m.provider_id = n.provider_id AND m.consumer_id = n.consumer_id) \
             JOIN contents t ON t.id = k.content_id",
        ),
        (
            "messages",
            "SELECT CAST(COALESCE(SUM(t.messages_count), 0) AS BIGINT) FROM integrations n JOIN current_publications k ON k.provider_id = n.provider_id \
             AND k.consumer_id = n.consumer_id AND k.consumer_version_id = (SELECT MAX(m.consumer_version_id) \
             FROM current_publications m WHERE m.provider_id = n.provider_id AND m.consumer_id = n.consumer_id) \
             JOIN contents t ON t.id = k.content_id",
        ),
        ("pacticipants", "SELECT COUNT(*) FROM pacticipants"),
        ("integrations", "SELECT COUNT(*) FROM integrations"),
        ("publications", "SELECT COUNT(*) FROM publications"),
        ("contents", "SELECT COUNT(*) FROM contents"),
        ("verifications", "SELECT COUNT(*) FROM verifications"),
        (
            "verified_contents",
            "SELECT COUNT(DISTINCT content_id) FROM verifications",
        ),
        ("versions", "SELECT COUNT(*) FROM versions"),
        ("branches", "SELECT COUNT(*) FROM branches"),
        ("tags", "SELECT COUNT(*) FROM tags"),
        ("webhooks", "SELECT COUNT(*) FROM webhooks"),
        ("triggered_webhooks", "SELECT COUNT(*) FROM triggered_webhooks"),
        ("webhook_attempts", "SELECT COUNT(*) FROM webhook_attempts"),
        ("environments", "SELECT COUNT(*) FROM environments"),
        (
            "deployed",
            "SELECT COUNT(*) FROM deployments WHERE kind = 'deployed'",
        ),
        (
            "released",
            "SELECT COUNT(*) FROM deployments WHERE kind = 'released'",
        ),
        (
            "currently_deployed",
            "SELECT COUNT(*) FROM current_deployments WHERE kind = 'deployed'",
        ),
        (
            "currently_supported",
            "SELECT COUNT(*) FROM current_deployments WHERE kind = 'released'",
        ),
        (
            "first_publication",
            "SELECT COALESCE(MIN(created_at), 0) FROM publications",
        ),
        (
            "last_publication",
            "SELECT COALESCE(MAX(created_at), 0) FROM publications",
        ),
    ] {
        counts.insert(name, Statement::new(sql).one(&mut *connection).await?);
    }
    Ok(counts)
}

/// What metrics show of what is stored, at a moment in microseconds since 1970.
pub(crate) async fn stored(connection: &mut Connection, now: i64) -> Result<StoredCounts> {
    let counts: StoredRow = Statement::new(
        "SELECT (SELECT COUNT(*) FROM pacticipants), (SELECT COUNT(*) FROM versions), \
         (SELECT COUNT(*) FROM contents), (SELECT COUNT(*) FROM integrations), \
         (SELECT COUNT(*) FROM integrations n JOIN current_publications k ON k.provider_id = n.provider_id \
         AND k.consumer_id = n.consumer_id AND k.consumer_version_id = (SELECT MAX(m.consumer_version_id) \
         FROM current_publications m WHERE m.provider_id = n.provider_id AND m.consumer_id = n.consumer_id) \
         JOIN verifications v ON v.id = (SELECT MAX(r.id) FROM verifications r WHERE r.content_id = k.content_id) \
         WHERE v.success = 0)",
    )
    .one(&mut *connection)
    .await?;
    let tokens_expiring = Statement::new(
        "SELECT COUNT(*) FROM tokens WHERE revoked_at IS NULL AND expires_at > $1 AND expires_at <= $2",
    )
    .bind(now)
    .bind(now + StoredCounts::SOON_DAYS * 24 * 60 * 60 * 1_000_000)
    .one(&mut *connection)
    .await?;
    let unsealed_since = audit_seals::unsealed_since(connection).await?;
    Ok(StoredCounts {
        pacticipants: counts.pacticipants,
        versions: counts.versions,
        contents: counts.contents,
        integrations: counts.integrations,
        failing_integrations: counts.failing_integrations,
        tokens_expiring,
        audit_seal_lag_seconds: unsealed_since.map_or(0, |since| (now - since).max(0) / 1_000_000),
    })
}

row! {
    struct StoredRow {
        pacticipants: i64,
        versions: i64,
        contents: i64,
        integrations: i64,
        failing_integrations: i64,
    }
}

row! {
    /// Number of consumer versions with a contract that has this many revisions.
    pub(crate) struct Revisions {
        pub(crate) revisions: i64,
        pub(crate) contracts: i64,
    }
}

/// Returns how often contracts were republished for the same version.
pub(crate) async fn revisions(connection: &mut Connection) -> Result<Vec<Revisions>> {
    Statement::new(
        "SELECT c.revisions, COUNT(*) FROM (SELECT COUNT(*) AS revisions FROM publications \
         GROUP BY consumer_version_id, provider_id) c GROUP BY c.revisions ORDER BY c.revisions",
    )
    .all(connection)
    .await
}

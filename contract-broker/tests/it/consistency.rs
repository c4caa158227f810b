//! Whether the tables that are maintained say what the tables say that they are made from.

use crate::database::Database;

/// Pairs of queries that have the same rows: what is maintained, and what it is made from.
const TWINS: &[(&str, &str)] = &[
    (
        "SELECT h.branch_id, m.id FROM branch_heads h JOIN branch_versions m ON m.branch_id = h.branch_id \
         AND m.version_id = h.version_id AND m.id = h.position",
        "SELECT branch_id, MAX(id) FROM branch_versions GROUP BY branch_id",
    ),
    (
        "SELECT pacticipant_id, name, version_id FROM tag_heads",
        "SELECT pacticipant_id, name, MAX(version_id) FROM tags GROUP BY pacticipant_id, name",
    ),
    (
        "SELECT k.consumer_version_id, k.provider_id, k.consumer_id, n.revision FROM current_publications k \
         JOIN publications n ON n.id = k.publication_id AND n.content_id = k.content_id \
         AND n.consumer_version_id = k.consumer_version_id",
        "SELECT consumer_version_id, provider_id, consumer_id, MAX(revision) FROM publications \
         GROUP BY consumer_version_id, provider_id, consumer_id",
    ),
    (
        "SELECT h.branch_id, h.provider_id, m.id FROM branch_contracts h JOIN branch_versions m \
         ON m.branch_id = h.branch_id AND m.version_id = h.consumer_version_id AND m.id = h.position",
        "SELECT m.branch_id, k.provider_id, MAX(m.id) FROM branch_versions m JOIN current_publications k \
         ON k.consumer_version_id = m.version_id GROUP BY m.branch_id, k.provider_id",
    ),
    (
        "SELECT pacticipant_id, name, provider_id, consumer_version_id FROM tag_contracts",
        "SELECT t.pacticipant_id, t.name, k.provider_id, MAX(t.version_id) FROM tags t JOIN current_publications k \
         ON k.consumer_version_id = t.version_id GROUP BY t.pacticipant_id, t.name, k.provider_id",
    ),
    (
        "SELECT c.content_id, c.provider_version_id, v.id, v.success FROM current_verifications c \
         JOIN verifications v ON v.id = c.verification_id AND v.success = c.success",
        "SELECT v.content_id, v.provider_version_id, v.id, v.success FROM verifications v WHERE v.id = \
         (SELECT MAX(n.id) FROM verifications n WHERE n.content_id = v.content_id \
         AND n.provider_version_id = v.provider_version_id)",
    ),
    (
        "SELECT environment_id, pacticipant_id, version_id, deployment_id FROM current_deployments",
        "SELECT environment_id, pacticipant_id, version_id, id FROM deployments WHERE ended_at IS NULL",
    ),
];

/// What must have no row.
const NONE: &[&str] = &[
    "SELECT k.consumer_id FROM publications k WHERE NOT EXISTS (SELECT 1 FROM integrations i \
     WHERE i.consumer_id = k.consumer_id AND i.provider_id = k.provider_id)",
    "SELECT c.id FROM contents c WHERE NOT EXISTS (SELECT 1 FROM publications k WHERE k.content_id = c.id)",
    "SELECT d.id FROM descriptions d WHERE NOT EXISTS (SELECT 1 FROM provider_contracts c \
     WHERE c.description_id = d.id)",
    "SELECT c.provider_version_id FROM provider_contracts c JOIN descriptions d ON d.id = c.description_id \
     JOIN versions v ON v.id = c.provider_version_id \
     WHERE d.provider_id <> c.provider_id OR v.pacticipant_id <> c.provider_id",
    "SELECT k.id FROM comparisons k JOIN contents t ON t.id = k.content_id JOIN descriptions d \
     ON d.id = k.description_id WHERE t.provider_id <> d.provider_id",
    "SELECT k.id FROM comparisons k WHERE (k.compared_at IS NULL) <> (k.due_at IS NOT NULL)",
    "SELECT h.name FROM tag_heads h WHERE h.first_tagged_at > (SELECT MIN(t.created_at) FROM tags t \
     WHERE t.pacticipant_id = h.pacticipant_id AND t.name = h.name)",
    "SELECT b.id FROM branches b WHERE NOT EXISTS (SELECT 1 FROM branch_versions m WHERE m.branch_id = b.id)",
];

/// Fails where a maintained table is wrong.
pub(crate) async fn holds(database: &Database) {
    for (maintained, source) in TWINS {
        for (one, other) in [(maintained, source), (source, maintained)] {
            let wrong = database
                .numbers(format!("SELECT COUNT(*) FROM ({one} EXCEPT {other}) AS d"))
                .await;
            assert_eq!(wrong, [0], "rows of {one} that are not in {other}");
        }
    }
    for query in NONE {
        let wrong = database
            .numbers(format!("SELECT COUNT(*) FROM ({query}) AS d"))
            .await;
        assert_eq!(wrong, [0], "{query}");
    }
}

//! The tables of a Pact Broker, in SQLite and PostgreSQL, as far as a move reads them: with rows as years of use leave them.

use crate::database::Database;

/// `KEY`, `TIME` and `FLAG` stand for the types of the database.
const TABLES: &[&str] = &[
    "CREATE TABLE schema_migrations (filename TEXT PRIMARY KEY)",
    "CREATE TABLE pacticipants (id KEY, name TEXT UNIQUE, display_name TEXT, repository_url TEXT, repository_name TEXT, \
     repository_namespace TEXT, main_branch TEXT, created_at TIME, updated_at TIME)",
    "CREATE TABLE labels (name TEXT, pacticipant_id INTEGER, created_at TIME)",
    "CREATE TABLE versions (id KEY, number TEXT, repository_ref TEXT, pacticipant_id INTEGER, \"order\" INTEGER, \
     created_at TIME, branch TEXT, build_url TEXT)",
    "CREATE TABLE branches (id KEY, name TEXT, pacticipant_id INTEGER, created_at TIME)",
    "CREATE TABLE branch_versions (id KEY, branch_id INTEGER, version_id INTEGER, version_order INTEGER, \
     pacticipant_id INTEGER, branch_name TEXT, auto_created FLAG, created_at TIME)",
    "CREATE TABLE tags (name TEXT, version_id INTEGER, created_at TIME, pacticipant_id INTEGER, version_order INTEGER)",
    "CREATE TABLE pact_versions (id KEY, consumer_id INTEGER, provider_id INTEGER, sha TEXT, content TEXT, created_at TIME)",
    "CREATE TABLE pact_publications (id KEY, consumer_version_id INTEGER, provider_id INTEGER, revision_number INTEGER, \
     pact_version_id INTEGER, created_at TIME, consumer_id INTEGER)",
    "CREATE TABLE verifications (id KEY, number INTEGER, success FLAG, build_url TEXT, pact_version_id INTEGER, \
     execution_date TIME, created_at TIME, provider_version_id INTEGER, test_results TEXT, wip FLAG, pact_pending FLAG, \
     consumer_id INTEGER, provider_id INTEGER, verified_by_implementation TEXT, verified_by_version TEXT, \
     verified_by_client_implementation TEXT, verified_by_client_version TEXT, verified_by_client_test_framework TEXT)",
    "CREATE TABLE pact_version_provider_tag_successful_verifications (id KEY, pact_version_id INTEGER, \
     provider_version_tag_name TEXT, wip FLAG, verification_id INTEGER, execution_date TIME)",
    "CREATE TABLE environments (id KEY, uuid TEXT, name TEXT, display_name TEXT, production FLAG, contacts TEXT)",
    "CREATE TABLE deployed_versions (id KEY, uuid TEXT, version_id INTEGER, pacticipant_id INTEGER, \
     environment_id INTEGER, target TEXT, created_at TIME, updated_at TIME, undeployed_at TIME, auto_created FLAG)",
    "CREATE TABLE currently_deployed_version_ids (id KEY, environment_id INTEGER, version_id INTEGER, \
     deployed_version_id INTEGER)",
    "CREATE TABLE released_versions (id KEY, uuid TEXT, version_id INTEGER, environment_id INTEGER, created_at TIME, \
     support_ended_at TIME)",
    "CREATE TABLE webhooks (id KEY, uuid TEXT, method TEXT, url TEXT, body TEXT, is_json_request_body FLAG, \
     consumer_id INTEGER, provider_id INTEGER, username TEXT, password TEXT, enabled FLAG, description TEXT, headers TEXT, \
     consumer_label TEXT, provider_label TEXT)",
    "CREATE TABLE webhook_events (id KEY, webhook_id INTEGER, name TEXT)",
    "CREATE TABLE certificates (id KEY, uuid TEXT, description TEXT, content TEXT)",
];

/// The rows of each table: its name with columns, and the values.
const ROWS: &[(&str, &[&str])] = &[
    (
        "schema_migrations (filename)",
        &[
            "'000001_create_pacticipant_table.rb'",
            "'20240112_add_client_language_verified_by_to_verification.rb'",
            "'20260217_add_wip_query_optimization_indexes.rb'",
        ],
    ),
    (
        "pacticipants (id, name, display_name, repository_url, main_branch, created_at)",
        &[
            "1, 'Shop', 'The shop', 'https://example.org/shop', 'main', '2026-01-01 08:00:00'",
            "2, 'Stock', NULL, NULL, NULL, '2026-01-01 08:00:00'",
            "3, 'Old & \"odd\"', NULL, NULL, NULL, NULL",
        ],
    ),
    ("labels (name, pacticipant_id)", &["'team-a', 1"]),
    (
        "versions (id, number, pacticipant_id, \"order\", created_at, branch, build_url)",
        &[
            "1, '1.0', 1, 1, '2026-01-02 08:00:00.123456', 'gone', 'https://ci.example.org/1'",
            "2, '2.0', 1, 2, '2026-01-05 08:00:00', NULL, NULL",
            "3, 's1', 2, 1, '2026-01-03 08:00:00', NULL, NULL",
            "4, 's2', 2, 2, '2026-01-06 08:00:00', NULL, NULL",
            // Its time contradicts its place.
            "5, '1.5', 1, 3, '2026-01-01 08:00:00', NULL, NULL",
            // From a time without order and dates.
            "7, '0.9', 1, NULL, NULL, NULL, NULL",
        ],
    ),
    (
        "branches (id, name, pacticipant_id, created_at)",
        &[
            "1, 'main', 1, '2025-12-01 00:00:00'",
            "2, 'feature/x', 1, '2026-01-04 00:00:00'",
            "3, 'main', 2, NULL",
        ],
    ),
    (
        "branch_versions (branch_id, version_id, version_order)",
        &["1, 2, 2", "2, 5, 3", "3, 3, 1", "3, 4, 2"],
    ),
    (
        "tags (name, version_id, created_at)",
        &[
            // An environment has the same name, and nothing of this version is deployed there.
            "'prod', 5, '2026-01-05 09:00:00'",
            "'v0', 7, NULL",
        ],
    ),
    (
        "pact_versions (id, consumer_id, provider_id, sha, content, created_at)",
        &[
            "1, 1, 2, 'aaaa', '{\"consumer\":{\"name\":\"Shop\"},\"provider\":{\"name\":\"Stock\"},\"interactions\":\
             [{\"_id\":\"77\",\"description\":\"a\",\"request\":{\"method\":\"GET\",\"path\":\"/a\"},\"response\":\
             {\"status\":200,\"body\":{\"price\":1.50}}}],\"metadata\":{\"pactSpecification\":{\"version\":\"2.0.0\"}}}', \
             '2026-01-02 08:00:00'",
            "2, 1, 2, 'bbbb', '{\"consumer\":{\"name\":\"Shop\"},\"provider\":{\"name\":\"Stock\"},\"interactions\":\
             [{\"description\":\"b\",\"request\":{\"method\":\"GET\",\"path\":\"/b\"},\"response\":{\"status\":200}}],\
             \"metadata\":{\"pactSpecification\":{\"version\":\"2.0.0\"}}}', '2026-01-02 08:00:00'",
            // The content of the first, written differently.
            "3, 1, 2, 'cccc', '{ \"provider\":{\"name\":\"Stock\"},\"consumer\":{\"name\":\"Shop\"},\"interactions\":\
             [{\"description\":\"a\",\"request\":{\"method\":\"GET\",\"path\":\"/a\"},\"response\":{\"status\":200,\
             \"body\":{\"price\":1.50}}}],\"metadata\":{\"pactSpecification\":{\"version\":\"2.0.0\"}}}', \
             '2026-01-02 08:00:00'",
            "4, 1, 2, 'dddd', NULL, '2026-01-02 08:00:00'",
        ],
    ),
    (
        "pact_publications (id, consumer_version_id, provider_id, revision_number, pact_version_id, created_at)",
        &[
            "1, 1, 2, 1, 1, '2026-01-02 08:00:01'",
            "2, 1, 2, 2, 2, '2026-01-02 08:00:02'",
            "3, 2, 2, 1, 1, '2026-01-05 08:00:01'",
            "4, 5, 2, 1, 3, '2026-01-05 10:00:00'",
            "5, 7, 2, 1, 4, '2026-01-02 08:00:00'",
        ],
    ),
    (
        "verifications (id, number, success, pact_version_id, provider_version_id, execution_date, created_at, wip, \
         pact_pending, test_results, build_url, verified_by_implementation, verified_by_version, \
         verified_by_client_implementation)",
        &[
            "1, 1, FALSE, 1, 3, '2026-01-03 09:00:00', '2026-01-03 09:00:00', FALSE, TRUE, '{\"summary\":{\"failures\":1}}', \
             'https://ci.example.org/v1', 'pact-ruby', '1.2', 'ruby'",
            "2, 2, TRUE, 1, 3, '2026-01-03 10:00:00', '2026-01-03 10:00:00', FALSE, FALSE, NULL, NULL, NULL, NULL, NULL",
            "3, 1, TRUE, 2, 3, NULL, '2026-01-03 11:00:00', FALSE, NULL, NULL, NULL, NULL, NULL, NULL",
            // As an older Sequel wrote flags into SQLite.
            "4, 1, 't', 3, 4, '2026-01-06 09:00:00', '2026-01-06 09:00:00', 't', 'f', NULL, NULL, NULL, NULL, NULL",
            // Of a provider version that was deleted.
            "5, 3, TRUE, 1, NULL, '2026-01-06 09:00:00', '2026-01-06 09:00:00', FALSE, NULL, NULL, NULL, NULL, NULL, NULL",
        ],
    ),
    (
        "pact_version_provider_tag_successful_verifications (pact_version_id, provider_version_tag_name, verification_id)",
        &["1, 'prod', NULL", "1, 'prod', 2"],
    ),
    (
        "environments (id, uuid, name, display_name, production, contacts)",
        &[
            "1, 'env-prod', 'prod', 'Production', TRUE, '[{\"name\":\"Ops\",\"details\":{\"email\":\"ops@example.org\"}}]'",
            "2, 'env-test', 'test', 'Test', FALSE, NULL",
        ],
    ),
    (
        "deployed_versions (id, uuid, version_id, environment_id, target, created_at, updated_at, undeployed_at)",
        &[
            "1, 'dep-1', 1, 1, NULL, '2026-02-01 08:00:00', '2026-02-02 08:00:00', '2026-02-02 08:00:00'",
            "2, 'dep-2', 2, 1, NULL, '2026-02-02 08:00:00', '2026-02-02 08:00:00', NULL",
            "3, 'dep-3', 2, 1, 'blue', '2026-02-02 09:00:00', '2026-02-02 09:00:00', NULL",
            // Replaced, and nobody wrote down when.
            "4, 'dep-4', 3, 1, NULL, '2026-02-01 08:00:00', '2026-02-03 08:00:00', NULL",
            "5, 'dep-5', 4, 1, NULL, '2026-02-03 08:00:00', '2026-02-03 08:00:00', NULL",
        ],
    ),
    (
        "currently_deployed_version_ids (environment_id, version_id, deployed_version_id)",
        &["1, 2, 2", "1, 2, 3", "1, 4, 5"],
    ),
    (
        "released_versions (id, uuid, version_id, environment_id, created_at, support_ended_at)",
        &[
            "1, 'rel-1', 3, 2, '2026-02-01 08:00:00', '2026-02-10 08:00:00'",
            "2, 'rel-2', 2, 2, '2026-02-04 08:00:00', NULL",
        ],
    ),
    (
        "webhooks (id, uuid, method, url, body, is_json_request_body, consumer_id, provider_id, username, password, enabled, \
         description, headers, consumer_label, provider_label)",
        &[
            "1, 'hook-json-0123456789', 'POST', 'https://ci.example.org/build', \
             '{\"version\":\"${pactbroker.providerVersionNumber}\"}', TRUE, 1, 2, 'ci', 'c3dvcmRmaXNo', TRUE, 'Build', \
             '{\"Authorization\":\"Bearer s3cret\"}', NULL, NULL",
            "2, 'hook-text-0123456789', 'POST', 'https://chat.example.org/', 'plain', FALSE, NULL, NULL, NULL, NULL, TRUE, \
             NULL, NULL, 'team-a', NULL",
        ],
    ),
    (
        "webhook_events (webhook_id, name)",
        &[
            "1, 'contract_content_changed'",
            "1, 'provider_verification_failed'",
            "2, 'contract_published'",
        ],
    ),
    (
        "certificates (uuid, description, content)",
        &["'c-1', 'Own CA', 'PEM'"],
    ),
];

/// Makes the tables and their rows.
pub(crate) async fn fill(database: &Database) {
    make_tables(database).await;
    for (table, rows) in ROWS {
        for row in *rows {
            database
                .execute(format!("INSERT INTO {table} VALUES ({row})"))
                .await;
        }
    }
}

/// Makes the tables.
pub(crate) async fn make_tables(database: &Database) {
    let (key, time) = match database {
        Database::Sqlite(_) => ("INTEGER PRIMARY KEY AUTOINCREMENT", "TIMESTAMP"),
        Database::Postgres { .. } => (
            "INTEGER GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
            "TIMESTAMP WITHOUT TIME ZONE",
        ),
    };
    for table in TABLES {
        let sql = table
            .replace("KEY,", &format!("{key},"))
            .replace(" TIME", &format!(" {time}"))
            .replace(" FLAG", " BOOLEAN");
        database.execute(sql).await;
    }
}

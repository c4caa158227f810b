//! Moving in from the database of a Pact Broker.

use contract_broker::{
    Config,
    operate::{Source, compare, move_in},
};
use serde_json::json;

use crate::{
    broker::{TestBroker, publish_body},
    consistency,
    database::Database,
    pact_broker_tables::fill,
    process::KEY,
};

fn config(database: &Database) -> Config {
    Config {
        database_url: database.url(),
        database_max_connections: 4,
        webhook_encryption_key: Some(KEY.into()),
        ..Config::default()
    }
}

async fn source(database: &Database) -> Source {
    Source::database(&database.url(), None, false).await.unwrap()
}

async fn moved(source: &Database, target: &Database) -> Vec<String> {
    let mut lines = Vec::new();
    let from = self::source(source).await;
    move_in(&config(target), &from, |line| lines.push(line))
        .await
        .unwrap();
    lines
}

async fn compared(source: &Database, target: &Database) -> (usize, Vec<String>) {
    let mut lines = Vec::new();
    let from = self::source(source).await;
    let different = compare(&config(target), &from, |line| lines.push(line))
        .await
        .unwrap();
    (different, lines)
}

/// Runs a test with a Pact Broker's database and an empty one of ours, of each kind.
async fn with_each(test: impl AsyncFn(&Database, &Database)) {
    let mut kinds = vec![(Database::sqlite(), Database::sqlite())];
    if let (Some(source), Some(target)) = (Database::postgres(), Database::postgres()) {
        kinds.push((source, target));
    }
    for (source, target) in kinds {
        source.create().await;
        target.create().await;
        fill(&source).await;
        test(&source, &target).await;
        source.remove().await;
        target.remove().await;
    }
}

/// A question, and the rows that it has after the move.
const HERE: &[(&str, &[&str])] = &[
    (
        "SELECT name, COALESCE(display_name, '-'), COALESCE(main_branch, '-') FROM pacticipants ORDER BY name",
        &["Old & \"odd\"|-|-", "Shop|The shop|main", "Stock|-|-"],
    ),
    ("SELECT name FROM labels", &["team-a"]),
    // Merged by time; within an application the order is the Pact Broker's, whatever the times say.
    (
        "SELECT number FROM versions ORDER BY id",
        &["0.9", "1.0", "s1", "2.0", "1.5", "s2"],
    ),
    (
        "SELECT number, created_at FROM versions WHERE number IN ('1.0', '1.5') ORDER BY number",
        &["1.0|1767340800123456", "1.5|1767254400000000"],
    ),
    (
        "SELECT build_url FROM versions WHERE number = '1.0'",
        &["https://ci.example.org/1"],
    ),
    // The branch of 1.0 was deleted, and a tag makes none.
    (
        "SELECT p.name, b.name, v.number FROM branch_versions m JOIN branches b ON b.id = m.branch_id \
         JOIN versions v ON v.id = m.version_id JOIN pacticipants p ON p.id = b.pacticipant_id ORDER BY 1, 2, 3",
        &[
            "Shop|feature/x|1.5",
            "Shop|main|2.0",
            "Stock|main|s1",
            "Stock|main|s2",
        ],
    ),
    (
        "SELECT b.created_at FROM branches b JOIN pacticipants p ON p.id = b.pacticipant_id ORDER BY 1",
        &["1764547200000000", "1767427200000000", "1767484800000000"],
    ),
    (
        "SELECT t.name, v.number, CASE WHEN t.created_at > 1767600000000000 THEN 1 ELSE 0 END FROM tags t JOIN versions v ON v.id = t.version_id ORDER BY 1",
        &["prod|1.5|1", "v0|0.9|1"],
    ),
    (
        "SELECT v.number, k.revision, k.created_at / 1000000 - 1767000000 FROM publications k \
         JOIN versions v ON v.id = k.consumer_version_id ORDER BY 1, 2",
        &["1.0|1|340801", "1.0|2|340802", "1.5|1|607200", "2.0|1|600001"],
    ),
    ("SELECT COUNT(*) FROM contents", &["2"]),
    // The revision that counts, and the same content under two SHAs of the Pact Broker.
    (
        "SELECT a.sha, COUNT(k.consumer_version_id) FROM content_aliases a LEFT JOIN current_publications k \
         ON k.content_id = a.content_id GROUP BY a.sha ORDER BY 1",
        &["aaaa|2", "bbbb|1", "cccc|2"],
    ),
    (
        "SELECT v.number, r.success, r.wip, r.pending, r.created_at / 1000000 - 1767000000 FROM verifications r \
         JOIN versions v ON v.id = r.provider_version_id ORDER BY r.id",
        &[
            "s1|0|0|1|430800",
            "s1|1|0|0|434400",
            "s1|1|0|0|438000",
            "s2|1|1|0|690000",
        ],
    ),
    (
        "SELECT build_url, verified_by, test_results FROM verifications WHERE success = 0",
        &[
            "https://ci.example.org/v1|{\"client_implementation\":\"ruby\",\"implementation\":\"pact-ruby\",\"version\":\"1.2\"}|\
             {\"summary\":{\"failures\":1}}",
        ],
    ),
    (
        "SELECT uuid, name, display_name, production FROM environments ORDER BY name",
        &["env-prod|prod|Production|1", "env-test|test|Test|0"],
    ),
    (
        "SELECT d.uuid, v.number, d.kind, d.instance, d.created_at / 1000000 - 1769000000, \
         COALESCE(d.ended_at / 1000000 - 1769000000, 0) FROM deployments d JOIN versions v ON v.id = d.version_id ORDER BY 1",
        &[
            "dep-1|1.0|deployed||932800|1019200",
            "dep-2|2.0|deployed||1019200|0",
            "dep-3|2.0|deployed|blue|1022800|0",
            "dep-4|s1|deployed||932800|1105600",
            "dep-5|s2|deployed||1105600|0",
            "rel-1|s1|released||932800|1710400",
            "rel-2|2.0|released||1192000|0",
        ],
    ),
    (
        "SELECT uuid, COALESCE(description, '-'), enabled, events FROM webhooks ORDER BY uuid",
        &[
            "hook-json-0123456789|Build|0|[\"contract_content_changed\",\"provider_verification_failed\"]",
            "hook-text-0123456789|-|0|[\"contract_published\"]",
        ],
    ),
];

async fn all_is_here(target: &Database) {
    let connection = target.connect().await;
    for (question, expected) in HERE {
        let rows: Vec<String> = connection
            .rows(question)
            .await
            .iter()
            .map(|row| row.join("|"))
            .collect();
        assert_eq!(rows, *expected, "{question}");
    }
    consistency::holds(target).await;
}

#[tokio::test]
async fn what_a_database_of_a_pact_broker_holds_is_here_once_however_often_it_is_moved() {
    with_each(async |source, target| {
        let before = bytes(source);
        let lines = moved(source, target).await;
        for expected in [
            "3 applications",
            "6 versions",
            "3 contracts",
            "4 verification results added",
            "7 deployment records",
            "2 webhooks added, disabled",
            "the contract of Shop 0.9 with Stock is NOT copied: it has no content",
            "Not copied: the certificates Own CA that webhooks trust: put them into the file of webhook.ca_file",
            "Not copied: 1 verification result of no provider version",
        ] {
            assert!(lines.iter().any(|line| line == expected), "{expected}: {lines:?}");
        }
        assert!(
            lines
                .iter()
                .any(|line| line.starts_with("Not copied: 1 success ")),
            "{lines:?}"
        );
        all_is_here(target).await;
        let lines = moved(source, target).await;
        assert!(
            lines
                .iter()
                .any(|line| line == "0 verification results added"),
            "{lines:?}"
        );
        all_is_here(target).await;
        assert_eq!(bytes(source), before, "the source is only read");
        let (different, lines) = compared(source, target).await;
        // The contract that could not be copied.
        assert_eq!(different, 1, "{lines:?}");
        assert_eq!(lines[0], "the contract of Shop 0.9 with Stock is not here");
        assert_eq!(
            lines[1],
            "6 versions, 4 contracts, 3 verification results, 7 deployment records compared, 1 different"
        );
    })
    .await;
}

/// The file of a SQLite database.
fn bytes(database: &Database) -> Vec<u8> {
    match database {
        Database::Sqlite(folder) => std::fs::read(folder.path().join("broker.sqlite3")).unwrap(),
        Database::Postgres { .. } => Vec::new(),
    }
}

#[tokio::test]
async fn a_move_that_was_interrupted_goes_on_and_one_that_is_made_again_adds_what_is_new() {
    with_each(async |source, target| {
        moved(source, target).await;
        // As if it had stopped before the second revision, the last result and the end of a deployment.
        for sql in [
            "DELETE FROM verifications WHERE wip = 1",
            "DELETE FROM current_verifications WHERE verification_id NOT IN (SELECT id FROM verifications)",
            "UPDATE current_publications SET publication_id = (SELECT MIN(id) FROM publications WHERE consumer_version_id = \
             current_publications.consumer_version_id), content_id = (SELECT content_id FROM content_aliases WHERE sha = \
             'aaaa') WHERE consumer_version_id = (SELECT id FROM versions WHERE number = '1.0')",
            "DELETE FROM publications WHERE revision = 2",
            "DELETE FROM verifications WHERE content_id = (SELECT content_id FROM content_aliases WHERE sha = 'bbbb')",
            "DELETE FROM current_verifications WHERE verification_id NOT IN (SELECT id FROM verifications)",
            "DELETE FROM contents WHERE id = (SELECT content_id FROM content_aliases WHERE sha = 'bbbb')",
        ] {
            target.execute(sql.to_owned()).await;
        }
        moved(source, target).await;
        let results = "SELECT COUNT(*) FROM verifications".to_owned();
        assert_eq!(target.numbers(results).await, [4]);
        let revisions =
            "SELECT revision FROM publications k JOIN versions v ON v.id = k.consumer_version_id \
                         WHERE v.number = '1.0' ORDER BY 1";
        assert_eq!(target.numbers(revisions.to_owned()).await, [1, 2]);
        // Meanwhile the Pact Broker went on.
        for sql in [
            "INSERT INTO versions (id, number, pacticipant_id, \"order\", created_at) \
             VALUES (8, '3.0', 1, 4, '2026-03-01 08:00:00')",
            "INSERT INTO branch_versions (branch_id, version_id, version_order) VALUES (1, 8, 4)",
            // An environment has the name of the tag: it records no deployment of its own.
            "INSERT INTO tags (name, version_id, created_at) VALUES ('test', 8, '2026-03-01 08:00:00')",
            "INSERT INTO pact_publications (id, consumer_version_id, provider_id, revision_number, pact_version_id, created_at) \
             VALUES (6, 8, 2, 1, 2, '2026-03-01 08:00:00'), (7, 2, 2, 2, 2, '2026-03-01 09:00:00')",
            "UPDATE deployed_versions SET undeployed_at = '2026-03-02 08:00:00' WHERE id = 3",
            "DELETE FROM currently_deployed_version_ids WHERE deployed_version_id = 3",
        ] {
            source.execute(sql.to_owned()).await;
        }
        moved(source, target).await;
        let (different, lines) = compared(source, target).await;
        assert_eq!(different, 1, "{lines:?}");
        let deployments = "SELECT uuid FROM deployments WHERE ended_at IS NULL ORDER BY 1";
        assert_eq!(
            target.connect().await.rows(deployments).await.concat(),
            ["dep-2", "dep-5", "rel-2"]
        );
        consistency::holds(target).await;
    })
    .await;
}

#[tokio::test]
async fn a_comparison_names_everything_that_differs() {
    with_each(async |source, target| {
        moved(source, target).await;
        for sql in [
            "UPDATE pact_publications SET pact_version_id = 2 WHERE consumer_version_id = 2",
            "UPDATE verifications SET success = FALSE WHERE id = 3",
            "INSERT INTO versions (id, number, pacticipant_id, \"order\") VALUES (8, '3.0', 1, 4)",
            "UPDATE versions SET \"order\" = 9 WHERE number = 's1'",
            "INSERT INTO tags (name, version_id) VALUES ('new', 1)",
            "DELETE FROM currently_deployed_version_ids WHERE deployed_version_id = 3",
            "INSERT INTO released_versions (id, uuid, version_id, environment_id, created_at) \
             VALUES (3, 'rel-3', 1, 2, '2026-03-01 08:00:00')",
        ] {
            source.execute(sql.to_owned()).await;
        }
        let (different, lines) = compared(source, target).await;
        for expected in [
            "the contract of Shop 2.0 with Stock has another content here",
            "the contract of Shop 1.0 with Stock, verified by s1: there failed, here successful",
            "Shop 3.0 is not here (404 Not Found)",
            "the order of the versions of Stock: there s2 comes where s1 is here",
            "Shop 1.0: the tags are {\"new\"} there and {} here",
            "Shop 2.0 in prod (dep-3): there ended, here in use",
            "Shop 1.0 in test (rel-3) is not here",
        ] {
            assert!(
                lines.iter().any(|line| line == expected),
                "{expected}: {lines:#?}"
            );
        }
        assert_eq!(different, 8, "{lines:#?}");
    })
    .await;
}

#[test]
fn addresses_of_the_old_broker_lead_to_the_contracts() {
    let mut targets = vec![Database::sqlite()];
    targets.extend(Database::postgres());
    for target in targets {
        TestBroker::run_on(
            target,
            async |target| {
                let source = Database::sqlite();
                fill(&source).await;
                moved(&source, target).await;
            },
            async |broker| {
                let pair = "/pacts/provider/Stock/consumer/Shop";
                // What a Pact Broker writes into addresses of contracts that are to be verified.
                let metadata = "c1tdW2xdPXRydWUmc1tdW2N2XT0x";
                for (sha, description) in [("aaaa", "a"), ("bbbb", "b"), ("cccc", "a")] {
                    for address in [
                        format!("{pair}/pact-version/{sha}"),
                        format!("{pair}/pact-version/{sha}/metadata/{metadata}"),
                    ] {
                        let answer = broker.get(&address).await;
                        assert_eq!(answer.status, 200, "{address}: {}", answer.text);
                        assert_eq!(answer.json["interactions"][0]["description"], description);
                    }
                }
                let results = format!("{pair}/pact-version/bbbb/metadata/{metadata}/verification-results");
                let body = json!({ "success": true, "providerApplicationVersion": "s9" });
                assert_eq!(broker.post(&results, body).await.status, 201);
                let latest = format!("{pair}/pact-version/bbbb/verification-results/latest");
                let answer = broker.get(&latest).await;
                assert_eq!(answer.json["providerApplicationVersion"], "s9", "{}", answer.text);
                let unknown = broker.get(&format!("{pair}/pact-version/eeee")).await;
                assert_eq!(unknown.status, 404);
                // The alias goes with its content, and a new contract is found by its own SHA.
                for version in ["1.0", "1.5", "2.0"] {
                    let gone = broker
                        .delete(&format!("/pacticipants/Shop/versions/{version}"))
                        .await;
                    assert!(gone.status.is_success(), "{}", gone.text);
                }
                let gone = broker.get(&format!("{pair}/pact-version/aaaa")).await;
                assert_eq!(gone.status, 404);
                let body = publish_body("Shop", "4.0", None, "Stock", "new");
                assert_eq!(broker.post("/contracts/publish", body).await.status, 200);
                consistency::holds(&broker.database).await;
            },
        );
    }
}

#[test]
fn webhooks_keep_their_secrets_encrypted_and_wait_for_somebody_to_enable_them() {
    TestBroker::run_on(
        Database::sqlite(),
        async |target| {
            let source = Database::sqlite();
            fill(&source).await;
            moved(&source, target).await;
        },
        async |broker| {
            let shown = broker.get("/webhooks/hook-json-0123456789").await;
            assert_eq!(shown.status, 200, "{}", shown.text);
            assert_eq!(shown.json["enabled"], false);
            assert_eq!(shown.json["consumer"]["name"], "Shop");
            assert_eq!(shown.json["request"]["username"], "ci");
            assert_eq!(
                shown.json["request"]["body"]["version"],
                "${pactbroker.providerVersionNumber}"
            );
            let stored = broker
                .database
                .connect()
                .await
                .rows("SELECT * FROM webhooks")
                .await;
            let stored = format!("{stored:?}{}", shown.text);
            for secret in ["s3cret", "swordfish", "c3dvcmRmaXNo"] {
                assert!(!stored.contains(secret), "{stored}");
            }
            let labelled = broker.get("/webhooks/hook-text-0123456789").await;
            assert_eq!(labelled.json["consumer"]["label"], "team-a", "{}", labelled.text);
            assert_eq!(labelled.json["request"]["body"], "plain");
        },
    );
}

#[tokio::test]
async fn a_database_that_cannot_be_read_is_refused_with_what_to_do() {
    let refused = async |url: String| {
        Source::database(&url, None, false)
            .await
            .err()
            .unwrap()
            .to_string()
    };
    let missing = tempfile::tempdir().unwrap();
    let path = missing.path().join("no.sqlite3");
    let error = refused(format!("sqlite:{}", path.display())).await;
    assert!(error.contains("unable to open database file"), "{error}");
    assert!(!path.exists(), "nothing is created");
    let own = Database::sqlite();
    moved_nothing(&own).await;
    let error = refused(own.url()).await;
    assert!(error.contains("it is of no Pact Broker"), "{error}");
    let old = Database::sqlite();
    fill(&old).await;
    old.execute(
        "DELETE FROM schema_migrations; INSERT INTO schema_migrations VALUES ('20210816_x.rb')".to_owned(),
    )
    .await;
    let error = refused(old.url()).await;
    assert!(error.contains("2.109 or newer"), "{error}");
    old.execute("INSERT INTO schema_migrations VALUES ('20990101_y.rb')".to_owned())
        .await;
    let error = refused(old.url()).await;
    assert!(error.contains("--force"), "{error}");
    assert!(Source::database(&old.url(), None, true).await.is_ok());
}

/// Makes a database of our own.
async fn moved_nothing(target: &Database) {
    let broker = contract_broker::Broker::build(config(target)).await.unwrap();
    broker.close().await;
}

#[tokio::test]
async fn a_row_that_means_nothing_is_named() {
    for (sql, expected) in [
        (
            "UPDATE webhooks SET password = '***' WHERE id = 1",
            "the password of the webhook hook-json-0123456789",
        ),
        (
            "UPDATE environments SET contacts = '[' WHERE id = 1",
            "the column contacts of row prod of the table environments",
        ),
        (
            "UPDATE deployed_versions SET created_at = NULL WHERE id = 2",
            "row dep-2 of the table deployed_versions",
        ),
        (
            "UPDATE verifications SET test_results = '{' WHERE id = 1",
            "the column test_results of row 1 of the table verifications",
        ),
    ] {
        let (source, target) = (Database::sqlite(), Database::sqlite());
        fill(&source).await;
        source.execute(sql.to_owned()).await;
        let from = self::source(&source).await;
        let error = move_in(&config(&target), &from, |_| {})
            .await
            .unwrap_err()
            .to_string();
        assert!(error.contains(expected), "{error}");
    }
}

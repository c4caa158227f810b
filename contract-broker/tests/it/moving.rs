//! Exports and imports: what was stored is the same afterwards, on either database.

use std::{fs, path::Path};

use contract_broker::{Broker, Config, operate};
use serde_json::json;

use crate::{
    broker::{TestBroker, publish_body},
    consistency,
    database::Database,
    process::KEY,
    webhooks::webhook,
};

/// Tables that belong to one database.
const OWN: [&str; 6] = [
    "schema_migrations",
    "schema_readers",
    "periodic_jobs",
    "sessions",
    "used_tokens",
    "device_logins",
];

fn config(database: &Database) -> Config {
    Config {
        database_url: database.url(),
        database_max_connections: 3,
        webhook_encryption_key: Some(KEY.into()),
        ..Config::default()
    }
}

/// Stores something of every kind.
pub(crate) async fn seed(broker: &TestBroker) {
    for number in 1..=3 {
        let version = format!("{number}.0");
        broker
            .publish(
                "Shop \"é\"",
                &version,
                Some("main"),
                "Stock",
                &format!("content {number}\n\\"),
            )
            .await;
        broker
            .verify(
                "Shop%20%22%C3%A9%22",
                &version,
                "Stock",
                &format!("s{number}"),
                number != 2,
            )
            .await;
    }
    let shop = "/pacticipants/Shop%20%22%C3%A9%22";
    broker.put(&format!("{shop}/labels/team-a"), json!({})).await;
    broker
        .put(&format!("{shop}/versions/2.0/tags/prod"), json!({}))
        .await;
    broker.branch("Stock", "main", "s3").await;
    let environment = broker.environment("production").await;
    for version in ["1.0", "2.0"] {
        let path = format!("{shop}/versions/{version}/deployed-versions/environment/{environment}");
        assert_eq!(broker.post(&path, json!({})).await.status, 201);
    }
    let created = broker
        .post(
            "/webhooks",
            webhook("https://ci.example.org/a", &["contract_published"]),
        )
        .await;
    assert_eq!(created.status, 201, "{}", created.text);
    // An id that was given and is gone is not given again.
    broker.publish("Gone", "1", None, "Stock", "gone").await;
    assert!(broker.delete("/pacticipants/Gone").await.status.is_success());
}

/// Every row of every table that moves.
async fn rows(database: &Database) -> Vec<(String, Vec<Vec<String>>)> {
    let beside = database.connect().await;
    let mut all = Vec::new();
    for table in database.tables().await {
        if !OWN.contains(&table.as_str()) {
            let mut rows = beside.rows(&format!("SELECT * FROM {table}")).await;
            rows.sort();
            all.push((table, rows));
        }
    }
    all
}

async fn export(database: &Database, file: &Path) {
    operate::export(&config(database), file.to_str().unwrap(), |_| {})
        .await
        .unwrap();
}

async fn import(database: &Database, file: &Path) -> Result<String, String> {
    let mut said = String::new();
    operate::import(&config(database), file.to_str().unwrap(), |line| said = line)
        .await
        .map(|()| said)
        .map_err(|error| error.to_string())
}

/// Exports `source` into `target`, twice, and compares.
async fn moved(source: &Database, target: &Database, folder: &Path) {
    let file = folder.join(format!("{}.jsonl", uuid()));
    export(source, &file).await;
    let before = rows(source).await;
    let said = import(target, &file).await.unwrap();
    assert!(said.contains(" rows imported from "), "{said}");
    assert_eq!(rows(target).await, before);
    let again = import(target, &file).await.unwrap();
    assert!(again.contains(", 0 of them new"), "{again}");
    consistency::holds(target).await;
}

fn uuid() -> u128 {
    use std::time::{SystemTime, UNIX_EPOCH};
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos()
}

/// The greatest id that was ever given to an application, and the next one after the move.
async fn next_is_new(source: &Database, target: &Database) {
    let broker = Broker::build(config(target)).await.unwrap();
    let greatest = "SELECT MAX(id) FROM versions".to_owned();
    let known = source.numbers(greatest.clone()).await;
    let router = broker.router();
    let body = publish_body("New", "1", Some("main"), "Stock", "new");
    let request = http::Request::post("/contracts/publish")
        .header("host", "broker.test")
        .header("content-type", "application/json")
        .body(axum::body::Body::from(body.to_string()))
        .unwrap();
    let answer = tower::ServiceExt::oneshot(router, request).await.unwrap();
    assert_eq!(answer.status(), 200);
    // The version that was deleted had the next id.
    assert!(target.numbers(greatest).await[0] > known[0] + 1);
    broker.close().await;
    consistency::holds(target).await;
}

#[test]
fn what_is_exported_from_sqlite_is_the_same_in_sqlite_and_postgresql() {
    let folder = tempfile::tempdir().unwrap();
    TestBroker::run(Database::sqlite(), async |broker| {
        seed(broker).await;
        for target in [Some(Database::sqlite()), Database::postgres()]
            .into_iter()
            .flatten()
        {
            target.create().await;
            moved(&broker.database, &target, folder.path()).await;
            next_is_new(&broker.database, &target).await;
            target.remove().await;
        }
    });
}

#[test]
fn what_is_exported_from_postgresql_is_the_same_in_sqlite() {
    let Some(source) = Database::postgres() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    TestBroker::run(source, async |broker| {
        seed(broker).await;
        let target = Database::sqlite();
        moved(&broker.database, &target, folder.path()).await;
        next_is_new(&broker.database, &target).await;
    });
}

#[test]
fn an_import_that_cannot_be_right_says_where_and_why() {
    let folder = tempfile::tempdir().unwrap();
    TestBroker::run(Database::sqlite(), async |broker| {
        seed(broker).await;
        let file = folder.path().join("all.jsonl");
        export(&broker.database, &file).await;
        let text = fs::read_to_string(&file).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let last = lines.len();
        let newer = text.replacen("\"schema\":", "\"schema\":9", 1);
        let unknown = text.replacen("\"table\":\"labels\"", "\"table\":\"lables\"", 1);
        let column = text.replacen("\"row\":{", "\"row\":{\"colour\":1,", 1);
        for (broken, expected) in [
            (String::new(), "is no export of a contract-broker".to_owned()),
            ("{}\n".to_owned(), "is no export of a contract-broker".to_owned()),
            (
                lines[..last - 1].join("\n"),
                format!("line {last}: the export was cut off here"),
            ),
            (
                [&lines[..1], &lines[2..]].concat().join("\n"),
                "rows, ".to_owned(),
            ),
            (newer, "was written by a newer broker".to_owned()),
            (unknown, "is called \"lables\"".to_owned()),
            (column, "has no column colour".to_owned()),
        ] {
            let path = folder.path().join("broken.jsonl");
            fs::write(&path, broken).unwrap();
            let error = import(&Database::sqlite(), &path).await.unwrap_err();
            assert!(error.contains(&expected), "{expected}: {error}");
        }
    });
}

#[test]
fn an_import_changes_nothing_that_is_there_already() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("all.jsonl");
    TestBroker::run(Database::sqlite(), async |broker| {
        seed(broker).await;
        export(&broker.database, &file).await;
    });
    TestBroker::run(Database::sqlite(), async |broker| {
        broker.publish("Other", "1", None, "Provider", "x").await;
        // Both have the key in common, but for its nonce.
        broker
            .database
            .execute("DELETE FROM encryption_check".to_owned())
            .await;
        let names = "SELECT name FROM pacticipants ORDER BY id";
        let before = broker.database.connect().await.rows(names).await;
        let error = import(&broker.database, &file).await.unwrap_err();
        assert!(
            error.contains("pacticipants already holds something else for id 1"),
            "{error}"
        );
        assert_eq!(broker.database.connect().await.rows(names).await, before);
    });
}

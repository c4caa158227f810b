//! Secrets and certificates that change while the broker runs.

use std::{fs, path::Path};

use contract_broker::{Broker, Config, Renewer};
use serde_json::json;

use crate::{
    broker::{Database, TestBroker},
    process::{KEY, Process, command},
    running::client,
    webhooks::webhook,
};

const OTHER: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

async fn until(file: &Path, text: &str) {
    while !fs::read_to_string(file).unwrap().contains(text) {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_token_in_a_file_is_replaced_at_a_hangup_and_an_empty_file_opens_nothing() {
    let (database, directory) = (Database::sqlite(), tempfile::tempdir().unwrap());
    let tokens = directory.path().join("tokens");
    fs::write(&tokens, "first").unwrap();
    let log = directory.path().join("log");
    let mut command = command(&database.url());
    command
        .args(["--auth-tokens-file", tokens.to_str().unwrap()])
        .env("CONTRACT_BROKER_WEBHOOK_ENCRYPTION_KEY", KEY);
    let process = Process::spawn_logging_to(&mut command, fs::File::create(&log).unwrap());
    let client = client();
    let ask = async |token: &str| {
        let request = client.get(format!("{}/pacticipants", process.address));
        let request = if token.is_empty() {
            request
        } else {
            request.bearer_auth(token)
        };
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(
        (ask("first").await, ask("second").await, ask("").await),
        (200, 401, 401)
    );
    fs::write(&tokens, "second").unwrap();
    process.signal("HUP");
    until(&log, "secrets and certificates were read again").await;
    assert_eq!((ask("first").await, ask("second").await), (401, 200));
    fs::write(&tokens, "").unwrap();
    process.signal("HUP");
    until(&log, "WARN").await;
    assert_eq!((ask("second").await, ask("").await), (200, 401));
    fs::remove_file(&tokens).unwrap();
    process.signal("HUP");
    until(&log, "the settings cannot be read again").await;
    assert_eq!((ask("second").await, ask("").await), (200, 401));
    process.stop();
    assert!(!fs::read_to_string(&log).unwrap().contains("second"));
}

/// The settings of a broker of the tests, with changes.
fn config(broker: &TestBroker, change: impl FnOnce(&mut Config)) -> Config {
    let mut config = Config {
        database_url: broker.database.url(),
        database_max_connections: 4,
        webhook_encryption_key: Some(KEY.into()),
        ..Config::default()
    };
    change(&mut config);
    config
}

fn renewer(broker: &TestBroker) -> Renewer {
    Broker::renewer(&broker.broker)
}

#[test]
fn keys_are_replaced_by_those_that_open_the_database_alone() {
    for database in [Some(Database::sqlite()), Database::postgres()]
        .into_iter()
        .flatten()
    {
        TestBroker::run(database, async |broker| {
            let hook = webhook("https://ci.example.org/a", &["contract_published"]);
            let made = broker.post("/webhooks", hook).await.expect(201);
            let path = format!(
                "/webhooks/{}",
                made.json["_links"]["self"]["href"]
                    .as_str()
                    .unwrap()
                    .rsplit('/')
                    .next()
                    .unwrap()
            );
            let renewer = renewer(broker);
            for (keys, usable) in [
                (OTHER.to_owned(), false),
                ("no key".to_owned(), false),
                (format!("{OTHER} {KEY}"), true),
                (KEY.to_owned(), true),
            ] {
                let changed = config(broker, |config| {
                    config.webhook_encryption_key = Some(keys.as_str().into());
                });
                assert_eq!(renewer.renew(&changed).await, usable, "{keys}");
                let shown = broker.get(&path).await.expect(200);
                assert_eq!(shown.json["request"]["url"], "https://ci.example.org/a");
            }
            // What is encrypted with a key that came later is read with it.
            let both = format!("{OTHER} {KEY}");
            let changed = config(broker, |config| {
                config.webhook_encryption_key = Some(both.as_str().into());
            });
            assert!(renewer.renew(&changed).await);
            let hook = webhook("https://ci.example.org/b", &["contract_published"]);
            broker.post("/webhooks", hook).await.expect(201);
            let stored = broker
                .database
                .connect()
                .await
                .rows("SELECT request FROM webhooks ORDER BY id")
                .await;
            assert_ne!(
                stored[0][0].split(':').nth(1),
                stored[1][0].split(':').nth(1),
                "{stored:?}"
            );
        });
    }
}

#[test]
fn authorities_and_the_address_of_the_database_are_replaced_by_those_that_work() {
    for database in [Some(Database::sqlite()), Database::postgres()]
        .into_iter()
        .flatten()
    {
        TestBroker::run(database, async |broker| {
            let renewer = renewer(broker);
            let file = |name: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
            let good = config(broker, |config| {
                config.webhook_ca_file = Some(file("tests/tls/authority.pem"));
            });
            assert!(renewer.renew(&good).await);
            let broken = config(broker, |config| config.webhook_ca_file = Some(file("Cargo.toml")));
            assert!(!renewer.renew(&broken).await);
            if matches!(broker.database, Database::Postgres { .. }) {
                let away = config(broker, |config| {
                    config.database_url = "postgres://postgres@127.0.0.1:1/x".to_owned();
                });
                assert!(!renewer.renew(&away).await);
            }
            broker
                .post("/pacticipants", json!({ "name": "web" }))
                .await
                .expect(201);
            broker.get("/pacticipants/web").await.expect(200);
        });
    }
}

//! The key that encrypts what webhooks send: without it the broker does not start.

use std::{fs, process::Command};

use contract_broker::{Broker, Config};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    broker::refusal,
    database::Database,
    process::{KEY, Process, command, ended},
    running::Running,
    webhooks::webhook,
};

const OTHER: &str = "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA=";
const VARIABLE: &str = "CONTRACT_BROKER_WEBHOOK_ENCRYPTION_KEY";
const EVENTS: [&str; 1] = ["contract_published"];

fn config(database: &Database, key: Option<&str>) -> Config {
    Config {
        database_url: database.url(),
        webhook_encryption_key: key.map(Into::into),
        ..Config::default()
    }
}

async fn closed(config: Config) {
    Broker::build(config).await.unwrap().close().await;
}

/// Creates a webhook with the key of `config`; gives its path.
async fn webhook_made_with(config: Config) -> String {
    let broker = Running::start_with(config).await;
    let body = webhook("https://ci.example.org/a", &EVENTS);
    let created = broker.expect(201, Method::POST, "/webhooks", body).await;
    broker.stop().await;
    format!("/webhooks/{}", created["uuid"].as_str().unwrap())
}

#[tokio::test]
async fn a_restored_database_without_its_key_file_is_refused_until_the_file_is_back() {
    let database = Database::sqlite();
    let own = webhook_made_with(config(&database, None)).await;
    let Database::Sqlite(directory) = &database else {
        unreachable!()
    };
    let (file, away) = (
        directory.path().join("broker.sqlite3.key"),
        directory.path().join("elsewhere"),
    );
    fs::rename(&file, &away).unwrap();
    let (code, _, error) = ended(&mut command(&database.url()));
    assert_eq!(code, Some(1));
    for part in [
        &*file.display().to_string(),
        "is missing",
        "what 1 webhook sends is encrypted with it",
        "Put it back",
        "webhook.encryption_key",
        "contract-broker forget-webhook-secrets",
    ] {
        assert!(error.contains(part), "{part}: {error}");
    }
    assert!(!file.exists(), "no new key is made");
    fs::rename(&away, &file).unwrap();
    let broker = Running::start_with(config(&database, None)).await;
    let shown = broker.expect(200, Method::GET, &own, Value::Null).await;
    assert_eq!(shown["request"]["url"], "https://ci.example.org/a");
    broker.stop().await;
}

#[tokio::test]
async fn a_database_that_holds_nothing_encrypted_may_lose_its_key_on_one_machine() {
    let database = Database::sqlite();
    closed(config(&database, Some(KEY))).await;
    closed(config(&database, None)).await;
    closed(config(&database, Some(OTHER))).await;
    let own = webhook_made_with(config(&database, Some(OTHER))).await;
    assert!(
        refusal(config(&database, Some(KEY)))
            .await
            .contains("is not the key of this database")
    );
    let broker = Running::start_with(config(&database, Some(OTHER))).await;
    broker.expect(200, Method::GET, &own, Value::Null).await;
    broker.stop().await;
}

#[tokio::test]
async fn another_key_than_that_of_the_database_is_refused() {
    for database in [Some(Database::sqlite()), Database::postgres()]
        .into_iter()
        .flatten()
    {
        database.create().await;
        webhook_made_with(config(&database, Some(KEY))).await;
        let error = refusal(config(&database, Some(OTHER))).await;
        assert!(
            error.contains("webhook.encryption_key is not the key of this database")
                && error.contains("what 1 webhook sends")
                && error.contains("forget-webhook-secrets"),
            "{error}"
        );
        assert!(!error.contains(OTHER) && !error.contains(KEY), "{error}");
        // A database from before the known text is told by its webhooks.
        database.execute("DELETE FROM encryption_check".to_owned()).await;
        let error = refusal(config(&database, Some(OTHER))).await;
        assert!(error.contains("is not the key of this database"), "{error}");
        closed(config(&database, Some(KEY))).await;
        assert_eq!(
            database
                .numbers("SELECT COUNT(*) FROM encryption_check".into())
                .await,
            [1]
        );
        database.remove().await;
    }
}

#[tokio::test]
async fn postgresql_wants_a_key_and_the_same_on_every_node() {
    let Some(database) = Database::postgres() else {
        return;
    };
    database.create().await;
    let (code, _, error) = ended(&mut command(&database.url()));
    assert_eq!(code, Some(1));
    for part in [
        "webhook.encryption_key is not set",
        "contract-broker generate-key",
        VARIABLE,
        "--webhook-encryption-key-file",
    ] {
        assert!(error.contains(part), "{part}: {error}");
    }
    let (code, key, _) = ended(
        Command::new(env!("CARGO_BIN_EXE_contract-broker"))
            .arg("generate-key")
            .env_clear(),
    );
    assert_eq!((code, key.trim().len()), (Some(0), 44));
    let process = Process::spawn(command(&database.url()).env(VARIABLE, key.trim()));
    // Nothing is encrypted yet, but the other node would encrypt what this one could not read.
    assert!(
        refusal(config(&database, Some(OTHER)))
            .await
            .contains("the database was set up with another one")
    );
    process.stop();
    database.remove().await;
}

#[tokio::test]
async fn secrets_that_are_lost_can_be_given_up() {
    for database in [Some(Database::sqlite()), Database::postgres()]
        .into_iter()
        .flatten()
    {
        database.create().await;
        let lost = webhook_made_with(config(&database, Some(KEY))).await;
        let forget = || {
            let mut command = command(&database.url());
            command.arg("forget-webhook-secrets").env(VARIABLE, OTHER);
            ended(&mut command)
        };
        let (code, said, error) = forget();
        assert_eq!(code, Some(0), "{error}");
        assert!(said.contains("disabled: Build the provider"), "{said}");
        assert!(
            said.contains(lost.trim_start_matches("/webhooks/")) && said.contains("1 webhook disabled"),
            "{said}"
        );
        assert!(forget().1.contains("1 webhook disabled"), "it can be done again");

        let process = Process::spawn(command(&database.url()).env(VARIABLE, OTHER));
        let log = process.stop();
        assert!(
            log.contains("does not decrypt this webhook") && log.contains("Build the provider"),
            "{log}"
        );
        let broker = Running::start_with(config(&database, Some(OTHER))).await;
        broker.expect(500, Method::GET, &lost, Value::Null).await;
        let mut anew = webhook("https://ci.example.org/b", &EVENTS);
        anew["enabled"] = json!(true);
        broker.expect(200, Method::PUT, &lost, anew).await;
        let shown = broker.expect(200, Method::GET, &lost, Value::Null).await;
        assert_eq!(
            (&shown["enabled"], &shown["request"]["url"]),
            (&json!(true), &json!("https://ci.example.org/b"))
        );
        broker.stop().await;
        closed(config(&database, Some(OTHER))).await;
        database.remove().await;
    }
}

#[tokio::test]
async fn keys_are_rotated_and_the_old_one_is_not_needed_any_more() {
    for database in [Some(Database::sqlite()), Database::postgres()]
        .into_iter()
        .flatten()
    {
        database.create().await;
        let own = webhook_made_with(config(&database, Some(KEY))).await;
        let broker = Running::start_with(config(&database, Some(KEY))).await;
        let secret = json!({ "name": "token", "value": "swordfish" });
        broker.expect(201, Method::POST, "/secrets", secret).await;
        broker.stop().await;
        let both = format!("{OTHER}\n{KEY}");
        let alone = refusal(config(&database, Some(OTHER))).await;
        assert!(alone.contains("is not the key of this database"), "{alone}");
        let wrong = contract_broker::operate::rotate_secrets(&config(&database, Some(OTHER))).await;
        assert!(wrong.is_err(), "an old key is still needed");
        // With both keys it starts, before and after.
        closed(config(&database, Some(&both))).await;
        let said = contract_broker::operate::rotate_secrets(&config(&database, Some(&both))).await;
        assert!(
            said.unwrap()
                .starts_with("3 secrets encrypted anew with the key ")
        );
        let again = contract_broker::operate::rotate_secrets(&config(&database, Some(&both))).await;
        assert!(again.unwrap().starts_with("0 secrets "));
        closed(config(&database, Some(&both))).await;
        let broker = Running::start_with(config(&database, Some(OTHER))).await;
        let shown = broker.expect(200, Method::GET, &own, Value::Null).await;
        assert_eq!(shown["request"]["url"], "https://ci.example.org/a");
        broker.stop().await;
        assert!(
            refusal(config(&database, Some(KEY)))
                .await
                .contains("is not the key of this database")
        );
        database.remove().await;
    }
}

#[test]
fn secrets_rotate_reads_its_settings_before_and_after_the_sub_command() {
    let database = Database::sqlite();
    let mut command = Command::new(env!("CARGO_BIN_EXE_contract-broker"));
    command
        .args(["secrets", "rotate", "--database-url", &database.url()])
        .env_clear();
    let (code, _, error) = ended(&mut command);
    assert_eq!(code, Some(1));
    assert!(
        error.contains("there is no encryption key to rotate to"),
        "{error}"
    );
}

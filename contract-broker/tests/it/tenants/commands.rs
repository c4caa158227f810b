//! The commands about tenants, and brokers that are killed.

use std::process::Command;

use reqwest::Method;
use serde_json::{Value, json};

use super::{BARE, Tenant, remove, settings};
use crate::{
    broker::publish_body,
    database::Database,
    process::{KEY, Process, command, ended},
    running::client,
};

/// The program with the settings of a broker with tenants.
fn program(database: &Database, args: &[&str]) -> Command {
    let config = settings(database);
    let mut command = command(&config.database_url);
    command
        .env("CONTRACT_BROKER_WEBHOOK_ENCRYPTION_KEY", KEY)
        .env("CONTRACT_BROKER_TENANTS_HOST", format!("{{tenant}}.{BARE}"))
        .env(
            "CONTRACT_BROKER_TENANTS_SCHEMA_PREFIX",
            &config.tenants_schema_prefix,
        )
        .env("CONTRACT_BROKER_AUTH_TOKENS", "operator")
        .args(args);
    command
}

/// Runs a command that succeeds; gives what it said.
fn done(database: &Database, args: &[&str]) -> String {
    let (code, out, error) = ended(&mut program(database, args));
    assert_eq!(code, Some(0), "{args:?}: {error}");
    out.trim().to_owned()
}

/// Runs a command that fails; gives why.
fn refused(database: &Database, args: &[&str]) -> String {
    let (code, _, error) = ended(&mut program(database, args));
    assert_eq!(code, Some(1), "{args:?}: {error}");
    error
}

fn create(database: &Database, name: &str, more: &[&str]) -> Tenant {
    let args = [
        &["tenants", "create", name, "--admin-email", "admin@example.org"][..],
        more,
    ]
    .concat();
    Tenant {
        name: name.to_owned(),
        token: done(database, &args),
    }
}

async fn send(broker: &Process, tenant: &Tenant, method: Method, path: &str, body: Value) -> (u16, Value) {
    let request = client()
        .request(method, format!("{}{path}", broker.address))
        .header("host", tenant.host())
        .header("accept", "application/hal+json")
        .bearer_auth(&tenant.token);
    let request = if body.is_null() {
        request
    } else {
        request.json(&body)
    };
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let bytes = answer.bytes().await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or_default())
}

async fn publish(broker: &Process, tenant: &Tenant, version: &str) {
    let body = publish_body("web", version, None, "api", version);
    let (status, answer) = send(broker, tenant, Method::POST, "/contracts/publish", body).await;
    assert_eq!(status, 200, "{answer}");
}

async fn versions(broker: &Process, tenant: &Tenant) -> usize {
    let (_, listed) = send(
        broker,
        tenant,
        Method::GET,
        "/pacticipants/web/versions",
        Value::Null,
    )
    .await;
    listed["_embedded"]["versions"].as_array().map_or(0, Vec::len)
}

async fn tenants_are_managed_by_commands(database: &Database) {
    let acme = create(database, "acme", &["--max-applications", "5"]);
    let beta = create(database, "beta", &[]);
    assert_eq!(done(database, &["tenants", "list"]), "acme active\nbeta active");
    let shown = done(database, &["tenants", "show", "acme"]);
    for part in [
        "status: active",
        "limit applications: 5",
        "tenant.created by command",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let again = refused(
        database,
        &["tenants", "create", "acme", "--admin-email", "a@example.org"],
    );
    assert!(again.contains("there is a tenant named acme already"), "{again}");
    let broker = Process::spawn(&mut program(database, &[]));
    publish(&broker, &acme, "1").await;
    publish(&broker, &beta, "1").await;
    // Created while the broker runs, and filled with what another tenant stores.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("acme.jsonl");
    let file = file.to_str().unwrap();
    done(database, &["tenants", "export", "acme", "--to", file]);
    let copy = create(database, "copy", &["--from", file]);
    assert_eq!(versions(&broker, &copy).await, 1);
    // The accounts came along, and with them their tokens.
    let moved = Tenant {
        name: "copy".to_owned(),
        ..acme.clone()
    };
    assert_eq!(versions(&broker, &moved).await, 1);
    done(
        database,
        &[
            "tenants",
            "limit",
            "acme",
            "--max-applications",
            "0",
            "--max-bytes",
            "1GiB",
        ],
    );
    let shown = done(database, &["tenants", "show", "acme"]);
    assert!(
        shown.contains("limit applications: none") && shown.contains("limit bytes: 1073741824"),
        "{shown}"
    );
    // Commands that work on what is stored name a tenant.
    let file = folder.path().join("beta.jsonl");
    let file = file.to_str().unwrap();
    done(database, &["export", "--to", file, "--tenant", "beta"]);
    assert!(std::fs::read_to_string(file).unwrap().contains("\"web\""));
    let second = done(
        database,
        &["admin", "--email", "second@example.org", "--tenant", "beta"],
    );
    let second = Tenant {
        token: second,
        ..beta.clone()
    };
    assert_eq!(versions(&broker, &second).await, 1);
    let unnamed = refused(database, &["export", "--to", "-"]);
    assert!(unnamed.contains("say with --tenant NAME"), "{unnamed}");
    let unknown = refused(database, &["export", "--to", "-", "--tenant", "ghost"]);
    assert!(unknown.contains("there is no tenant named ghost"), "{unknown}");
    let mistyped = refused(database, &["tenants", "delete", "beta", "--confirm", "bete"]);
    assert!(mistyped.contains("nothing was deleted"), "{mistyped}");
    done(database, &["tenants", "suspend", "beta"]);
    while send(&broker, &beta, Method::GET, "/pacticipants", Value::Null)
        .await
        .0
        != 403
    {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    done(database, &["tenants", "delete", "beta", "--confirm", "beta"]);
    assert_eq!(
        send(&broker, &beta, Method::GET, "/pacticipants", Value::Null)
            .await
            .0,
        404
    );
    assert_eq!(versions(&broker, &acme).await, 1);
    let log = broker.stop();
    assert!(log.contains("contract-broker started with tenants"), "{log}");
    assert!(
        log.contains("tenant=\"acme\"") || log.contains("tenant=acme"),
        "{log}"
    );
    assert!(!log.contains(&acme.token), "a token is in the log");
}

async fn what_was_acknowledged_is_there_after_a_kill(database: &Database) {
    let (acme, beta) = (create(database, "acme", &[]), create(database, "beta", &[]));
    let broker = Process::spawn(&mut program(database, &[]));
    for version in 0..5 {
        publish(&broker, &acme, &version.to_string()).await;
        publish(&broker, &beta, &version.to_string()).await;
    }
    broker.kill();
    let broker = Process::spawn(&mut program(database, &[]));
    assert_eq!(
        (versions(&broker, &acme).await, versions(&broker, &beta).await),
        (5, 5)
    );
    let (status, _) = send(
        &broker,
        &acme,
        Method::PUT,
        "/pacticipants/web",
        json!({ "displayName": "Web" }),
    )
    .await;
    assert_eq!(status, 200);
    broker.stop();
}

#[tokio::test]
async fn on_sqlite() {
    let database = Database::sqlite();
    tenants_are_managed_by_commands(&database).await;
    let database = Database::sqlite();
    what_was_acknowledged_is_there_after_a_kill(&database).await;
}

#[tokio::test]
async fn on_postgres() {
    if let Some(database) = Database::postgres() {
        database.create().await;
        tenants_are_managed_by_commands(&database).await;
        remove(database).await;
    }
    if let Some(database) = Database::postgres() {
        database.create().await;
        what_was_acknowledged_is_there_after_a_kill(&database).await;
        remove(database).await;
    }
}

#[test]
fn a_broker_without_tenants_says_so() {
    let database = Database::sqlite();
    let (code, _, error) = ended(command(&database.url()).args(["tenants", "list"]));
    assert_eq!(code, Some(1));
    assert!(error.contains("tenants.host is not set"), "{error}");
    let (code, _, error) = ended(command(&database.url()).args(["--tenants-host", "example.com"]));
    assert_eq!(code, Some(1));
    assert!(error.contains("whose first label is {tenant}"), "{error}");
}

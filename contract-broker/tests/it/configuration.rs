//! What the operator sets.

use std::process::Command;

use contract_broker::{Broker, Config};

fn broker(args: &[&str]) -> (bool, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_contract-broker"))
        .args(args)
        .env_clear()
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.success(), text(output.stdout), text(output.stderr))
}

#[test]
fn help_explains_every_setting_with_its_default_and_its_variable() {
    let (success, help, _) = broker(&["--help"]);
    assert!(success);
    for part in [
        "--webhook-retry-schedule",
        "10s 1m 2m 5m 10m 20m",
        "CONTRACT_BROKER_WEBHOOK_RETRY_SCHEDULE",
    ] {
        assert!(help.contains(part), "{part}: {help}");
    }
}

#[test]
fn a_misspelt_key_stops_the_start_and_names_the_right_one() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("broker.toml");
    std::fs::write(&path, "[auth]\nusernam = \"ci\"\n").unwrap();
    let (success, _, error) = broker(&["--config", &path.display().to_string()]);
    assert!(!success);
    assert!(
        error.contains("broker.toml:2: unknown setting auth.usernam; did you mean auth.username?"),
        "{error}"
    );
}

#[tokio::test]
async fn settings_of_webhooks_are_checked_at_the_start() {
    let directory = tempfile::tempdir().unwrap();
    let database_url = format!("sqlite:{}", directory.path().join("broker.sqlite3").display());
    for (config, part) in [
        (
            Config {
                webhook_allowed_hosts: vec!["10.0.0.0/99".into()],
                ..Config::default()
            },
            "webhook.allowed_hosts",
        ),
        (
            Config {
                webhook_signing_secret: Some("short".into()),
                ..Config::default()
            },
            "webhook.signing_secret",
        ),
    ] {
        let error = Broker::build(Config {
            database_url: database_url.clone(),
            ..config
        })
        .await
        .err()
        .unwrap();
        assert!(error.to_string().contains(part), "{error}");
    }
}

#[test]
fn a_database_that_cannot_be_used_is_named_with_a_way_out() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).display().to_string();
    std::fs::write(
        path("text"),
        "no database at all, but long enough for a header\n".repeat(100),
    )
    .unwrap();
    let other = rusqlite::Connection::open(path("other")).unwrap();
    other.execute_batch("CREATE TABLE versions (a TEXT)").unwrap();
    for (url, parts) in [
        (format!("sqlite:{}", path("")), ["it is a folder", &path("")]),
        (
            format!("sqlite:{}", path("missing/a.sqlite3")),
            ["there is no folder", &path("missing")],
        ),
        (
            format!("sqlite:{}", path("text")),
            ["file is not a database; restore a back-up", &path("text")],
        ),
        (
            format!("sqlite:{}", path("other")),
            [
                "table versions already exists; if it holds tables of another program",
                &path("other"),
            ],
        ),
        (
            "postgres://ci:swordfish@127.0.0.1:1/contracts".to_owned(),
            ["Connection refused", "127.0.0.1:1/contracts"],
        ),
    ] {
        let (success, _, error) = broker(&["--bind", "127.0.0.1:0", "--database-url", &url]);
        assert!(!success, "{url}");
        for part in parts {
            assert!(error.contains(part), "{url}: {part}: {error}");
        }
        for secret in ["swordfish", "CREATE TABLE"] {
            assert!(!error.contains(secret), "{url}: {error}");
        }
    }
}

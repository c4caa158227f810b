//! What the program logs, read from its real output.

use reqwest::{Client, Method};
use serde_json::Value;

use crate::{
    broker::publish_body,
    database::Database,
    process::{KEY, Process, command, ended},
    running::{Receiver, client},
};

const VARIABLE: &str = "CONTRACT_BROKER_WEBHOOK_ENCRYPTION_KEY";

/// A broker on SQLite that logs JSON, with these flags.
fn start(database: &Database, flags: &[&str]) -> Process {
    Process::spawn(
        command(&database.url())
            .args(["--log-format", "json"])
            .args(flags)
            .env(VARIABLE, KEY)
            .env("CONTRACT_BROKER_AUTH_USERNAME", "ci")
            .env("CONTRACT_BROKER_AUTH_PASSWORD", "swordfish")
            .env("CONTRACT_BROKER_AUTH_READ_ONLY_TOKENS", "first second-token"),
    )
}

/// Every line, which is JSON: what it says, its level and its target.
fn lines(log: &str) -> Vec<Value> {
    let line = |line: &str| {
        let mut line: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let mut fields = line["fields"].take();
        for name in ["level", "target"] {
            fields[name] = line[name].take();
        }
        fields
    };
    log.lines().map(line).collect()
}

fn requests(lines: &[Value]) -> Vec<&Value> {
    lines
        .iter()
        .filter(|line| line["target"] == "contract_broker::access")
        .collect()
}

async fn get(client: &Client, process: &Process, path: &str) {
    let request = client.get(format!("{}{path}", process.address));
    request.basic_auth("ci", Some("swordfish")).send().await.unwrap();
}

#[tokio::test]
async fn each_request_is_one_line_that_says_who_asked_for_what_and_what_came_of_it() {
    let (database, client) = (Database::sqlite(), client());
    let process = start(&database, &["--http-trusted-proxies", "127.0.0.0/8"]);
    let body = publish_body("web", "1", Some("main"), "api", "a");
    let published = client
        .post(format!("{}/contracts/publish?token=hidden", process.address))
        .basic_auth("ci", Some("swordfish"))
        .header("x-forwarded-for", "192.0.2.66, 198.51.100.7")
        .header("x-request-id", "build-17")
        .json(&body)
        .send()
        .await
        .unwrap();
    let length = published.bytes().await.unwrap().len();
    let url = format!("{}/pacticipants/nobody", process.address);
    client.get(&url).bearer_auth("second-token").send().await.unwrap();
    client
        .get(format!("{}/healthz", process.address))
        .send()
        .await
        .unwrap();
    let log = process.stop();
    let lines = lines(&log);
    let requests = requests(&lines);
    assert_eq!(requests.len(), 2, "{log}");
    let first = requests[0];
    for (field, expected) in [
        ("level", "INFO"),
        ("method", "POST"),
        ("path", "/contracts/publish"),
        ("user", "ci"),
        ("address", "198.51.100.7"),
        ("request_id", "build-17"),
    ] {
        assert_eq!(first[field], expected, "{field}: {first}");
    }
    assert_eq!(
        (first["status"].as_u64(), first["bytes"].as_u64()),
        (Some(200), Some(length as u64))
    );
    assert!(
        first["duration_ms"]
            .as_f64()
            .is_some_and(|duration| duration > 0.0),
        "{first}"
    );
    let second = requests[1];
    assert_eq!(
        (second["status"].as_u64(), &second["user"]),
        (Some(404), &Value::from("auth.read_only_tokens[2]"))
    );
    assert_eq!(second["address"], "127.0.0.1");
    assert_eq!(second["request_id"].as_str().map(str::len), Some(36), "{second}");
    for secret in ["swordfish", "second-token", "hidden"] {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
}

#[tokio::test]
async fn whoever_is_no_trusted_proxy_cannot_choose_the_address() {
    let (database, client) = (Database::sqlite(), client());
    let process = start(&database, &[]);
    let request = client
        .get(format!("{}/", process.address))
        .header("x-forwarded-for", "192.0.2.66");
    request.send().await.unwrap();
    let log = lines(&process.stop());
    let line = requests(&log)[0];
    assert_eq!(
        (&line["address"], &line["user"]),
        (&Value::from("127.0.0.1"), &Value::from("-"))
    );
}

#[tokio::test]
async fn failed_logins_are_logged_with_user_and_address_and_a_flood_of_them_is_not() {
    let (database, client) = (Database::sqlite(), client());
    let process = start(&database, &[]);
    let path = "x".repeat(6_000);
    let attempt = |user: String| {
        let request = client.get(format!("{}/{path}", process.address));
        request.basic_auth(user, Some("tr0ub4dor")).send()
    };
    attempt("eve\n\u{1b}[31m".into()).await.unwrap();
    let flood = (0..300).map(|number| attempt(format!("guess-{number}")));
    for answer in futures_util::future::join_all(flood).await {
        assert!([401, 429].contains(&answer.unwrap().status().as_u16()));
    }
    get(&client, &process, "/").await;
    let log = process.stop();
    assert!(!log.contains("tr0ub4dor"), "{log}");
    assert!(log.lines().all(|line| line.len() < 1_000));
    let all = lines(&log);
    let failed: Vec<&Value> = all
        .iter()
        .filter(|line| line["message"] == "login failed: wrong credentials")
        .collect();
    assert_eq!(failed.len(), 20);
    assert_eq!(
        (&failed[0]["level"], &failed[0]["user"], &failed[0]["address"]),
        (&"WARN".into(), &"eve\\n\\u{1b}[31m".into(), &"127.0.0.1".into())
    );
    assert_eq!(
        requests(&all).len(),
        21,
        "those that are logged, and the one that was let in"
    );
}

#[test]
fn a_line_says_what_starts_where() {
    let database = Database::sqlite();
    let first = started(&start(&database, &[]).stop());
    assert_eq!(
        (&first["version"], &first["database"]),
        (&env!("CARGO_PKG_VERSION").into(), &"SQLite".into())
    );
    assert_eq!(first["database_url"], database.url());
    assert!(
        first["address"]
            .as_str()
            .is_some_and(|address| address.starts_with("127.0.0.1:"))
    );
    assert!(
        first["schema"].as_i64().is_some_and(|schema| schema >= 7),
        "{first}"
    );
    if let Some(database) = Database::postgres() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(database.create());
        let url = database.url().replacen("postgres@", "postgres:swordfish@", 1);
        let first = started(&start_at(&url).stop());
        assert_eq!(first["database"], "PostgreSQL");
        let place = first["database_url"].as_str().unwrap();
        assert!(
            place.starts_with("postgres://postgres:**********@127.0.0.1"),
            "{place}"
        );
        // The tables are there now, which the server says at each start: that is no news.
        let again = lines(&start_at(&url).stop());
        for line in &again {
            let target = line["target"].as_str().unwrap();
            assert!(target.starts_with("contract_broker"), "{line}");
        }
        assert!(
            again
                .iter()
                .all(|line| line["message"] != "a notice of the database server")
        );
        runtime.block_on(database.remove());
    }
}

/// The line that says what starts.
fn started(log: &str) -> Value {
    let all = lines(log).into_iter();
    let mut found = all.filter(|line| line["message"] == "contract-broker started");
    found.next().unwrap_or_else(|| panic!("{log}"))
}

fn start_at(url: &str) -> Process {
    Process::spawn(command(url).args(["--log-format", "json"]).env(VARIABLE, KEY))
}

#[test]
fn a_broker_that_everyone_can_change_from_elsewhere_is_warned_of() {
    let database = Database::sqlite();
    let run = |bind: &str, token: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_contract-broker"));
        command
            .args([
                "--bind",
                bind,
                "--database-url",
                &database.url(),
                "--log-format",
                "json",
            ])
            .env_clear()
            .env(VARIABLE, KEY)
            .env("CONTRACT_BROKER_AUTH_TOKENS", token);
        let log = Process::spawn(&mut command).stop();
        lines(&log).iter().any(|line| {
            let message = line["message"].as_str().unwrap();
            line["level"] == "WARN" && message.starts_with("everyone who reaches this address")
        })
    };
    assert!(run("0.0.0.0:0", ""));
    assert!(!run("0.0.0.0:0", "a-token"));
    assert!(!run("127.0.0.1:0", ""));
}

#[test]
fn with_json_logs_every_way_not_to_start_is_a_json_line() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("broker.toml");
    std::fs::write(&file, "bnid = 1\n[log]\nformat = \"json\"\n").unwrap();
    let file = file.display().to_string();
    let url = format!("sqlite:{}", directory.path().join("broker").display());
    for (args, code, part) in [
        (
            &["--log-format=json", "--bnid", "x"][..],
            2,
            "unexpected argument '--bnid'",
        ),
        (
            &["--log-format=json", "--webhook-timeout", "soon"],
            1,
            "expected a duration",
        ),
        (&["--config", &file], 1, "did you mean bind?"),
        (
            &["--log-format=json", "--log-level", "contract_broker=loud"],
            1,
            "reading log.level",
        ),
        (
            &["--log-format=json", "--log-level", "inof"],
            1,
            "did you mean info?",
        ),
        (
            &[
                "--log-format=json",
                "--bind=127.0.0.1:0",
                "--database-url",
                "mysql://x",
            ],
            1,
            "sqlite:PATH",
        ),
        (
            &["--log-format=json", "--bind", "192.0.2.1:1"],
            1,
            "listening on 192.0.2.1:1",
        ),
        (
            &[
                "--log-format=json",
                "--bind=127.0.0.1:0",
                "--webhook-encryption-key-path",
                "/nowhere/key",
                "--database-url",
                &url,
            ],
            1,
            "/nowhere/key",
        ),
    ] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_contract-broker"));
        let (ended_with, said, errors) = ended(command.args(args).env_clear().current_dir(directory.path()));
        assert_eq!((ended_with, &*said), (Some(code), ""), "{args:?}: {errors}");
        let lines = lines(&errors);
        let last = lines.last().unwrap();
        assert_eq!(last["level"], "ERROR");
        assert!(last["message"].as_str().unwrap().contains(part), "{part}: {last}");
    }
}

#[tokio::test]
async fn text_is_one_line_for_each_event_without_control_characters() {
    let (database, client) = (Database::sqlite(), client());
    let process = Process::spawn(command(&database.url()).env(VARIABLE, KEY));
    client
        .request(Method::GET, format!("{}/a%0Ab", process.address))
        .send()
        .await
        .unwrap();
    let log = process.stop();
    let requests = log
        .lines()
        .filter(|line| line.contains("contract_broker::access"));
    assert_eq!(requests.count(), 1, "{log}");
    assert!(
        !log.contains('\u{1b}') && log.contains("path=\"/a%0Ab\"") && log.contains("status=422"),
        "{log}"
    );
}

#[tokio::test]
async fn each_attempt_of_a_webhook_is_one_line_that_names_webhook_versions_address_and_answer() {
    let (database, client, mut receiver) = (Database::sqlite(), client(), Receiver::start(1).await);
    let mut command = command(&database.url());
    command
        .env(VARIABLE, KEY)
        .args(["--log-format", "json", "--webhook-schemes", "http"]);
    command.args([
        "--webhook-allowed-hosts",
        "127.0.0.1",
        "--webhook-retry-schedule",
        "1ms",
    ]);
    let process = Process::spawn(&mut command);
    let send = async |path: &str, body: Value| {
        let answer = client
            .post(format!("{}{path}", process.address))
            .json(&body)
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_success());
        answer.json::<Value>().await.unwrap()
    };
    let hook = serde_json::json!({
        "description": "Build api", "events": [{ "name": "contract_published" }],
        "request": {
            "method": "POST", "headers": { "Authorization": "Bearer swordfish" }, "body": "secret-body",
            "url": format!("{}/build?token=hidden&v=${{pactbroker.consumerVersionNumber}}", receiver.url),
        },
    });
    let uuid = send("/webhooks", hook).await["uuid"].clone();
    send(
        "/contracts/publish",
        publish_body("web", "17", Some("main"), "api", "a"),
    )
    .await;
    receiver.next().await;
    receiver.next().await;
    let log = process.stop();
    for secret in ["swordfish", "hidden", "secret-body"] {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
    let all = lines(&log);
    let attempts: Vec<&Value> = all.iter().filter(|line| line["webhook_uuid"] == uuid).collect();
    assert_eq!(attempts.len(), 2, "{log}");
    assert_eq!(attempts[0]["delivery"], attempts[1]["delivery"]);
    for (line, (message, level, status, attempt)) in attempts.iter().zip([
        ("webhook not delivered, will be tried again", "WARN", 500, 1),
        ("webhook delivered", "INFO", 200, 2),
    ]) {
        assert_eq!(
            (&line["message"], &line["level"]),
            (&message.into(), &level.into())
        );
        assert_eq!(
            (&line["status"], &line["attempt"]),
            (&status.into(), &attempt.into())
        );
        let url = format!("{}/build?token=**********&v=17", receiver.url);
        for (field, expected) in [
            ("webhook", "Build api"),
            ("event", "contract_published"),
            ("consumer", "web"),
            ("consumer_version", "17"),
            ("provider", "api"),
            ("url", &url),
        ] {
            assert_eq!(line[field], expected, "{field}: {line}");
        }
    }
}

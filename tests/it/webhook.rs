//! The workflow of the book: a webhook hands the address of a contract to the provider's build, which verifies that contract
//! alone and publishes its result.

use std::process::Command;

use axum::routing::{get, post};
use axum::{Json, Router};
use contract_tests::programs::{Broker, path};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::program::{Said, contract, contract_with};

/// A contract whose only interaction asks for this path.
pub(crate) fn asks_for(path: &str) -> String {
    json!({
        "consumer": { "name": "Order Web" },
        "provider": { "name": "Order API" },
        "interactions": [{
            "type": "Synchronous/HTTP",
            "description": format!("a request for {path}"),
            "request": { "method": "GET", "path": path },
            "response": { "status": 200 },
        }],
        "metadata": { "pactSpecification": { "version": "4.0" } },
    })
    .to_string()
}

/// Serves the app on a free port; its address.
async fn serve(app: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    url
}

/// The build server that the webhook starts: it hands on what it was sent.
async fn build_server() -> (String, mpsc::UnboundedReceiver<Value>) {
    let (sender, received) = mpsc::unbounded_channel();
    let started = post(move |Json(sent): Json<Value>| {
        let sender = sender.clone();
        async move { sender.send(sent).unwrap() }
    });
    (
        serve(Router::new().route("/jobs/verify", started)).await,
        received,
    )
}

pub(crate) async fn run(broker: &str, arguments: &[&str]) -> Said {
    let (broker, arguments) = (broker.to_owned(), owned(arguments));
    tokio::task::spawn_blocking(move || contract(&broker, arguments))
        .await
        .unwrap()
}

pub(crate) async fn run_with(variables: &[(&str, &str)], arguments: &[&str]) -> Said {
    let variables: Vec<(String, String)> = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let arguments = owned(arguments);
    tokio::task::spawn_blocking(move || contract_with(&variables, arguments))
        .await
        .unwrap()
}

fn owned(arguments: &[&str]) -> Vec<String> {
    arguments.iter().map(|argument| (*argument).to_owned()).collect()
}

/// A client of the test itself. It speaks plain HTTP alone; reqwest asks for a TLS provider all the same.
fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

async fn get_json(url: &str) -> Value {
    let answer = client().get(url).bearer_auth("reads").send().await.unwrap();
    answer.json().await.unwrap()
}

/// The rows of the matrix for a version of the provider: consumer version and success.
async fn results_of(broker: &str, version: &str) -> Vec<(String, bool)> {
    let query = "q%5B%5D%5Bpacticipant%5D=Order%20API&q%5B%5D%5Bversion%5D=";
    let matrix = get_json(&format!("{broker}/matrix?{query}{version}&latestby=cvp")).await;
    let rows = matrix["matrix"].as_array().unwrap();
    rows.iter()
        .map(|row| {
            (
                row["consumer"]["version"]["number"].as_str().unwrap().to_owned(),
                row["verificationResult"]["success"].as_bool().unwrap(),
            )
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_starts_a_build_that_verifies_and_publishes_that_contract_alone() {
    let directory = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", directory.path().join("broker.sqlite3").display());
    let broker = Broker::start_with(
        &database,
        &[
            "--webhook-schemes",
            "http",
            "--webhook-allowed-hosts",
            "127.0.0.1",
        ],
        &[
            ("CONTRACT_BROKER_AUTH_TOKENS", "writes"),
            ("CONTRACT_BROKER_AUTH_READ_ONLY_TOKENS", "reads"),
        ],
    );
    // The main branch asks for something else, which this provider does not have: it is not verified.
    let publish = |version: &'static str, branch: &'static str, content: String| {
        let (url, file) = (
            broker.url.clone(),
            directory.path().join(format!("{branch}.json")),
        );
        async move {
            std::fs::write(&file, content).unwrap();
            let file = file.to_str().unwrap();
            let said = run_with(
                &[("CONTRACT_BROKER_URL", &url), ("CONTRACT_BROKER_TOKEN", "writes")],
                &["publish", file, "--version", version, "--branch", branch],
            )
            .await;
            assert_eq!(said.code, Some(0), "{}", said.err);
        }
    };
    publish("1", "main", asks_for("/old")).await;

    let (build_url, mut builds) = build_server().await;
    let created = client()
        .post(format!("{}/webhooks", broker.url))
        .bearer_auth("writes")
        .json(&json!({
            "provider": { "name": "Order API" },
            "events": [{ "name": "contract_requiring_verification_published" }],
            "filters": { "consumerBranches": ["feat"] },
            "request": {
                "method": "POST",
                "url": format!("{build_url}/jobs/verify"),
                "headers": { "Content-Type": "application/json" },
                "body": { "contract": "${pactbroker.pactUrl}" },
            },
        }))
        .send()
        .await
        .unwrap();
    assert_eq!(created.status(), 201, "{}", created.text().await.unwrap());

    // A version of the provider's main branch is there, which a changed contract is to be verified by.
    let provider = serve(Router::new().route("/new", get(|| async {}))).await;
    let first = [
        "verify",
        "--provider",
        "Order API",
        "--provider-url",
        &provider,
        "--publish",
        "--provider-version",
        "w0",
        "--provider-branch",
        "main",
    ];
    let writes = [
        ("CONTRACT_BROKER_URL", &*broker.url),
        ("CONTRACT_BROKER_TOKEN", "writes"),
    ];
    let said = run_with(&writes, &first).await;
    assert!(
        said.out.contains("result published"),
        "{}\n{}",
        said.out,
        said.err
    );
    publish("2", "feat", asks_for("/new")).await;
    let build = builds.recv().await.unwrap();
    let contract_url = build["contract"].as_str().unwrap();

    let verify = [
        "verify",
        "--provider",
        "Order API",
        "--provider-url",
        &provider,
        "--url",
        contract_url,
        "--publish",
        "--provider-version",
        "w1",
        "--provider-branch",
        "main",
    ];
    let said = run_with(&[("CONTRACT_BROKER_TOKEN", "writes")], &verify).await;
    assert_eq!(said.code, Some(0), "{}\n{}", said.out, said.err);
    assert!(said.out.contains("1 of 1 interaction passed"), "{}", said.out);
    assert_eq!(results_of(&broker.url, "w1").await, [("2".to_owned(), true)]);

    // The same where the broker is named as well, by the environment or on the command line, and by the other name of the flag.
    let mut named: Vec<&str> = verify.to_vec();
    named[5] = "--webhook-callback-url";
    named[9] = "w2";
    named.extend(["--broker-url", &broker.url]);
    let said = run_with(
        &[
            ("CONTRACT_BROKER_TOKEN", "writes"),
            ("CONTRACT_BROKER_URL", &broker.url),
        ],
        &named,
    )
    .await;
    assert_eq!(said.code, Some(0), "{}\n{}", said.out, said.err);
    assert_eq!(results_of(&broker.url, "w2").await, [("2".to_owned(), true)]);

    let can_i_deploy = run_with(
        &[
            ("CONTRACT_BROKER_TOKEN", "reads"),
            ("CONTRACT_BROKER_URL", &broker.url),
        ],
        &["can-i-deploy", "Order Web", "--version", "2", "--to-main-branch"],
    )
    .await;
    assert_eq!(
        can_i_deploy.code,
        Some(0),
        "{}\n{}",
        can_i_deploy.out,
        can_i_deploy.err
    );
    assert!(
        can_i_deploy.out.starts_with("safe to deploy: "),
        "{}",
        can_i_deploy.out
    );

    // Credentials that may not write: nothing is published, and the run fails as a wrong usage.
    let said = run_with(&[("CONTRACT_BROKER_TOKEN", "reads")], &verify).await;
    assert_eq!(said.code, Some(2), "{}\n{}", said.out, said.err);
    assert!(said.out.contains("not allowed to do this (403)"), "{}", said.out);
    // Credentials of another broker are not sent to the address.
    let said = run_with(
        &[
            ("CONTRACT_BROKER_TOKEN", "writes"),
            ("CONTRACT_BROKER_URL", "http://broker.invalid"),
        ],
        &verify,
    )
    .await;
    assert_eq!(said.code, Some(2), "{}\n{}", said.out, said.err);
    assert!(
        said.err
            .contains("without credentials, which are for http://broker.invalid"),
        "{}",
        said.err
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_command_of_can_i_deploy_can_be_pasted() {
    let directory = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", directory.path().join("broker.sqlite3").display());
    let broker = Broker::start(&database);
    let file = directory.path().join("contract.json");
    std::fs::write(&file, asks_for("/orders")).unwrap();
    let file = file.to_str().unwrap();
    let publish = ["publish", file, "--version", "1", "--branch", "main"];
    assert_eq!(run(&broker.url, &publish).await.code, Some(0));
    assert_eq!(
        run(&broker.url, &["create-environment", "production", "--production"])
            .await
            .code,
        Some(0)
    );

    // The broker is named by a flag alone: the commands name it, too.
    let question = [
        "can-i-deploy",
        "Order Web",
        "--version",
        "1",
        "--to",
        "production",
        "--broker-url",
        &broker.url,
    ];
    let said = run_with(&[], &question).await;
    assert_eq!(said.code, Some(1), "{}\n{}", said.out, said.err);
    assert!(
        said.out.starts_with("unknown: not verified yet: "),
        "{}",
        said.out
    );
    let commands: Vec<String> = said
        .out
        .lines()
        .filter_map(|line| line.strip_prefix("  contract "))
        .map(|line| format!("contract {line}"))
        .collect();
    assert_eq!(commands.len(), 2, "{}", said.out);
    assert!(
        commands[0].contains("--provider-url http://127.0.0.1:8080"),
        "{}",
        commands[0]
    );

    // Pasted into a shell, in a checkout of the provider; the provider listens where the environment says.
    let checkout = directory.path().join("checkout");
    std::fs::create_dir(&checkout).unwrap();
    let git = |arguments: &[&str]| {
        let ran = Command::new("git")
            .args(arguments)
            .current_dir(&checkout)
            .output();
        assert!(ran.unwrap().status.success(), "git {arguments:?}");
    };
    git(&["init", "--quiet"]);
    git(&[
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@example.com",
        "commit",
        "--quiet",
        "--allow-empty",
        "--message",
        "a",
    ]);
    let provider = serve(Router::new().route("/orders", get(|| async {}))).await;
    let said = run_with(&[("CONTRACT_PROVIDER_URL", &provider)], &question).await;
    let pasted: Vec<String> = said
        .out
        .lines()
        .filter_map(|line| line.strip_prefix("  contract "))
        .map(|line| format!("contract {line}"))
        .collect();
    for command in pasted {
        let program = path("contract-testing-cli", "contract");
        let folder = program.parent().unwrap().to_owned();
        let (checkout, provider) = (checkout.clone(), provider.clone());
        let ran = tokio::task::spawn_blocking(move || {
            let search = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
            Command::new("sh")
                .args(["-c", &command])
                .current_dir(checkout)
                .env("PATH", search)
                .env("CONTRACT_PROVIDER_URL", provider)
                .env_remove("CONTRACT_BROKER_URL")
                .output()
                .unwrap()
        })
        .await
        .unwrap();
        assert!(
            ran.status.success(),
            "{}{}",
            String::from_utf8_lossy(&ran.stdout),
            String::from_utf8_lossy(&ran.stderr)
        );
    }
    let said = run_with(&[], &question).await;
    assert_eq!(said.code, Some(0), "{}", said.out);
    assert!(said.out.starts_with("safe to deploy: "), "{}", said.out);
}

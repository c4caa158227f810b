//! The story end to end with the real programs: the broker's process, the `contract` command, a provider on a socket.

use axum::Json;
use axum::routing::post;
use contract_tests::programs::{Broker, path};
use orders_api::{Build, Order, Store};
use serde_json::Value;
use tokio::net::TcpListener;

use crate::program::{Said, contract};

const CONTRACTS: &str = "contracts/orders-web-orders-api.json";

/// The orders API on a free port, with the endpoint that `contract verify` asks to set provider states.
async fn provider(build: Build) -> String {
    let store = Store::default();
    let states = store.clone();
    let change = move |Json(change): Json<Value>| {
        let store = states.clone();
        async move {
            store.clear();
            if change["state"] == "an order exists" {
                let mut order = serde_json::to_value(Order::default()).unwrap();
                for (name, value) in change["params"].as_object().into_iter().flatten() {
                    order[name] = value.clone();
                }
                store.put(serde_json::from_value(order).unwrap());
            }
        }
    };
    let app = build.app(store).route("/provider-states", post(change));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    url
}

async fn run(broker: &str, line: String) -> Said {
    let broker = broker.to_owned();
    tokio::task::spawn_blocking(move || contract(&broker, line.split_whitespace()))
        .await
        .unwrap()
}

#[track_caller]
fn ended(said: &Said, code: i32) {
    assert_eq!(
        said.code,
        Some(code),
        "\n--- output\n{}\n--- errors\n{}",
        said.out,
        said.err
    );
}

async fn verify(broker: &str, provider: &str, version: &str, branch: &str) -> Said {
    run(
        broker,
        format!(
            "verify --provider orders-api --provider-url {provider} --state-change-url {provider}/provider-states \
             --broker-url {broker} --publish --provider-version {version} --provider-branch {branch}"
        ),
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn from_a_contract_to_can_i_deploy() {
    let directory = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", directory.path().join("broker.sqlite3").display());
    let broker = Broker::start(&database);
    let url = broker.url.clone();

    ended(
        &run(&url, "create-environment production --production".into()).await,
        0,
    );
    ended(
        &run(&url, format!("publish {CONTRACTS} --version 1.0.0 --branch main")).await,
        0,
    );

    // Nobody has verified it.
    let question = "can-i-deploy orders-web --version 1.0.0 --to production";
    ended(&run(&url, question.into()).await, 1);

    // The provider fulfils it and is deployed.
    let current = provider(Build::Current).await;
    ended(&verify(&url, &current, "1.0.0", "main").await, 0);
    ended(
        &run(
            &url,
            "record-deployment orders-api --version 1.0.0 --environment production".into(),
        )
        .await,
        0,
    );
    ended(&run(&url, question.into()).await, 0);
    ended(
        &run(
            &url,
            "record-deployment orders-web --version 1.0.0 --environment production".into(),
        )
        .await,
        0,
    );

    // What was answered survives the broker's death.
    drop(broker);
    let broker = Broker::start(&database);
    let url = broker.url.clone();
    ended(&run(&url, question.into()).await, 0);

    // A build that renames a field breaks it; the failure names the field, and the answer is no.
    let breaking = provider(Build::RenamedField).await;
    let said = verify(&url, &breaking, "2.0.0", "rename").await;
    ended(&said, 1);
    assert!(said.out.contains("$.status"), "{}", said.out);
    let said = run(
        &url,
        "can-i-deploy orders-api --version 2.0.0 --to production".into(),
    )
    .await;
    ended(&said, 1);
    assert!(said.out.contains("orders-web"), "{}", said.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_is_not_there_is_code_3() {
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap().port()
    };
    let url = format!("http://127.0.0.1:{port}");
    let said = run(
        &url,
        "can-i-deploy orders-web --version 1 --to production --broker-attempts 1".into(),
    )
    .await;
    ended(&said, 3);
    assert!(said.err.contains(&url), "{}", said.err);
}

#[test]
fn the_broker_names_a_port_that_is_taken_and_a_setting_that_is_wrong() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let directory = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", directory.path().join("broker.sqlite3").display());
    let start = |arguments: &[&str]| {
        let output = std::process::Command::new(path("contract-broker", "contract-broker"))
            .args(["--database-url", &database])
            .args(arguments)
            .output()
            .unwrap();
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    let said = start(&["--bind", &address]);
    assert!(said.contains(&address) && said.contains("--bind"), "{said}");
    let said = start(&["--bind", "127.0.0.1:0", "--log-level", "contract_broker=loud"]);
    assert!(said.contains("log.level") && said.contains("debug"), "{said}");
}

//! Commands that only the Rust family has: contracts and provider states by provider.
//!
//! `get-pacts --consumer` is left out: the client of this version panics before it prints an answer of any broker.

use std::process::Stdio;

use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};

use crate::http::send;
use crate::install::RUST;
use crate::scene::{Family, Scene};
use crate::suite::Suite;

pub(crate) fn add_to(suite: &mut Suite) {
    suite.add(Family::Rust, contracts_of_a_provider);
    suite.add(Family::Rust, provider_states);
    suite.add(Family::Rust, the_stub_server_answers_from_the_broker);
}

async fn contracts_of_a_provider(scene: &Scene) {
    scene.published("user-api", "1", "main", &["/users/1"]).await;
    scene.published("user-api", "2", "main", &["/users/2"]).await;
    scene.published("user-api", "3", "feat/x", &["/users/3"]).await;
    scene
        .broker("get-pacts --provider user-api")
        .await
        .ok()
        .row(&["web-app", "Contract between web-app (2) and user-api"])
        .row(&["web-app", "Contract between web-app (1) and user-api"]);
    let said = scene.broker("get-pacts --provider user-api --latest").await.ok();
    assert!(!said.out.contains("(1)") && !said.out.contains("(3)"), "{said}");
    said.row(&["web-app", "Contract between web-app (2) and user-api"]);
    scene
        .broker("get-pacts --provider user-api --branch feat/x --latest --download --download-dir got")
        .await
        .ok()
        .row(&["web-app", "Contract between web-app (3) and user-api"]);
    let file = scene.folder().join("got/web-app-user-api-3.json");
    let got: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(got["interactions"][0]["request"]["path"], "/users/3", "{got}");
}

async fn provider_states(scene: &Scene) {
    scene.environment("prod").await;
    scene.published("user-api", "1", "main", &["/users/1"]).await;
    scene
        .broker("record-deployment --pacticipant web-app --version 1 --environment prod")
        .await
        .ok();
    scene.published("user-api", "2", "feat/x", &["/users/2"]).await;
    for (scope, state) in [
        ("", "/users/1 exists"),
        ("--branch feat/x", "/users/2 exists"),
        ("--environment prod", "/users/1 exists"),
    ] {
        let line = format!("provider-states list --provider user-api {scope}");
        scene.broker(&line).await.ok().row(&[state, "web-app"]);
        let listed = scene.broker(&format!("{line} --json")).await.ok().json();
        assert_eq!(
            listed["providerStates"][0],
            json!({ "name": state, "consumers": ["web-app"], "params": {} }),
            "{listed}"
        );
    }
}

async fn the_stub_server_answers_from_the_broker(scene: &Scene) {
    scene.published("user-api", "1", "main", &["/users/1"]).await;
    scene.published("order-api", "1", "main", &["/orders/1"]).await;
    let mut stub = scene.command(&scene.clients.folder(RUST).join("bin/pact"));
    stub.args([
        "stub",
        "--provider-name",
        "user-api",
        "--broker-url",
        &scene.url(""),
    ]);
    let mut stub = stub.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(stub.stdout.take().unwrap()).lines();
    let mut said = String::new();
    let port = loop {
        let line = lines.next_line().await.unwrap();
        let line = line.unwrap_or_else(|| panic!("should say its port: {said}"));
        if let Some((_, port)) = line.split_once("Server started on port ") {
            break port.trim().to_owned();
        }
        said.push_str(&line);
    };
    // Its output is read on, so that it never waits for us.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    for (path, status) in [("/users/1", 200), ("/orders/1", 404)] {
        let answer = send(Method::GET, &format!("http://127.0.0.1:{port}{path}"), None, None).await;
        assert_eq!(answer.status, status, "{path}");
    }
    stub.kill().await.unwrap();
}

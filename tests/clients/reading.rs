//! Commands that only the Rust family has: contracts and provider states by provider.
//!
//! `get-pacts --consumer` is left out: the client of this version panics before it prints an answer of any broker.

use serde_json::{Value, json};

use crate::scene::{Family, Scene};
use crate::suite::Suite;

pub(crate) fn add_to(suite: &mut Suite) {
    suite.add(Family::Rust, contracts_of_a_provider);
    suite.add(Family::Rust, provider_states);
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

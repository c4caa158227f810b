//! Clients that say who they are: basic and bearer credentials, to read and to write.

use serde_json::json;

use crate::arrange::Consumer;
use crate::provider::Provider;
use crate::scene::{Scene, contract};
use crate::suite::Suite;
use crate::verification::{Publish, Source, Verification};

const TOKEN: &str = "writer-token-0123456789abcdef";

/// The broker's accounts.
const ACCOUNTS: &[(&str, &str)] = &[
    ("CONTRACT_BROKER_AUTH_USERNAME", "writer"),
    ("CONTRACT_BROKER_AUTH_PASSWORD", "secret"),
    ("CONTRACT_BROKER_AUTH_READ_ONLY_USERNAME", "reader"),
    ("CONTRACT_BROKER_AUTH_READ_ONLY_PASSWORD", "public"),
    ("CONTRACT_BROKER_AUTH_TOKENS", TOKEN),
];

pub(crate) fn add_to(suite: &mut Suite) {
    suite.both_with(ACCOUNTS, broker_clients_with_credentials);
    suite.verifiers_with(ACCOUNTS, verifiers_with_a_token);
}

async fn broker_clients_with_credentials(scene: &Scene) {
    scene.file("web.json", &contract("web-app", "user-api", &["/users/1"]));
    let publish = "publish web.json --consumer-app-version 1";
    let writer = "--broker-username writer --broker-password";
    let reader = "--broker-username reader --broker-password public";
    scene.broker(publish).await.fails(1);
    scene.broker(&format!("{publish} {writer} wrong")).await.fails(1);
    scene.broker(&format!("{publish} {reader}")).await.fails(1);
    let listed = scene.broker(&format!("list-pacticipants {reader}")).await.ok();
    assert!(!listed.out.contains("web-app"), "{listed}");
    scene.broker(&format!("{publish} {writer} secret")).await.ok();
    scene
        .broker(&format!("list-pacticipants {reader}"))
        .await
        .ok()
        .row(&["web-app"]);
    scene
        .broker(&format!(
            "create-version-tag --pacticipant web-app --version 1 --tag dev --broker-token {TOKEN}"
        ))
        .await
        .ok();
    scene
        .broker("create-version-tag --pacticipant web-app --version 1 --tag prod --broker-token wrong")
        .await
        .fails(1);
    scene
        .broker(&format!(
            "describe-version --pacticipant web-app --version 1 {reader}"
        ))
        .await
        .ok()
        .row(&["1", "dev"]);
}

async fn verifiers_with_a_token(scene: &Scene) {
    let scene = scene.known_by(TOKEN);
    let consumer = Consumer {
        name: "web-app",
        version: "1",
        branch: "main",
        tags: &[],
        paths: &["/users/1"],
    };
    scene.arrange(consumer).await;
    let provider = Provider::with(&["/users/1"]).await;
    let asked = |token| Verification {
        source: Source::Selectors(vec![json!({ "mainBranch": true })]),
        branch: "main",
        token,
        publish: Some(Publish {
            version: "7",
            tags: &[],
            build_url: "https://ci.test/7",
        }),
        ..Verification::default()
    };
    scene.verify(&provider, &asked(None)).await.fails(1);
    scene.verify(&provider, &asked(Some(TOKEN))).await.ok();
    assert_eq!(scene.results("7").await, ["web-app 1 yes"]);
}

//! Verifiers: what they select, what they may fail, what they publish.

use contract_tests::programs::{path, workspace};
use serde_json::{Value, json};

use crate::arrange::Consumer;
use crate::command::run;
use crate::provider::Provider;
use crate::scene::{Family, Scene};
use crate::suite::Suite;
use crate::verification::{Publish, Source, Verification};

const BUILD: &str = "https://ci.test/7";

pub(crate) fn add_to(suite: &mut Suite) {
    suite.verifiers(selectors_of_every_kind);
    suite.verifiers(results_of_each_interaction_with_branch_and_tags);
    suite.verifiers(a_pending_contract_may_fail_until_it_was_fulfilled);
    suite.verifiers(work_in_progress_since_a_day);
    // Version 4 of the format is beyond the Ruby verifier.
    for family in [Family::Rust, Family::JavaScript, Family::Python] {
        suite.add(
            family,
            a_contract_of_our_consumer_is_verified_and_decides_about_a_deployment,
        );
    }
}

fn publish(version: &str) -> Publish<'_> {
    Publish {
        version,
        tags: &[],
        build_url: BUILD,
    }
}

/// Versions 1 to 5 of web-app, each with content of its own, and one of mobile.
async fn consumers(scene: &Scene) {
    let tagged: [&[&str]; 5] = [&[], &["dev"], &[], &[], &["dev"]];
    let versions = [
        ("1", "main", &["/users/1"]),
        ("2", "main", &["/users/2"]),
        ("3", "main", &["/users/3"]),
        ("4", "feat/x", &["/users/4"]),
        ("5", "feat/y", &["/users/5"]),
    ];
    for ((version, branch, paths), tags) in versions.into_iter().zip(tagged) {
        let name = "web-app";
        scene
            .arrange(Consumer {
                name,
                version,
                branch,
                tags,
                paths,
            })
            .await;
    }
    scene
        .arrange(Consumer {
            name: "mobile",
            version: "m1",
            branch: "main",
            tags: &[],
            paths: &["/mobile"],
        })
        .await;
    scene.arrange_environment("prod").await;
    scene.arrange_environment("shop").await;
    scene.record("pb:record-deployment", "web-app", "1", "prod").await;
    scene.record("pb:record-release", "web-app", "2", "shop").await;
}

async fn selectors_of_every_kind(scene: &Scene) {
    consumers(scene).await;
    let provider = Provider::with(&[
        "/users/1", "/users/2", "/users/3", "/users/4", "/users/5", "/mobile",
    ])
    .await;
    let selections: [(Value, &[&str]); 14] = [
        (json!({ "mainBranch": true }), &["mobile m1 yes", "web-app 3 yes"]),
        (json!({ "branch": "feat/y" }), &["web-app 5 yes"]),
        (json!({ "matchingBranch": true }), &["web-app 4 yes"]),
        (
            json!({ "branch": "feat/y", "fallbackBranch": "main" }),
            &["mobile m1 yes", "web-app 5 yes"],
        ),
        (json!({ "tag": "dev", "latest": true }), &["web-app 5 yes"]),
        (json!({ "tag": "dev" }), &["web-app 2 yes", "web-app 5 yes"]),
        (
            json!({ "tag": "none", "fallbackTag": "dev", "latest": true }),
            &["web-app 5 yes"],
        ),
        (json!({ "latest": true }), &["mobile m1 yes", "web-app 5 yes"]),
        (json!({ "deployed": true }), &["web-app 1 yes"]),
        (json!({ "released": true }), &["web-app 2 yes"]),
        (
            json!({ "deployedOrReleased": true }),
            &["web-app 1 yes", "web-app 2 yes"],
        ),
        (
            json!({ "deployed": true, "environment": "prod" }),
            &["web-app 1 yes"],
        ),
        (json!({ "environment": "shop" }), &["web-app 2 yes"]),
        (
            json!({ "mainBranch": true, "consumer": "mobile" }),
            &["mobile m1 yes"],
        ),
    ];
    for (number, (selector, expected)) in selections.into_iter().enumerate() {
        let version = format!("v{number}");
        let asked = Verification {
            source: Source::Selectors(vec![selector.clone()]),
            branch: "feat/x",
            publish: Some(publish(&version)),
            ..Verification::default()
        };
        scene.verify(&provider, &asked).await.ok();
        assert_eq!(scene.results(&version).await, expected, "{selector}");
    }

    // Several at once: each content once.
    let asked = Verification {
        source: Source::Selectors(vec![
            json!({ "mainBranch": true }),
            json!({ "deployed": true }),
            json!({ "latest": true }),
        ]),
        branch: "main",
        publish: Some(publish("all")),
        ..Verification::default()
    };
    scene.verify(&provider, &asked).await.ok();
    let expected = ["mobile m1 yes", "web-app 1 yes", "web-app 3 yes", "web-app 5 yes"];
    assert_eq!(scene.results("all").await, expected);
}

async fn results_of_each_interaction_with_branch_and_tags(scene: &Scene) {
    let consumer = Consumer {
        name: "web-app",
        version: "1",
        branch: "main",
        tags: &[],
        paths: &["/users/1", "/users/2"],
    };
    scene.arrange(consumer).await;
    let provider = Provider::with(&["/users/1"]).await;
    let asked = Verification {
        source: Source::Selectors(vec![json!({ "mainBranch": true })]),
        branch: "feat/x",
        publish: Some(Publish {
            version: "7",
            tags: &["dev", "rc"],
            build_url: BUILD,
        }),
        ..Verification::default()
    };
    scene.verify(&provider, &asked).await.fails(1);
    assert_eq!(provider.states(), ["/users/1 exists", "/users/2 exists"]);
    assert_eq!(scene.results("7").await, ["web-app 1 no"]);

    let version = scene.get("/pacticipants/user-api/versions/7").await.json;
    assert_eq!(
        version["_embedded"]["branchVersions"][0]["name"], "feat/x",
        "{version}"
    );
    for tag in ["dev", "rc"] {
        scene
            .get(&format!("/pacticipants/user-api/versions/7/tags/{tag}"))
            .await;
    }

    // Which interaction failed is known afterwards.
    let contract = scene
        .get("/pacts/provider/user-api/consumer/web-app/version/1")
        .await
        .json;
    let link = contract["_links"]["pb:latest-verification-results"]["href"]
        .as_str()
        .unwrap();
    let result = scene.get(link).await.json;
    assert_eq!(result["success"], false, "{result}");
    let outcomes = outcomes(&result["testResults"], &contract);
    assert_eq!(
        outcomes,
        ["a request for /users/1: passed", "a request for /users/2: failed"],
        "{result}"
    );
    let question = scene
        .get("/matrix?q[][pacticipant]=web-app&q[][version]=1&q[][pacticipant]=user-api&q[][version]=7&latestby=cvpv")
        .await;
    assert!(
        question.text.contains("a request for /users/2"),
        "{}",
        question.text
    );
}

/// Each interaction and whether it passed, whatever the client's form of test results, sorted.
fn outcomes(results: &Value, contract: &Value) -> Vec<String> {
    let tests = results.as_array().or_else(|| results["tests"].as_array());
    let interactions = contract["interactions"].as_array().unwrap();
    let mut outcomes: Vec<_> = tests
        .into_iter()
        .flatten()
        .map(|test| {
            let of = |interaction: &&Value| {
                interaction["_id"] == test["interactionId"]
                    || interaction["description"] == test["interactionDescription"]
            };
            let passed = test["success"] == true || test["status"] == "passed";
            let description = interactions
                .iter()
                .find(of)
                .map(|interaction| &interaction["description"]);
            let description = description.and_then(Value::as_str).unwrap_or("unknown");
            format!("{description}: {}", if passed { "passed" } else { "failed" })
        })
        .collect();
    outcomes.sort();
    outcomes.dedup();
    outcomes
}

async fn a_pending_contract_may_fail_until_it_was_fulfilled(scene: &Scene) {
    let consumer = Consumer {
        name: "web-app",
        version: "1",
        branch: "main",
        tags: &[],
        paths: &["/users/1"],
    };
    scene.arrange(consumer).await;
    let without = Provider::with(&[]).await;
    let with = Provider::with(&["/users/1"]).await;
    let asked = |version, pending| Verification {
        source: Source::Selectors(vec![json!({ "mainBranch": true })]),
        branch: "main",
        pending,
        publish: Some(publish(version)),
        ..Verification::default()
    };
    scene
        .verify(&without, &asked("1", true))
        .await
        .ok()
        .says("pending");
    assert_eq!(scene.results("1").await, ["web-app 1 no"]);
    scene.verify(&without, &asked("2", false)).await.fails(1);
    scene.verify(&with, &asked("3", true)).await.ok();
    // Once a version on the branch has fulfilled it, it must not break.
    scene.verify(&without, &asked("4", true)).await.fails(1);
    assert_eq!(scene.results("4").await, ["web-app 1 no"]);
}

async fn work_in_progress_since_a_day(scene: &Scene) {
    let consumer = Consumer {
        name: "web-app",
        version: "1",
        branch: "main",
        tags: &[],
        paths: &["/users/1"],
    };
    scene.arrange(consumer).await;
    let provider = Provider::with(&["/users/1"]).await;
    let asked = |version, wip_since| Verification {
        source: Source::Selectors(vec![json!({ "mainBranch": true })]),
        branch: "main",
        pending: true,
        wip_since,
        publish: Some(publish(version)),
        ..Verification::default()
    };
    scene.verify(&provider, &asked("1", None)).await.ok();
    scene
        .arrange(Consumer {
            version: "2",
            branch: "feat/x",
            paths: &["/users/2"],
            ..consumer
        })
        .await;
    scene
        .verify(&provider, &asked("2", Some("2020-01-01")))
        .await
        .ok();
    assert_eq!(scene.results("2").await, ["web-app 1 yes", "web-app 2 no"]);
    scene
        .verify(&provider, &asked("3", Some("2999-01-01")))
        .await
        .ok();
    assert_eq!(scene.results("3").await, ["web-app 1 yes"]);
}

/// The contract that the tests of orders-web wrote, verified by another library's verifier; its result decides.
async fn a_contract_of_our_consumer_is_verified_and_decides_about_a_deployment(scene: &Scene) {
    let contract = workspace().join("contracts/orders-web-orders-api.json");
    let contract: Value = serde_json::from_slice(&std::fs::read(contract).unwrap()).unwrap();
    scene
        .put(
            "/pacts/provider/orders-api/consumer/orders-web/version/1",
            &contract,
        )
        .await
        .expect(201);
    let can_i_deploy = || async {
        let mut command = scene.command(&path("contract-testing-cli", "contract"));
        command
            .args([
                "can-i-deploy",
                "orders-web",
                "--version",
                "1",
                "--broker-url",
                &scene.url(""),
            ])
            .args(["--to", "production"]);
        run(command).await
    };
    scene.arrange_environment("production").await;
    let provider = Provider::of_orders().await;
    let asked = Verification {
        source: Source::Selectors(vec![json!({ "latest": true })]),
        branch: "main",
        publish: Some(publish("p1")),
        ..Verification::default()
    };
    scene.verify(&provider, &asked).await.ok();
    assert!(
        provider.states().iter().any(|state| state == "an order exists"),
        "{:?}",
        provider.states()
    );
    can_i_deploy().await.fails(1);
    scene
        .record("pb:record-deployment", "orders-api", "p1", "production")
        .await;
    can_i_deploy().await.ok();
}

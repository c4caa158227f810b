//! can-i-deploy and can-i-merge.

use std::time::Duration;

use serde_json::json;

use crate::arrange::Consumer;
use crate::recorder::{Recorder, Request};
use crate::scene::{Family, Scene};
use crate::suite::Suite;

pub(crate) fn add_to(suite: &mut Suite) {
    suite.both(the_ways_to_name_a_version_and_a_target);
    suite.both(what_is_ignored_does_not_count);
    suite.both(a_result_that_arrives_while_the_client_retries);
    suite.both(a_question_about_what_is_not_there);
    suite.both(can_i_merge);
}

/// web-app 1, user-api 7 and order-api 3, each on its main branch and tagged dev, the providers deployed; user-api
/// fulfils the contract, order-api does not.
async fn one_provider_fulfils_the_other_does_not(scene: &Scene) {
    let consumer = Consumer {
        name: "web-app",
        version: "1",
        branch: "main",
        tags: &["dev"],
        paths: &["/1"],
    };
    scene.arrange_environment("prod").await;
    for (provider, version, success) in [("user-api", "7", true), ("order-api", "3", false)] {
        scene.arrange_with(consumer, provider).await;
        scene.verified("1", provider, version, success).await;
        let path = format!("/pacticipants/{provider}");
        scene
            .put(&format!("{path}/branches/main/versions/{version}"), &json!({}))
            .await
            .expect(201);
        scene
            .put(&format!("{path}/versions/{version}/tags/dev"), &json!({}))
            .await
            .expect(201);
        scene
            .put(&path, &json!({ "name": provider, "mainBranch": "main" }))
            .await
            .expect(200);
        scene
            .record("pb:record-deployment", provider, version, "prod")
            .await;
    }
}

async fn the_ways_to_name_a_version_and_a_target(scene: &Scene) {
    one_provider_fulfils_the_other_does_not(scene).await;
    let versions = [
        "--version 1",
        "--branch main",
        "--main-branch",
        "--latest",
        "--latest dev",
    ];
    for version in versions {
        scene
            .broker(&format!(
                "can-i-deploy --pacticipant web-app {version} --to-environment prod"
            ))
            .await
            .fails(1)
            .says("Computer says no")
            .row(&["web-app", "1", "user-api", "7", "true"])
            .row(&["web-app", "1", "order-api", "3", "false"])
            .says("the version of order-api currently in prod (3) failed");
        for (provider, number, yes) in [("user-api", "7", true), ("order-api", "3", false)] {
            let line = format!("can-i-deploy --pacticipant web-app --version 1 --pacticipant {provider}");
            let version = version.replace("--version 1", &format!("--version {number}"));
            let said = scene.broker(&format!("{line} {version}")).await;
            let said = if yes {
                said.ok().says("Computer says yes")
            } else {
                said.fails(1)
            };
            said.row(&[
                "web-app",
                "1",
                provider,
                number,
                if yes { "true" } else { "false" },
            ]);
        }
    }
    scene
        .broker("can-i-deploy --pacticipant user-api --version 7 --to dev")
        .await
        .ok()
        .row(&["web-app", "1", "user-api", "7", "true"]);
    scene
        .broker("can-i-deploy --pacticipant order-api --version 3 --to dev")
        .await
        .fails(1)
        .row(&["web-app", "1", "order-api", "3", "false"]);
    // Nobody who needs order-api is in production.
    scene
        .broker("can-i-deploy --pacticipant order-api --version 3 --to-environment prod")
        .await
        .ok();
    let said = scene
        .broker("can-i-deploy --pacticipant web-app --version 1 --to-environment prod --output json")
        .await;
    if scene.family == Family::Ruby {
        assert_eq!(said.json()["summary"]["deployable"], false, "{said}");
        said.fails(1);
    } else {
        // It ends with 0 whenever it prints JSON.
        assert_eq!(said.json()["summary"]["deployable"], false, "{said}");
    }
    scene
        .broker("can-i-deploy --pacticipant web-app --version 1 --to-environment prod --dry-run")
        .await
        .ok();
}

async fn what_is_ignored_does_not_count(scene: &Scene) {
    one_provider_fulfils_the_other_does_not(scene).await;
    let question = "can-i-deploy --pacticipant web-app --version 1 --to-environment prod --ignore";
    scene
        .broker(&format!("{question} order-api"))
        .await
        .ok()
        .says("Computer says yes");
    scene
        .broker(&format!("{question} user-api"))
        .await
        .fails(1)
        .says("Computer says no");
    if scene.family == Family::Ruby {
        scene
            .broker(&format!("{question} order-api --version 3"))
            .await
            .ok();
        scene
            .broker(&format!("{question} order-api --version 4"))
            .await
            .fails(1);
    }
}

async fn a_result_that_arrives_while_the_client_retries(scene: &Scene) {
    scene.environment("prod").await;
    scene.published("user-api", "1", "main", &["/users/1"]).await;
    scene.verified("1", "user-api", "7", true).await;
    scene
        .broker("record-deployment --pacticipant user-api --version 7 --environment prod")
        .await
        .ok();
    scene.published("user-api", "2", "main", &["/users/2"]).await;
    let question = "can-i-deploy --pacticipant web-app --version 2 --to-environment prod";
    scene
        .broker(question)
        .await
        .fails(1)
        .says("no verified pact between");

    let retrying = format!("{question} --retry-while-unknown 60 --retry-interval 1");
    let recorder = Recorder::before(scene, &[]).await;
    let through = scene.through(&recorder);
    let (said, ()) = tokio::join!(through.broker(&retrying), async {
        // It has asked, been told that it is unknown, and asked again: only then is there a result.
        let asked = |request: &&Request| request.path == "/matrix";
        while recorder.seen().iter().filter(asked).count() < 2 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        scene.verified("2", "user-api", "7", true).await;
    });
    said.ok()
        .says("Computer says yes")
        .row(&["web-app", "2", "user-api", "7", "true"]);
}

async fn a_question_about_what_is_not_there(scene: &Scene) {
    scene.environment("prod").await;
    scene.published("user-api", "1", "main", &["/users/1"]).await;
    scene
        .broker("can-i-deploy --pacticipant nobody --version 1 --to-environment prod")
        .await
        .fails(1)
        .says("nobody");
    scene
        .broker("can-i-deploy --pacticipant web-app --version 1 --to-environment nowhere")
        .await
        .fails(1)
        .says("nowhere");
    if scene.family == Family::Ruby {
        // The other family's dry run knows a verdict that it ignores, but no error.
        scene
            .broker("can-i-deploy --pacticipant web-app --version 1 --to-environment nowhere --dry-run")
            .await
            .ok();
    }
}

async fn can_i_merge(scene: &Scene) {
    one_provider_fulfils_the_other_does_not(scene).await;
    scene
        .broker("can-i-merge --pacticipant web-app --version 1")
        .await
        .fails(1)
        .says("the latest version of order-api from the main branch (3) failed");
    scene
        .broker("can-i-merge --pacticipant user-api --version 7")
        .await
        .ok()
        .row(&["web-app", "1", "user-api", "7", "true"]);
    if scene.family == Family::Ruby {
        scene
            .broker("can-i-merge --pacticipant web-app --version 1 --ignore order-api")
            .await
            .ok();
    }
}

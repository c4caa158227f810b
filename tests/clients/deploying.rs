//! can-i-deploy and can-i-merge.

use std::time::Duration;

use crate::scene::{Family, Scene};
use crate::suite::Suite;

pub(crate) fn add_to(suite: &mut Suite) {
    suite.both(the_ways_to_name_a_version_and_a_target);
    suite.both(what_is_ignored_does_not_count);
    suite.both(a_result_that_arrives_while_the_client_retries);
    suite.both(a_question_about_what_is_not_there);
    suite.both(can_i_merge);
}

/// web-app 1 on its main branch, tagged dev; user-api 7, deployed, on its main branch and tagged dev, fulfils it;
/// order-api 3, the same but for its result, does not.
async fn one_provider_fulfils_the_other_does_not(scene: &Scene) {
    scene.environment("prod").await;
    scene.published("user-api", "1", "main", &["/users/1"]).await;
    scene.published("order-api", "1", "main", &["/orders/1"]).await;
    scene.verified("1", "user-api", "7", true).await;
    scene.verified("1", "order-api", "3", false).await;
    for (name, version) in [("web-app", "1"), ("user-api", "7"), ("order-api", "3")] {
        scene
            .broker(&format!(
                "create-or-update-pacticipant --name {name} --main-branch main"
            ))
            .await
            .ok();
        let line = format!(
            "create-or-update-version --pacticipant {name} --version {version} --branch main --tag dev"
        );
        scene.broker(&line).await.ok();
    }
    for (name, version) in [("user-api", "7"), ("order-api", "3")] {
        let line = format!("record-deployment --pacticipant {name} --version {version} --environment prod");
        scene.broker(&line).await.ok();
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
    scene.broker(question).await.fails(1).says("no verified contract");

    let retrying = format!("{question} --retry-while-unknown 60 --retry-interval 1");
    let mut client = std::pin::pin!(scene.broker(&retrying));
    // It has asked at least once, and goes on, when this is over; only then is there a result.
    let early = tokio::time::timeout(Duration::from_secs(3), &mut client).await;
    assert!(early.is_err(), "should retry: {}", early.unwrap());
    scene.verified("2", "user-api", "7", true).await;
    client
        .await
        .ok()
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

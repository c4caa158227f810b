//! Environments, and what is deployed to them or released in them.

use serde_json::Value;

use crate::scene::{Family, Scene};
use crate::suite::Suite;

pub(crate) fn add_to(suite: &mut Suite) {
    suite.both(an_environment_from_its_creation_to_its_deletion);
    suite.both(deployments_of_application_instances);
    suite.both(releases_until_support_ends);
}

async fn an_environment_from_its_creation_to_its_deletion(scene: &Scene) {
    let create = "create-environment --name test --contact-name team-a --contact-email-address a@example.com";
    scene
        .broker_with(create, &["--display-name", "The test"])
        .await
        .ok()
        .says("Created test environment");
    scene
        .broker("create-environment --name test")
        .await
        .fails(1)
        .says("name 'test' is already used by an existing environment");
    let listed = scene.broker("list-environments --output json").await.ok().json();
    let uuid = listed["_embedded"]["environments"][0]["uuid"]
        .as_str()
        .unwrap()
        .to_owned();
    scene
        .broker("list-environments")
        .await
        .ok()
        .row(&[&uuid, "test", "The test", "false"]);
    let shown = scene.get(&format!("/environments/{uuid}")).await.json;
    let contact = &shown["contacts"][0]["details"]["emailAddress"];
    assert_eq!(contact, "a@example.com", "{shown}");
    // One family puts together what was there and what is given, the other sends what is given.
    let update = format!(
        "update-environment --uuid {uuid} --name uat --production --contact-name team-b \
         --contact-email-address b@example.com"
    );
    scene
        .broker_with(&update, &["--display-name", "User acceptance"])
        .await
        .ok();
    scene
        .broker(&format!("describe-environment --uuid {uuid}"))
        .await
        .ok()
        .says("Name: uat")
        .says("Production: true")
        .says("Display Name: User acceptance")
        .says("Name: team-b");
    scene
        .broker(&format!("delete-environment --uuid {uuid}"))
        .await
        .ok();
    assert!(scene.lacks(&format!("/environments/{uuid}")).await);
}

async fn deployments_of_application_instances(scene: &Scene) {
    let uuid = scene.environment("prod").await;
    for version in ["1", "2"] {
        let line =
            format!("create-or-update-version --pacticipant web-app --version {version} --branch main");
        scene.broker(&line).await.ok();
    }
    let deploy = "record-deployment --pacticipant web-app --environment";
    scene
        .broker(&format!("{deploy} prod --version 1"))
        .await
        .ok()
        .says("Recorded deployment of web-app version 1 to prod environment");
    for (version, instance) in [("1", "blue"), ("1", "green"), ("2", "green")] {
        scene
            .broker(&format!(
                "{deploy} prod --version {version} --application-instance {instance}"
            ))
            .await
            .ok()
            .says(&format!("(application instance {instance})"));
    }
    assert_eq!(deployed(scene, &uuid).await, ["1 -", "1 blue", "2 green"]);
    if scene.family == Family::Rust {
        scene
            .broker("describe-version --pacticipant web-app --environment prod --deployed")
            .await
            .ok()
            .row(&["2", "Deployed", "prod", "green"])
            .row(&["1", "Deployed", "prod", "-"]);
    }

    scene
        .broker(&format!("{deploy} nowhere --version 1"))
        .await
        .fails(1)
        .says("nowhere");
    scene
        .broker(&format!("{deploy} prod --version 9"))
        .await
        .fails(1)
        .says("404");

    let undeploy = "record-undeployment --pacticipant web-app --environment prod";
    scene
        .broker(&format!("{undeploy} --application-instance blue"))
        .await
        .ok();
    assert_eq!(deployed(scene, &uuid).await, ["1 -", "2 green"]);
    scene
        .broker(&format!("{undeploy} --application-instance blue"))
        .await
        .fails(1)
        .says("is not currently deployed");
    scene
        .broker(&format!("{undeploy} --application-instance green"))
        .await
        .ok();
    scene.broker(undeploy).await.ok();
    assert_eq!(deployed(scene, &uuid).await, [""; 0]);
}

async fn releases_until_support_ends(scene: &Scene) {
    let uuid = scene.environment("shop").await;
    for version in ["1", "2"] {
        let line = format!("create-or-update-version --pacticipant app --version {version} --branch main");
        scene.broker(&line).await.ok();
        scene
            .broker(&format!(
                "record-release --pacticipant app --version {version} --environment shop"
            ))
            .await
            .ok()
            .says(&format!(
                "Recorded release of app version {version} to shop environment"
            ));
    }
    assert_eq!(supported(scene, &uuid).await, ["1", "2"]);
    if scene.family == Family::Rust {
        // Its column for the status says "Unknown" whatever the broker answers.
        scene
            .broker("describe-version --pacticipant app --environment shop --released")
            .await
            .ok()
            .row(&["1"])
            .row(&["2"]);
    }
    let end = "record-support-ended --pacticipant app --version 1 --environment shop";
    scene.broker(end).await.ok();
    assert_eq!(supported(scene, &uuid).await, ["2"]);
    scene.broker(end).await.fails(1).says(scene.words(
        "No currently released versions found",
        "is not currently released",
    ));
}

/// Version and application instance of what is deployed, sorted.
async fn deployed(scene: &Scene, uuid: &str) -> Vec<String> {
    let path = format!("/environments/{uuid}/deployed-versions/currently-deployed");
    let list = scene.get(&path).await.json;
    sorted(&list["_embedded"]["deployedVersions"], |entry| {
        format!(
            "{} {}",
            number(entry),
            entry["applicationInstance"].as_str().unwrap_or("-")
        )
    })
}

async fn supported(scene: &Scene, uuid: &str) -> Vec<String> {
    let path = format!("/environments/{uuid}/released-versions/currently-supported");
    let list = scene.get(&path).await.json;
    sorted(&list["_embedded"]["releasedVersions"], |entry| {
        number(entry).to_owned()
    })
}

fn number(entry: &Value) -> &str {
    entry["_embedded"]["version"]["number"].as_str().unwrap()
}

fn sorted(list: &Value, show: impl Fn(&Value) -> String) -> Vec<String> {
    let mut shown: Vec<_> = list.as_array().unwrap().iter().map(show).collect();
    shown.sort();
    shown
}

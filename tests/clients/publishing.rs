//! Publishing contracts.

use serde_json::Value;

use crate::scene::{Family, Scene, contract};
use crate::suite::Suite;

pub(crate) fn add_to(suite: &mut Suite) {
    suite.both(a_file_with_branch_tags_and_build);
    suite.both(a_folder);
    suite.both(other_content_under_the_same_version_is_a_conflict);
    suite.both(merging_keeps_what_was_published_before);
    suite.both(names_with_slashes_and_spaces);
    suite.both(as_json);
}

async fn a_file_with_branch_tags_and_build(scene: &Scene) {
    scene.file("web.json", &contract("web-app", "user-api", &["/users/1"]));
    // One family takes a list, the other the flag twice.
    let tags = scene.words("--tag dev,beta", "--tag dev --tag beta");
    let line = format!(
        "publish web.json --consumer-app-version 1.0.0 --branch feat/login --build-url https://ci.test/1 {tags}"
    );
    scene
        .broker(&line)
        .await
        .ok()
        .says("Created web-app version 1.0.0 with branch feat/login and tags dev, beta")
        .says("Events detected: contract_published, contract_content_changed");
    let version = scene.get("/pacticipants/web-app/versions/1.0.0").await.json;
    assert_eq!(names(&version["_embedded"]["tags"]), ["beta", "dev"], "{version}");
    assert_eq!(
        names(&version["_embedded"]["branchVersions"]),
        ["feat/login"],
        "{version}"
    );
    assert_eq!(version["buildUrl"], "https://ci.test/1", "{version}");
    scene
        .broker(&line)
        .await
        .ok()
        .says("with no content changes: same content as before");
}

async fn a_folder(scene: &Scene) {
    scene.file(
        "pacts/users.json",
        &contract("web-app", "user-api", &["/users/1"]),
    );
    scene.file(
        "pacts/orders.json",
        &contract("web-app", "order-api", &["/orders/1"]),
    );
    scene.file(
        "pacts/mobile.json",
        &contract("mobile", "user-api", &["/users/2"]),
    );
    let said = scene
        .broker("publish pacts --consumer-app-version 1 --branch main")
        .await
        .ok();
    for name in [
        "web-app version 1 and provider user-api",
        "web-app version 1 and provider order-api",
        "mobile version 1 and provider user-api",
    ] {
        assert!(
            said.out
                .contains(&format!("Pact successfully published for {name}")),
            "{said}"
        );
    }
    let listed = scene.broker("list-latest-pact-versions").await.ok();
    listed
        .row(&["mobile", "1", "user-api"])
        .row(&["web-app", "1", "order-api"])
        .row(&["web-app", "1", "user-api"]);
    scene
        .broker("publish nothing-here --consumer-app-version 1")
        .await
        .fails(1);
}

async fn other_content_under_the_same_version_is_a_conflict(scene: &Scene) {
    scene.published("user-api", "1", "main", &["/users/1"]).await;
    scene.file("changed.json", &contract("web-app", "user-api", &["/users/2"]));
    scene
        .broker("publish changed.json --consumer-app-version 1 --branch main")
        .await
        .fails(1)
        .says("Cannot change the content of the pact for web-app version 1 and provider user-api")
        .says("\"description\": \"a request for /users/2\"");
    assert_eq!(paths(scene, "1").await, ["/users/1"]);
}

async fn merging_keeps_what_was_published_before(scene: &Scene) {
    scene.published("user-api", "1", "main", &["/users/1"]).await;
    scene.file("more.json", &contract("web-app", "user-api", &["/users/2"]));
    scene
        .broker("publish more.json --consumer-app-version 1 --branch main --merge")
        .await
        .ok();
    assert_eq!(paths(scene, "1").await, ["/users/1", "/users/2"]);
}

async fn names_with_slashes_and_spaces(scene: &Scene) {
    scene.file("web.json", &contract("web app/1", "user api?", &["/users/1"]));
    scene
        .broker("publish web.json --consumer-app-version feat/a+b --branch feat/a")
        .await
        .ok()
        .says("/pacts/provider/user%20api%3F/consumer/web%20app%2F1/version/feat%2Fa");
    scene
        .broker("list-latest-pact-versions")
        .await
        .ok()
        .row(&["web app/1", "feat/a+b", "user api?"]);
    if scene.family == Family::Ruby {
        // The Rust family does not encode names in the paths that it makes itself.
        scene
            .broker_with(
                "describe-version --version feat/a+b --pacticipant",
                &["web app/1"],
            )
            .await
            .ok()
            .row(&["feat/a+b"]);
    }
}

async fn as_json(scene: &Scene) {
    scene.file("web.json", &contract("web-app", "user-api", &["/users/1"]));
    let said = scene
        .broker("publish web.json --consumer-app-version 1 --output json")
        .await
        .ok();
    assert!(said.out.contains(r#""number":"1""#), "{said}");
    let listed = scene
        .broker("list-latest-pact-versions --output json")
        .await
        .ok()
        .json();
    // One family prints the whole answer, the other the list in it.
    let listed = listed.get("pacts").unwrap_or(&listed);
    assert_eq!(listed[0]["_embedded"]["provider"]["name"], "user-api", "{listed}");
}

/// The paths of the interactions in the contract of this version.
async fn paths(scene: &Scene, version: &str) -> Vec<String> {
    let path = format!("/pacts/provider/user-api/consumer/web-app/version/{version}");
    let contract = scene.get(&path).await.json;
    let interactions = contract["interactions"].as_array().unwrap().iter();
    let mut paths: Vec<_> = interactions
        .map(|interaction| interaction["request"]["path"].as_str().unwrap().to_owned())
        .collect();
    paths.sort();
    paths
}

/// The names in a list, sorted.
fn names(list: &Value) -> Vec<&str> {
    let mut names: Vec<_> = list
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|entry| entry["name"].as_str())
        .collect();
    names.sort_unstable();
    names
}

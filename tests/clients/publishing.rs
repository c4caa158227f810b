//! Publishing contracts.

use crate::scene::{Scene, contract};
use crate::suite::Suite;

pub(crate) fn add_to(suite: &mut Suite) {
    suite.both(a_file_with_branch_tags_and_build);
}

async fn a_file_with_branch_tags_and_build(scene: &Scene) {
    scene.file("web.json", &contract("web-app", "user-api", &["/users/1"]));
    scene
        .broker(&[
            "publish",
            "web.json",
            "--consumer-app-version",
            "1.0.0",
            "--branch",
            "feat/login",
            "--tag",
            "dev",
            "--build-url",
            "https://ci.test/1",
        ])
        .await
        .ok()
        .says("Created web-app version 1.0.0 with branch feat/login and tags dev")
        .says("contract_published");
    let version = scene.get("/pacticipants/web-app/versions/1.0.0").await.json;
    assert_eq!(version["_embedded"]["tags"][0]["name"], "dev", "{version}");
    assert_eq!(
        version["_embedded"]["branchVersions"][0]["name"], "feat/login",
        "{version}"
    );
    assert_eq!(version["buildUrl"], "https://ci.test/1", "{version}");
}

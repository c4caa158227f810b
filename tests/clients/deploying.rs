//! can-i-deploy and what it asks about.

use crate::scene::{Scene, contract};
use crate::suite::Suite;

pub(crate) fn add_to(suite: &mut Suite) {
    suite.both(can_i_deploy_by_version);
}

async fn can_i_deploy_by_version(scene: &Scene) {
    scene.file("web.json", &contract("web-app", "user-api", &["/users/1"]));
    scene
        .broker(&["publish", "web.json", "--consumer-app-version", "1"])
        .await
        .ok();
    let question = [
        "can-i-deploy",
        "--pacticipant",
        "web-app",
        "--version",
        "1",
        "--pacticipant",
        "user-api",
        "--latest",
    ];
    scene.broker(&question).await.fails(1).says("Computer says no");
    scene.verified("web-app", "1", "user-api", "7", true).await;
    scene
        .broker(&question)
        .await
        .ok()
        .says("Computer says yes")
        .row(&["web-app", "1", "user-api", "7", "true"]);
}

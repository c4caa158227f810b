//! Pacticipants, their versions, branches, tags and labels.

use serde_json::json;

use crate::scene::{Family, Scene};
use crate::suite::Suite;

pub(crate) fn add_to(suite: &mut Suite) {
    suite.both(a_pacticipant_is_created_and_updated);
    suite.both(a_version_with_branch_and_tag);
    suite.both(a_version_is_tagged);
    suite.add(Family::Rust, a_tag_is_deleted);
    suite.both(a_label_is_shown);
    suite.both(a_branch_is_deleted);
}

/// `--output json` is left out: the Ruby client ends with an error of its own after the broker has answered.
async fn a_pacticipant_is_created_and_updated(scene: &Scene) {
    let create = "create-or-update-pacticipant --name web-app --main-branch main --repository-url https://git.test/web";
    scene
        .broker_with(create, &["--display-name", "The web app"])
        .await
        .ok()
        .says("created");
    scene
        .broker("create-or-update-pacticipant --name web-app --main-branch trunk")
        .await
        .ok()
        .says("updated");
    let shown = scene.get("/pacticipants/web-app").await.json;
    assert_eq!(shown["mainBranch"], "trunk", "{shown}");
    assert_eq!(shown["displayName"], "The web app", "{shown}");
    assert_eq!(shown["repositoryUrl"], "https://git.test/web", "{shown}");
    scene
        .broker("list-pacticipants")
        .await
        .ok()
        .row(&["web-app", "The web app"]);
    scene
        .broker("describe-pacticipant --name web-app")
        .await
        .ok()
        .says("Name: web-app")
        .says("Main Branch: trunk");
    scene.broker("describe-pacticipant --name nobody").await.fails(1);
}

async fn a_version_with_branch_and_tag(scene: &Scene) {
    scene
        .broker("create-or-update-version --pacticipant web-app --version 1 --branch feat/x --tag dev")
        .await
        .ok();
    scene
        .broker("create-or-update-version --pacticipant web-app --version 2 --branch main")
        .await
        .ok();
    let version = scene
        .get("/pacticipants/web-app/branches/feat%2Fx/versions/1")
        .await;
    assert_eq!(
        version.json["_links"]["pb:branch"]["name"], "feat/x",
        "{}",
        version.text
    );
    scene
        .broker("describe-version --pacticipant web-app --version 1")
        .await
        .ok()
        .row(&["1", "dev"]);
    scene
        .broker("describe-version --pacticipant web-app")
        .await
        .ok()
        .row(&["2"]);
    scene
        .broker("describe-version --pacticipant web-app --latest dev")
        .await
        .ok()
        .row(&["1", "dev"]);
    scene
        .broker("describe-version --pacticipant web-app --version 9")
        .await
        .fails(1)
        .says("Pacticipant version not found");
}

async fn a_version_is_tagged(scene: &Scene) {
    scene
        .put("/pacticipants/web-app/versions/1", &json!({}))
        .await
        .expect(201);
    scene
        .broker("create-version-tag --pacticipant web-app --version 1 --tag prod")
        .await
        .ok();
    scene.get("/pacticipants/web-app/versions/1/tags/prod").await;
    scene
        .broker("create-version-tag --pacticipant web-app --version 9 --tag prod")
        .await
        .fails(1)
        .says("does not exist");
    assert!(scene.lacks("/pacticipants/web-app/versions/9").await);
    scene
        .broker("create-version-tag --pacticipant web-app --version 9 --tag prod --auto-create-version")
        .await
        .ok();
    scene.get("/pacticipants/web-app/versions/9/tags/prod").await;
}

/// The Ruby client has no such command.
async fn a_tag_is_deleted(scene: &Scene) {
    scene
        .put("/pacticipants/web-app/versions/1/tags/prod", &json!({}))
        .await
        .expect(201);
    scene
        .broker("delete-version-tag --pacticipant web-app --version 1 --tag prod")
        .await
        .ok();
    assert!(scene.lacks("/pacticipants/web-app/versions/1/tags/prod").await);
}

/// No client sets labels; what `curl` has set is shown.
async fn a_label_is_shown(scene: &Scene) {
    scene
        .put("/pacticipants/web-app/versions/1", &json!({}))
        .await
        .expect(201);
    scene
        .put("/pacticipants/web-app/labels/team-a", &json!({}))
        .await
        .expect(201);
    let shown = scene
        .broker("describe-pacticipant --name web-app --output json")
        .await
        .ok()
        .json();
    assert_eq!(shown["_embedded"]["labels"][0]["name"], "team-a", "{shown}");
}

async fn a_branch_is_deleted(scene: &Scene) {
    scene.published("user-api", "1", "feat/x", &["/users/1"]).await;
    scene
        .broker("delete-branch --pacticipant web-app --branch feat/x")
        .await
        .ok()
        .says("feat/x");
    assert!(scene.lacks("/pacticipants/web-app/branches/feat%2Fx").await);
    // The contract stays.
    scene
        .get("/pacts/provider/user-api/consumer/web-app/version/1")
        .await;
    let again = "delete-branch --pacticipant web-app --branch feat/x";
    match scene.family {
        Family::Rust => {
            scene.broker(again).await.ok().says("not found");
            scene
                .broker(&format!("{again} --error-when-not-found true"))
                .await
                .fails(1);
        }
        Family::Ruby | Family::JavaScript | Family::Python | Family::Agent => {
            scene.broker(again).await.fails(1).says("not found");
            scene
                .broker(&format!("{again} --no-error-when-not-found"))
                .await
                .ok();
        }
    }
}

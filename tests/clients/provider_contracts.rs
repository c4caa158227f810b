//! Publishing provider contracts.

use crate::scene::Scene;
use crate::suite::Suite;

pub(crate) fn add_to(suite: &mut Suite) {
    suite.both(a_description_is_compared_with_contracts);
    suite.both(a_failed_verification_is_not_safe);
}

const DESCRIPTION: &str = "openapi: 3.0.3
info: {title: Users, version: 1.0.0}
paths:
  /users/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses:
        '200':
          description: the user
          content: {application/json: {schema: {type: object, additionalProperties: true}}}
";

async fn a_description_is_compared_with_contracts(scene: &Scene) {
    scene.published("user-api", "1", "main", &["/users/1"]).await;
    scene.file("openapi.yaml", DESCRIPTION);
    scene.file("report.txt", "3 of 3 passed\n");
    scene
        .pactflow(
            "publish-provider-contract openapi.yaml --provider user-api --provider-app-version 7 --branch main --tag dev \
             --content-type application/yaml --verification-success --verification-results report.txt \
             --verification-results-content-type text/plain --verifier schemathesis --verifier-version 4.0",
        )
        .await
        .ok()
        .says("user-api");
    let published = scene
        .get("/contracts/bi-directional/provider/user-api/version/7/provider-contract")
        .await
        .json;
    assert_eq!(published["contentType"], "application/yaml", "{published}");
    let version = scene.get("/pacticipants/user-api/versions/7").await.json;
    assert_eq!(
        version["_embedded"]["branchVersions"][0]["name"], "main",
        "{version}"
    );
    assert_eq!(version["_embedded"]["tags"][0]["name"], "dev", "{version}");
    scene
        .broker("can-i-deploy --pacticipant user-api --version 7 --retry-while-unknown 10 --retry-interval 1")
        .await
        .ok();
}

async fn a_failed_verification_is_not_safe(scene: &Scene) {
    scene.published("user-api", "1", "main", &["/users/1"]).await;
    scene.file("openapi.yaml", DESCRIPTION);
    scene.file("report.txt", "2 of 3 passed\n");
    // The Rust client says whether the verification succeeded only along with its report.
    scene
        .pactflow(
            "publish-provider-contract openapi.yaml --provider user-api --provider-app-version 8 --branch main \
             --content-type application/yaml --verification-exit-code 1 --verification-results report.txt",
        )
        .await
        .ok();
    scene
        .broker("can-i-deploy --pacticipant user-api --version 8 --retry-while-unknown 10 --retry-interval 1")
        .await
        .fails(1);
}

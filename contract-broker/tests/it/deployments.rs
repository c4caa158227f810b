//! Environments, deployments and releases.

use serde_json::json;

use crate::broker::on_each_database;

on_each_database! {
    async fn environments_are_created_changed_and_deleted(broker) {
        let uuid = broker.environment("pre-production").await;
        broker.post("/environments", json!({ "name": "pre-production", "production": false })).await.expect(400);
        broker.post("/environments", json!({ "name": "a b", "production": false })).await.expect(400);
        broker.post("/environments", json!({ "name": "x" })).await.expect(400);
        let path = format!("/environments/{uuid}");
        let shown = broker.get(&path).await.expect(200);
        assert_eq!(shown.json["displayName"], "Pre Production");
        let body = json!({ "name": "staging", "production": false, "contacts": [{ "email": "a@b" }] });
        let updated = broker.put(&path, body).await.expect(200);
        assert_eq!(updated.json["contacts"], json!([{ "name": "unknown", "email": "a@b" }]));
        let listed = broker.get("/environments?name=staging").await.expect(200);
        assert_eq!(listed.named_link("pb:environments", "staging"), path);
        broker.get(&shown.link("pb:currently-deployed-deployed-versions")).await.expect(200);
        broker.delete(&path).await.expect(204);
        broker.get(&path).await.expect(404);
        broker.put("/environments/unknown", json!({ "name": "x", "production": true })).await.expect(404);
    }

    async fn one_version_is_deployed_to_an_instance_at_a_time(broker) {
        let uuid = broker.environment("production").await;
        broker.branch("web", "main", "1").await;
        broker.branch("web", "main", "2").await;
        let first = broker.deploy("web", "1", "production").await;
        assert_eq!(first.json["currentlyDeployed"], true);
        let again = broker.deploy("web", "1", "production").await;
        assert_eq!(again.json["uuid"], first.json["uuid"]);
        let current = format!("/environments/{uuid}/deployed-versions/currently-deployed");
        let numbers = async |query: &str| -> Vec<String> {
            let answer = broker.get(&format!("{current}{query}")).await.expect(200);
            let list = answer.json["_embedded"]["deployedVersions"].as_array().unwrap().clone();
            list.iter().map(|d| d["_embedded"]["version"]["number"].as_str().unwrap().to_owned()).collect()
        };
        let second = broker.deploy("web", "2", "production").await;
        assert_eq!(numbers("?pacticipant=web").await, ["2"]);
        let record = format!("/pacticipants/web/versions/1/deployed-versions/environment/{uuid}");
        let blue = broker.post(&record, json!({ "applicationInstance": "blue" })).await.expect(201);
        assert_eq!(blue.json["target"], "blue");
        assert_eq!(numbers("").await, ["2", "1"]);
        assert_eq!(numbers("?applicationInstance=blue").await, ["1"]);
        assert_eq!(numbers("?applicationInstance=").await, ["2"]);
        assert_eq!(numbers("?pacticipant=other").await, [""; 0]);

        let path = second.link("self");
        broker.patch(&path, json!({ "currentlyDeployed": false })).await.expect(200);
        assert_eq!(numbers("?applicationInstance=").await, [""; 0]);
        broker.patch(&path, json!({ "currentlyDeployed": true })).await.expect(422);
        let ended = broker.get(&path).await.expect(200);
        assert!(ended.json["undeployedAt"].is_string());
        let of_version = broker.get(&record).await.expect(200);
        assert_eq!(of_version.json["_embedded"]["deployedVersions"].as_array().unwrap().len(), 2);
        let version = broker.get("/pacticipants/web/versions/1").await.expect(200);
        assert_eq!(version.json["_links"]["pb:deployed-environments"][0]["application_instance"], "blue");
        let versions = broker.get(&format!("/pacticipants/web/environments/{uuid}/versions")).await.expect(200);
        assert_eq!(versions.json["_embedded"]["versions"].as_array().unwrap().len(), 2);
        broker.post(&record.replace("/1/", "/9/"), json!({})).await.expect(404);
    }

    async fn many_versions_are_released_until_their_support_ends(broker) {
        let uuid = broker.environment("production").await;
        for version in ["1", "2"] {
            broker.branch("app", "main", version).await;
            let path = format!("/pacticipants/app/versions/{version}/released-versions/environment/{uuid}");
            broker.post(&path, json!({})).await.expect(201);
            broker.post(&path, json!({})).await.expect(200);
        }
        let current = format!("/environments/{uuid}/released-versions/currently-supported?pacticipant=app");
        let listed = broker.get(&current).await.expect(200);
        let list = listed.json["_embedded"]["releasedVersions"].as_array().unwrap();
        assert_eq!(list.len(), 2);
        let second = broker.get(&format!("{current}&page=2&size=1")).await.expect(200);
        assert_eq!(second.json["page"]["totalPages"], 2);
        assert_eq!(second.json["_embedded"]["releasedVersions"], json!([list[1]]));
        let path = format!("/released-versions/{}", list[0]["uuid"].as_str().unwrap());
        let ended = broker.patch(&path, json!({ "currentlySupported": false })).await.expect(200);
        assert_eq!(ended.json["currentlySupported"], false);
        broker.patch(&path, json!({ "currentlySupported": true })).await.expect(422);
        let left = broker.get(&format!("{current}&version=2")).await.expect(200);
        assert_eq!(left.json["_embedded"]["releasedVersions"].as_array().unwrap().len(), 1);
        // Releasing again supports it again, under the same record.
        let again = broker.post(&format!("/pacticipants/app/versions/1/released-versions/environment/{uuid}"), json!({}))
            .await.expect(200);
        assert_eq!(format!("/released-versions/{}", again.json["uuid"].as_str().unwrap()), path);
        assert_eq!(again.json["currentlySupported"], true);
    }
}

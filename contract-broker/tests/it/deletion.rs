//! Deleting everything that can be created.

use serde_json::json;

use crate::broker::on_each_database;

on_each_database! {
    async fn a_deleted_version_leaves_its_lines_of_development_right(broker) {
        for number in ["1", "2", "3"] {
            broker.publish("web", number, Some("main"), "api", number).await;
            broker.put(&format!("/pacticipants/web/versions/{number}/tags/t"), json!({})).await.expect(201);
        }
        broker.verify("web", "3", "api", "5", true).await;
        broker.delete("/pacticipants/web/versions/3").await.expect(204);
        broker.get("/pacticipants/web/versions/3").await.expect(404);
        let head = broker.get("/pacticipants/web/branches/main/latest-version").await.expect(200);
        assert_eq!(head.json["number"], "2");
        assert_eq!(broker.get("/pacticipants/web/latest-version/t").await.json["number"], "2");
        for path in ["latest", "latest/t", "branch/main/latest"] {
            let latest = broker.get(&format!("/pacts/provider/api/consumer/web/{path}")).await.expect(200);
            assert_eq!(latest.header("x-pact-consumer-version"), "2", "{path}");
        }
        // The content that nobody publishes any more is gone, with its results.
        assert_eq!(broker.get("/metrics").await.json["verificationResults"]["count"], 0);
        assert_eq!(broker.get("/metrics").await.json["pactVersions"]["count"], 2);
    }

    async fn contracts_are_deleted_one_by_one_and_by_list(broker) {
        for (number, branch) in [("1", "main"), ("2", "feat"), ("3", "main"), ("4", "main")] {
            broker.publish("web", number, Some(branch), "api", number).await;
        }
        let root = "/pacts/provider/api/consumer/web";
        let answer = broker.delete(&format!("{root}/version/4")).await.expect(200);
        assert!(answer.json["_links"]["pb:latest-pact-version"].is_object());
        broker.get("/pacticipants/web/versions/4").await.expect(200);
        assert_eq!(broker.get(&format!("{root}/branch/main/latest")).await.header("x-pact-consumer-version"), "3");
        broker.delete(&format!("{root}/branch/main")).await.expect(200);
        broker.get(&format!("{root}/branch/main/latest")).await.expect(404);
        assert_eq!(broker.get(&format!("{root}/latest")).await.header("x-pact-consumer-version"), "2");
        broker.put("/pacticipants/web/versions/2/tags/t", json!({})).await.expect(201);
        broker.delete(&format!("{root}/tag/t")).await.expect(200);
        broker.get(&format!("{root}/latest")).await.expect(404);
        broker.publish("web", "5", Some("main"), "api", "5").await;
        broker.delete(&format!("{root}/versions")).await.expect(200);
        broker.get(&format!("{root}/latest")).await.expect(404);
        broker.delete(&format!("{root}/version/5")).await.expect(404);
    }

    async fn branches_and_tags_are_deleted(broker) {
        for (number, branch) in [("1", "main"), ("2", "a"), ("3", "b"), ("4", "c")] {
            broker.branch("web", branch, number).await;
        }
        broker.branch("web", "a", "1").await;
        broker.delete("/pacticipants/web/branches/a/versions/1").await.expect(204);
        assert_eq!(broker.get("/pacticipants/web/branches/a/latest-version").await.json["number"], "2");
        broker.delete("/pacticipants/web/branches/a").await.expect(204);
        broker.get("/pacticipants/web/branches/a").await.expect(404);
        broker.get("/pacticipants/web/versions/2").await.expect(200);
        broker.delete("/pacticipants/web/branches/a").await.expect(404);
        let many = broker.delete("/pacticipants/web/branches?exclude[]=c").await.expect(202);
        assert!(many.json["notices"][0]["text"].is_string());
        // It happens after the answer.
        loop {
            let left = broker.get("/pacticipants/web/branches").await.expect(200);
            if left.json["page"]["totalElements"] == 2 {
                break;
            }
            tokio::task::yield_now().await;
        }
        broker.get("/pacticipants/web/branches/main").await.expect(200);
        broker.put("/pacticipants/web/versions/1/tags/t", json!({})).await.expect(201);
        broker.delete("/pacticipants/web/versions/1/tags/t").await.expect(204);
        broker.get("/pacticipants/web/versions/1/tags/t").await.expect(404);
        broker.get("/pacticipants/web/latest-version/t").await.expect(404);
    }

    async fn a_pacticipant_is_deleted_with_everything(broker) {
        broker.environment("production").await;
        for number in 1..=3 {
            broker.publish("web", &number.to_string(), Some("main"), "api", "x").await;
            broker.publish("api", &number.to_string(), Some("main"), "store", "x").await;
        }
        broker.verify("web", "1", "api", "1", true).await;
        broker.deploy("api", "1", "production").await;
        broker.delete("/pacticipants/api").await.expect(204);
        broker.get("/pacticipants/api").await.expect(404);
        let metrics = broker.get("/metrics").await.json;
        assert_eq!(metrics["integrations"]["count"], 0);
        assert_eq!(metrics["pactPublications"]["count"], 0);
        assert_eq!(metrics["deployedVersions"]["count"], 0);
        broker.get("/pacticipants/web").await.expect(200);
    }

    async fn an_integration_is_deleted_with_what_only_it_needed(broker) {
        broker.publish("web", "1", Some("main"), "api", "x").await;
        broker.publish("web", "1", Some("main"), "store", "x").await;
        broker.verify("web", "1", "api", "1", true).await;
        broker.delete("/integrations/provider/api/consumer/web").await.expect(204);
        broker.get("/pacticipants/api").await.expect(404);
        broker.get("/pacts/provider/store/consumer/web/latest").await.expect(200);
        broker.delete("/integrations").await.expect(204);
        assert_eq!(broker.get("/metrics").await.json["pacticipants"]["count"], 0);
    }
}

//! Deleting everything that can be created.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    broker::{contract, on_each_database, publish_body},
    consistency,
    database::Database,
    running::{Receiver, Running, with_each_database},
    webhooks::{self, webhook},
};

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

/// The tables with rows in them, but those that say how the database is kept.
async fn filled(database: &Database) -> Vec<String> {
    let mut filled = Vec::new();
    for table in database.tables().await {
        let count = database.numbers(format!("SELECT COUNT(*) FROM {table}")).await;
        if !matches!(
            table.as_str(),
            "schema_migrations" | "periodic_jobs" | "events_outbox"
        ) && count != [0]
        {
            filled.push(table);
        }
    }
    filled
}

with_each_database! {
    async fn when_everything_is_deleted_every_table_is_empty(database) {
        let mut receiver = Receiver::start(0).await;
        let broker = Running::start(database, webhooks::config()).await;
        let put = async |path: &str, body: Value| {
            let (status, body) = broker.send(Method::PUT, path, body).await;
            assert!(status < 300, "{path}: {body}");
        };
        broker.expect(201, Method::POST, "/pacticipants", json!({ "name": "api" })).await;
        for (path, events) in [("/webhooks", ["contract_published"]), ("/webhooks/provider/api", ["provider_verification_published"])] {
            broker.expect(201, Method::POST, path, webhook(&receiver.url, &events)).await;
        }
        for number in ["1", "2"] {
            let body = publish_body("web", number, Some("main"), "api", number);
            broker.expect(200, Method::POST, "/contracts/publish", body).await;
            put(&format!("/pacticipants/web/versions/{number}/tags/gold"), Value::Null).await;
        }
        put("/pacticipants/web/labels/team", Value::Null).await;
        put("/pacticipants/api/branches/main/versions/9", json!({})).await;
        // Another revision of the same contract.
        let path = "/pacts/provider/api/consumer/web/version/2";
        broker.expect(200, Method::PATCH, path, contract("web", "api", "more")).await;
        let (_, shown) = broker.get(path).await;
        let link = shown["_links"]["pb:publish-verification-results"]["href"].as_str().unwrap();
        let result = json!({ "success": true, "providerApplicationVersion": "9" });
        broker.expect(201, Method::POST, link.strip_prefix(&broker.url).unwrap(), result).await;
        let environment = broker.expect(201, Method::POST, "/environments", json!({ "name": "production", "production": true })).await;
        let environment = environment["uuid"].as_str().unwrap();
        for kind in ["deployed", "released"] {
            let path = format!("/pacticipants/web/versions/2/{kind}-versions/environment/{environment}");
            broker.expect(201, Method::POST, &path, json!({})).await;
        }
        // Three contracts published, one result.
        for _ in 0..4 {
            receiver.next().await;
        }
        let (_, list) = broker.get("/webhooks").await;
        let hooks = list["_links"]["pb:webhooks"].as_array().unwrap();
        for hook in hooks {
            let uuid = hook["href"].as_str().unwrap().rsplit('/').next().unwrap();
            webhooks::settled(&broker, uuid).await;
        }
        let mut expected = database.tables().await;
        expected.retain(|table| !matches!(table.as_str(), "schema_migrations" | "periodic_jobs" | "events_outbox"));
        assert_eq!(filled(database).await, expected, "the test is to fill every table");
        consistency::holds(database).await;

        for hook in hooks {
            let path = hook["href"].as_str().unwrap().strip_prefix(&broker.url).unwrap();
            broker.expect(204, Method::DELETE, path, Value::Null).await;
        }
        broker.expect(204, Method::DELETE, &format!("/environments/{environment}"), Value::Null).await;
        broker.expect(204, Method::DELETE, "/pacticipants/web/versions/1", Value::Null).await;
        broker.expect(204, Method::DELETE, "/pacticipants/web/versions/2", Value::Null).await;
        broker.expect(404, Method::GET, "/pacticipants/web/branches/main", Value::Null).await;
        // With the versions went what belonged to them alone.
        let left = ["integrations", "labels", "pacticipants", "versions"];
        let left: Vec<&str> = left.into_iter().chain(["branch_heads", "branch_versions", "branches"]).collect();
        let mut now = filled(database).await;
        now.retain(|table| !left.contains(&table.as_str()));
        assert_eq!(now, Vec::<String>::new());
        broker.expect(204, Method::DELETE, "/pacticipants/web", Value::Null).await;
        broker.expect(204, Method::DELETE, "/pacticipants/api", Value::Null).await;
        assert_eq!(filled(database).await, Vec::<String>::new());
        broker.stop().await;
    }
}

//! Deleting everything that can be created.

use base64::Engine as _;
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
        broker.get(&answer.link("pb:latest-pact-version")).await.expect(200);
        broker.get("/pacticipants/web/versions/4").await.expect(200);
        assert_eq!(broker.get(&format!("{root}/branch/main/latest")).await.header("x-pact-consumer-version"), "3");
        broker.delete(&format!("{root}/branch/main")).await.expect(200);
        broker.get(&format!("{root}/branch/main/latest")).await.expect(404);
        assert_eq!(broker.get(&format!("{root}/latest")).await.header("x-pact-consumer-version"), "2");
        broker.put("/pacticipants/web/versions/2/tags/t", json!({})).await.expect(201);
        let last = broker.delete(&format!("{root}/tag/t")).await.expect(200);
        assert_eq!(last.json["_links"], json!({ "index": { "href": "http://broker.test/" } }));
        broker.get(&format!("{root}/latest")).await.expect(404);
        broker.publish("web", "5", Some("main"), "api", "5").await;
        let every = broker.delete(&format!("{root}/versions")).await.expect(204);
        assert_eq!(every.text, "");
        broker.get(&format!("{root}/latest")).await.expect(404);
        broker.delete(&format!("{root}/version/5")).await.expect(404);
    }

    async fn a_tag_keeps_the_time_of_its_first_use(broker) {
        let first = async || broker.database.numbers("SELECT first_tagged_at FROM tag_heads WHERE name = 't'".to_owned()).await;
        for number in ["1", "2", "3"] {
            broker.publish("web", number, Some("main"), "api", number).await;
            broker.put(&format!("/pacticipants/web/versions/{number}/tags/t"), json!({})).await.expect(201);
        }
        let at = first().await;
        broker.delete("/pacticipants/web/versions/3").await.expect(204);
        assert_eq!(first().await, at);
        broker.delete("/pacticipants/web/versions/2/tags/t").await.expect(204);
        assert_eq!(first().await, at);
        consistency::holds(&broker.database).await;
        broker.delete("/pacticipants/web/versions/1/tags/t").await.expect(204);
        assert!(first().await.is_empty());
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
        let left = broker.get("/pacticipants/web/branches").await.expect(200);
        assert_eq!(left.json["page"]["totalElements"], 2);
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
    }

    async fn an_integration_that_is_none_is_not_deleted(broker) {
        for name in ["web", "api"] {
            broker.post("/pacticipants", json!({ "name": name })).await.expect(201);
        }
        broker.branch("web", "main", "1").await;
        let path = "/integrations/provider/api/consumer/web";
        broker.delete(path).await.expect(404);
        broker.get("/pacticipants/web/versions/1").await.expect(200);
        broker.get("/pacticipants/api").await.expect(200);
        broker.publish("web", "1", Some("main"), "api", "x").await;
        broker.delete(path).await.expect(204);
        broker.delete(path).await.expect(404);
    }

    async fn a_pacticipant_of_which_something_is_said_outlives_its_integrations(broker) {
        broker.publish("web", "1", None, "api", "x").await;
        broker.publish("web", "1", None, "store", "x").await;
        broker.publish("web", "1", None, "bank", "x").await;
        broker.put("/pacticipants/api/labels/team", json!({})).await.expect(201);
        broker.patch("/pacticipants/store", json!({ "repositoryUrl": "https://example.org/store" })).await.expect(200);
        for provider in ["api", "store", "bank"] {
            broker.delete(&format!("/integrations/provider/{provider}/consumer/web")).await.expect(204);
        }
        broker.get("/pacticipants/api/labels/team").await.expect(200);
        broker.get("/pacticipants/store").await.expect(200);
        broker.get("/pacticipants/bank").await.expect(404);
        broker.get("/pacticipants/web").await.expect(404);
    }

    async fn records_of_deployments_and_releases_are_deleted(broker) {
        let uuid = broker.environment("production").await;
        broker.branch("web", "main", "1").await;
        broker.branch("web", "main", "2").await;
        for (kind, list, embedded) in [
            ("deployed", "currently-deployed", "deployedVersions"), ("released", "currently-supported", "releasedVersions"),
        ] {
            let record = async |number: &str| {
                let path = format!("/pacticipants/web/versions/{number}/{kind}-versions/environment/{uuid}");
                broker.post(&path, json!({})).await.expect(201).link("self")
            };
            let current = async || {
                let path = format!("/environments/{uuid}/{kind}-versions/{list}");
                broker.get(&path).await.expect(200).json["_embedded"][embedded].as_array().unwrap().len()
            };
            let (first, second) = (record("1").await, record("2").await);
            let before = current().await;
            broker.delete(&second).await.expect(204);
            broker.get(&second).await.expect(404);
            broker.delete(&second).await.expect(404);
            broker.get(&first).await.expect(200);
            assert_eq!(current().await, before - 1);
            consistency::holds(&broker.database).await;
            record("2").await;
            assert_eq!(current().await, before);
            let other = first.replace(kind, if kind == "deployed" { "released" } else { "deployed" });
            broker.delete(&other).await.expect(404);
        }
    }
}

/// Tables about the broker itself, whatever it stores.
const OF_THE_BROKER: [&str; 24] = [
    "encryption_check",
    "events_outbox",
    "periodic_jobs",
    "schema_migrations",
    "schema_readers",
    "keyed_requests",
    // Who may do what.
    "account_roles",
    "accounts",
    "audit_events",
    "audit_seals",
    "device_logins",
    "identities",
    "kept_settings",
    "pacticipant_creators",
    "roles",
    "secrets",
    "sessions",
    "team_administrators",
    "team_environments",
    "team_members",
    "team_pacticipants",
    "teams",
    "tokens",
    "used_tokens",
];

/// The tables with rows in them, but those that say how the database is kept.
async fn filled(database: &Database) -> Vec<String> {
    let mut filled = Vec::new();
    for table in database.tables().await {
        let count = database.numbers(format!("SELECT COUNT(*) FROM {table}")).await;
        if !OF_THE_BROKER.contains(&table.as_str()) && count != [0] {
            filled.push(table);
        }
    }
    filled
}

/// Publishes a result for the contract of a version, by a version of the provider.
async fn verify(broker: &Running, version: &str, by: &str) -> String {
    let path = format!("/pacts/provider/api/consumer/web/version/{version}");
    let (_, shown) = broker.get(&path).await;
    let link = shown["_links"]["pb:publish-verification-results"]["href"]
        .as_str()
        .unwrap();
    let result = json!({ "success": true, "providerApplicationVersion": by });
    let result = broker
        .expect(201, Method::POST, link.strip_prefix(&broker.url).unwrap(), result)
        .await;
    let own = result["_links"]["self"]["href"].as_str().unwrap();
    own.strip_prefix(&broker.url).unwrap().to_owned()
}

with_each_database! {
    async fn deliveries_go_with_what_set_them_off(database) {
        let mut receiver = Receiver::start(0).await;
        let broker = Running::start(database, webhooks::config()).await;
        let hook = webhook(&receiver.url, &["contract_published", "provider_verification_published"]);
        let hook = broker.expect(201, Method::POST, "/webhooks", hook).await;
        let uuid = hook["uuid"].as_str().unwrap();
        let publish = async || {
            broker.expect(200, Method::POST, "/contracts/publish", publish_body("web", "1", None, "api", "x")).await;
        };
        let count = async || database.numbers("SELECT COUNT(*) FROM triggered_webhooks".to_owned()).await[0];
        let mut delivered = async || {
            receiver.next().await;
            webhooks::settled(&broker, uuid).await;
        };
        publish().await;
        delivered().await;
        let result = verify(&broker, "1", "7").await;
        delivered().await;
        assert_eq!(count().await, 2);
        broker.expect(204, Method::DELETE, &result, Value::Null).await;
        assert_eq!(count().await, 1);
        // With the version of the provider goes its result.
        verify(&broker, "1", "8").await;
        delivered().await;
        broker.expect(204, Method::DELETE, "/pacticipants/api/versions/8", Value::Null).await;
        assert_eq!(count().await, 1);
        // With the contract of a version go its own, and those of the results that nothing else has.
        verify(&broker, "1", "9").await;
        delivered().await;
        database.execute("UPDATE triggered_webhooks SET consumer_version_id = NULL WHERE verification_id IS NOT NULL".to_owned()).await;
        let contract = "/pacts/provider/api/consumer/web/version/1";
        broker.expect(200, Method::DELETE, contract, Value::Null).await;
        assert_eq!(count().await, 0);
        publish().await;
        delivered().await;
        let (_, shown) = broker.get(&format!("{contract}/triggered-webhooks")).await;
        assert_eq!(shown["_embedded"]["triggeredWebhooks"].as_array().unwrap().len(), 1);
        // With an integration go also those whose version is not known any more.
        database.execute("UPDATE triggered_webhooks SET consumer_version_id = NULL".to_owned()).await;
        for name in ["web", "api"] {
            broker.expect(201, Method::PUT, &format!("/pacticipants/{name}/labels/team"), Value::Null).await;
        }
        broker.expect(204, Method::DELETE, "/integrations/provider/api/consumer/web", Value::Null).await;
        assert_eq!(count().await, 0);
        broker.stop().await;
    }

    async fn a_delivery_is_deleted(database) {
        let mut receiver = Receiver::start(usize::MAX).await;
        let broker = Running::start(database, webhooks::config()).await;
        let hook = broker.expect(201, Method::POST, "/webhooks", webhook(&receiver.url, &["contract_published"])).await;
        broker.expect(200, Method::POST, "/contracts/publish", publish_body("web", "1", None, "api", "x")).await;
        receiver.next().await;
        let sent = webhooks::settled(&broker, hook["uuid"].as_str().unwrap()).await;
        let path = format!("/triggered-webhooks/{}", sent[0]["uuid"].as_str().unwrap());
        broker.expect(204, Method::DELETE, &path, Value::Null).await;
        broker.expect(404, Method::GET, &path, Value::Null).await;
        broker.expect(404, Method::DELETE, &path, Value::Null).await;
        assert_eq!(database.numbers("SELECT COUNT(*) FROM webhook_attempts".to_owned()).await, [0]);
        broker.stop().await;
    }

    async fn everything_but_environments_is_deleted_at_once(database) {
        let broker = Running::start(database, webhooks::config()).await;
        for path in ["web/versions/1/tags/gold", "alone/branches/b/versions/1", "alone/labels/team"] {
            broker.expect(201, Method::PUT, &format!("/pacticipants/{path}"), json!({})).await;
        }
        let body = publish_body("web", "1", Some("main"), "api", "x");
        broker.expect(200, Method::POST, "/contracts/publish", body).await;
        verify(&broker, "1", "7").await;
        let environment = broker.expect(201, Method::POST, "/environments", json!({ "name": "production", "production": true })).await;
        let environment = environment["uuid"].as_str().unwrap();
        for version in ["web/versions/1", "api/versions/7"] {
            let path = format!("/pacticipants/{version}/deployed-versions/environment/{environment}");
            broker.expect(201, Method::POST, &path, json!({})).await;
        }
        for path in ["/webhooks", "/webhooks/provider/api", "/webhooks/consumer/web"] {
            broker.expect(201, Method::POST, path, webhook("https://ci.example.org/a", &[])).await;
        }
        broker.expect(204, Method::DELETE, "/integrations", Value::Null).await;
        assert_eq!(filled(database).await, ["environments"]);
        broker.stop().await;
    }

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
        // A description, compared with the newest contract.
        let description = base64::engine::general_purpose::STANDARD.encode("openapi: 3.0.3\npaths: {}\n");
        put("/contracts/provider/api/version/9", json!({ "content": description })).await;
        put("/provider-contracts/provider/api/compatibility", json!({ "level": "warn" })).await;
        // Three contracts published, one result, one comparison.
        for _ in 0..5 {
            receiver.next().await;
        }
        let (_, list) = broker.get("/webhooks").await;
        let hooks = list["_links"]["pb:webhooks"].as_array().unwrap();
        for hook in hooks {
            let uuid = hook["href"].as_str().unwrap().rsplit('/').next().unwrap();
            webhooks::settled(&broker, uuid).await;
        }
        // A contract that was moved in has the SHA of another broker, too.
        database
            .execute(
                "INSERT INTO content_aliases (consumer_id, provider_id, sha, content_id) \
                 SELECT consumer_id, provider_id, 'of-another-broker', MAX(id) FROM contents GROUP BY consumer_id, provider_id"
                    .to_owned(),
            )
            .await;
        let mut expected = database.tables().await;
        expected.retain(|table| !OF_THE_BROKER.contains(&table.as_str()));
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
        let left = left.into_iter().chain(["branch_heads", "branch_versions", "branches"]);
        let left: Vec<&str> = left.chain(["compatibility_rules", "descriptions", "provider_contracts"]).collect();
        let mut now = filled(database).await;
        now.retain(|table| !left.contains(&table.as_str()));
        assert_eq!(now, Vec::<String>::new());
        broker.expect(204, Method::DELETE, "/pacticipants/web", Value::Null).await;
        broker.expect(204, Method::DELETE, "/pacticipants/api", Value::Null).await;
        assert_eq!(filled(database).await, Vec::<String>::new());
        broker.stop().await;
    }
}

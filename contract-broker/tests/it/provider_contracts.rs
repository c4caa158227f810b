//! How descriptions of providers are published, shown and deleted.

use http::Method as HttpMethod;
use reqwest::Method;
use serde_json::json;

use crate::{
    bidirectional::{
        PUBLISH, WITH_TOTAL, WITHOUT_TOTAL, comparison_of, consumer_contract, description, encoded,
        provider_contract,
    },
    broker::{TestBroker, on_each_database},
    database::Database,
    running::{Running, with_each_database},
    webhooks::config,
};

on_each_database! {
    async fn the_index_leads_to_where_descriptions_are_published(broker) {
        let index = broker.get("/").await;
        let link = &index.json["_links"]["pf:publish-provider-contract"];
        assert_eq!(link["templated"], true);
        assert_eq!(link["href"], "http://broker.test/provider-contracts/provider/{provider}/publish");
    }

    async fn the_older_way_to_publish_works_as_well(broker) {
        let body = json!({
            "content": encoded(&description(WITH_TOTAL)), "contractType": "oas", "contentType": "application/yaml",
            "verificationResults": { "success": true, "content": encoded("ok"), "contentType": "text/plain", "verifier": "dredd" },
        });
        let path = "/contracts/provider/api/version/10";
        broker.put(path, body.clone()).await.expect(201);
        broker.put(path, body).await.expect(200);
        let shown = broker.get("/contracts/bi-directional/provider/api/version/10/provider-contract").await.expect(200);
        assert_eq!(shown.json["verificationStatus"], "success");
        assert_eq!(shown.json["content"], encoded(&description(WITH_TOTAL)));
        assert_eq!(shown.json["_actions"], json!([]));
        let own = broker.get(&shown.link("pf:provider-contract-verification-results")).await.expect(200);
        assert_eq!((&own.json["verifier"], &own.json["success"]), (&json!("dredd"), &json!(true)));
    }

    async fn other_content_under_the_same_version_is_refused(broker) {
        broker.post(PUBLISH, provider_contract("10", None, WITH_TOTAL, Some(true))).await.expect(200);
        broker.post(PUBLISH, provider_contract("10", None, WITH_TOTAL, None)).await.expect(200);
        let refused = broker.post(PUBLISH, provider_contract("10", None, WITHOUT_TOTAL, Some(true))).await.expect(409);
        assert!(refused.text.contains("Cannot change the provider contract of api version 10"), "{}", refused.text);
        // A later publication that says nothing of the self-verification takes nothing away.
        let shown = broker.get("/contracts/bi-directional/provider/api/version/10/provider-contract").await.expect(200);
        assert_eq!(shown.json["verificationStatus"], "success");
    }

    async fn what_cannot_be_read_is_refused_with_its_place(broker) {
        let mut body = provider_contract("10", None, WITH_TOTAL, None);
        body["contract"]["content"] = json!(encoded("openapi: 3.0.3\npaths: [\n"));
        let refused = broker.post(PUBLISH, body.clone()).await.expect(400);
        let message = refused.json["errors"]["contract.content"][0].as_str().unwrap();
        assert!(message.starts_with("openapi.yaml:"), "{message}");
        body["contract"]["content"] = json!(encoded("title: no description"));
        let refused = broker.post(PUBLISH, body).await.expect(400);
        assert!(refused.text.contains("no OpenAPI description"), "{}", refused.text);
        let problem = broker.request(HttpMethod::POST, PUBLISH).header("accept", "application/problem+json").json(&json!({})).send().await;
        assert_eq!(problem.json["errors"][0]["pointer"], "/pacticipantVersionNumber", "{}", problem.text);
    }

    async fn a_rule_of_the_provider_warns_or_refuses(broker) {
        let rule = "/provider-contracts/provider/api/compatibility";
        broker.post("/contracts/publish", consumer_contract("1", Some("main"))).await.expect(200);
        broker.post(PUBLISH, provider_contract("10", Some("main"), WITH_TOTAL, Some(true))).await.expect(200);
        let shown = broker.get(rule).await.expect(200);
        assert_eq!((&shown.json["level"], &shown.json["basis"]), (&json!("off"), &json!("usage")));
        broker.put(rule, json!({ "level": "sometimes" })).await.expect(400);
        broker.put(rule, json!({ "level": "warn", "basis": "usage" })).await.expect(200);
        let warned = broker.post(PUBLISH, provider_contract("11", Some("feat/x"), WITHOUT_TOTAL, Some(true))).await.expect(200);
        assert!(warned.text.contains("breaks web version 1"), "{}", warned.text);
        broker.put(rule, json!({ "level": "refuse", "basis": "usage" })).await.expect(200);
        let refused = broker.post(PUBLISH, provider_contract("12", Some("feat/x"), WITHOUT_TOTAL, Some(true))).await.expect(409);
        assert!(refused.json["error"].as_str().unwrap().starts_with("The description of api version 12 is not compatible"), "{}", refused.text);
        assert!(refused.json["notices"][1]["text"].as_str().unwrap().contains("breaks web version 1"), "{}", refused.text);
        broker.get("/contracts/bi-directional/provider/api/version/12/provider-contract").await.expect(404);
        // Nobody is known to need the name of an operation's member that is new.
        broker.post(PUBLISH, provider_contract("13", Some("main"), &format!("{WITH_TOTAL}, note: {{type: string}}"), Some(true))).await.expect(200);
        broker.put(rule, json!({ "level": "refuse", "basis": "rules" })).await.expect(200);
        let refused = broker.post(PUBLISH, provider_contract("14", Some("main"), "id: {type: string}, total: {type: number}, note: {type: string}", Some(true))).await.expect(409);
        assert!(refused.text.contains("GET /orders/{id}"), "{}", refused.text);
    }

    async fn deletion_takes_descriptions_along_that_nobody_has_any_more(broker) {
        broker.post("/contracts/publish", consumer_contract("1", Some("main"))).await.expect(200);
        for version in ["10", "11"] {
            broker.post(PUBLISH, provider_contract(version, Some("main"), WITH_TOTAL, Some(true))).await.expect(200);
        }
        let count = async |table: &str| broker.database.numbers(format!("SELECT COUNT(*) FROM {table}")).await;
        assert_eq!((count("descriptions").await, count("comparisons").await), (vec![1], vec![1]));
        broker.delete("/pacticipants/api/versions/10").await.expect(204);
        assert_eq!((count("descriptions").await, count("provider_contracts").await), (vec![1], vec![1]));
        broker.delete("/pacticipants/api/versions/11").await.expect(204);
        for table in ["descriptions", "provider_contracts", "comparisons"] {
            assert_eq!(count(table).await, [0], "{table}");
        }
        broker.post(PUBLISH, provider_contract("12", Some("main"), WITH_TOTAL, Some(true))).await.expect(200);
        broker.delete("/pacts/provider/api/consumer/web/version/1").await.expect(200);
        assert_eq!((count("descriptions").await, count("comparisons").await), (vec![1], vec![0]));
        broker.delete("/pacticipants/api").await.expect(204);
        assert_eq!(count("descriptions").await, [0]);
        crate::consistency::holds(&broker.database).await;
    }

    async fn pages_show_descriptions_changes_coverage_and_comparisons(broker) {
        broker.post("/contracts/publish", consumer_contract("1", Some("main"))).await.expect(200);
        broker.post(PUBLISH, provider_contract("10", Some("main"), WITH_TOTAL, Some(true))).await.expect(200);
        broker.post(PUBLISH, provider_contract("11", Some("main"), WITHOUT_TOTAL, None)).await.expect(200);
        let base = "/contracts/bi-directional/provider/api/version/11";
        for (path, expected) in [
            ("/provider-contracts/provider/api".to_owned(), &["Descriptions of api", "none published"][..]),
            (format!("{base}/provider-contract"), &["GET /orders/{id}", "An order", "being compared"]),
            (format!("{base}/changes/version/10"), &["breaking", "1 of 1 would break", "an order"]),
            (format!("{base}/coverage"), &["operations", "100 %", "web 1"]),
            (comparison_of("11", "1"), &["being compared", "By operation"][..1]),
        ] {
            let page = broker.request(HttpMethod::GET, &path).header("accept", "text/html").send().await.expect(200);
            for text in expected {
                assert!(page.text.contains(text), "{path}: {text}: {}", page.text);
            }
        }
        let changes = broker.get(&format!("{base}/changes/version/10")).await.expect(200);
        assert_eq!(changes.json["decision"]["brokenConsumers"], 1);
        let coverage = broker.get(&format!("{base}/coverage")).await.expect(200);
        assert_eq!(coverage.json["population"], json!(["web 1"]));
    }
}

with_each_database! {
    async fn a_description_with_a_reference_that_leads_nowhere_is_refused(database) {
        let broker = Running::start(database, config()).await;
        let lost = "id: {$ref: '#/components/schemas/Id'}";
        let refused = broker
            .expect(400, Method::POST, PUBLISH, provider_contract("10", Some("main"), lost, Some(true)))
            .await;
        let text = refused.to_string();
        assert!(
            text.contains("openapi.yaml:13:") && text.contains("the reference #/components/schemas/Id leads nowhere"),
            "{text}"
        );
    }
}

#[test]
fn a_description_of_more_than_ten_mebibytes_is_refused() {
    TestBroker::run(Database::sqlite(), async |broker| {
        let mut body = provider_contract("10", None, WITH_TOTAL, None);
        body["contract"]["content"] = json!(encoded(&"#".repeat((10 << 20) + 1)));
        let refused = broker.post(PUBLISH, body).await.expect(400);
        assert!(
            refused.text.contains("is larger than the 10 MiB"),
            "{}",
            refused.text
        );
    });
}

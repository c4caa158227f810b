//! What changed between contracts.

use http::Method;
use serde_json::{Value, json};

use crate::broker::{TestBroker, on_each_database};

async fn publish(broker: &TestBroker, version: &str, body: Value, rules: Value) {
    let contract = json!({
        "consumer": {"name": "web"}, "provider": {"name": "api"},
        "interactions": [{
            "description": "a user",
            "request": {"method": "GET", "path": "/users/1"},
            "response": {"status": 200, "body": body, "matchingRules": {"body": rules}},
        }],
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    });
    let path = format!("/pacts/provider/api/consumer/web/version/{version}");
    assert_eq!(broker.put(&path, contract).await.status, 201);
}

on_each_database! {
    async fn changes_are_labelled_for_the_provider_with_their_paths(broker) {
        let rule = json!({"$.name": {"matchers": [{"match": "type"}]}});
        publish(broker, "1", json!({"name": "Ada", "age": 36}), rule.clone()).await;
        publish(broker, "2", json!({"name": "Grace", "email": "g@example.org"}), rule).await;
        let answer = broker.get("/pacts/provider/api/consumer/web/version/2/changes").await.expect(200);
        assert_eq!(answer.json["effect"], "breaking");
        let changes: Vec<(&str, &str, &str)> = answer.json["interactions"][0]["changes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| {
                let text = |name: &str| one[name].as_str().unwrap();
                (text("effect"), text("change"), text("path"))
            })
            .collect();
        assert_eq!(
            changes,
            [("relaxing", "removed", "$.age"), ("neutral", "changed", "$.name"), ("breaking", "added", "$.email")]
        );
        let same = broker.get(&answer.link("self")).await.expect(200);
        assert_eq!(same.json, answer.json);
        let back = broker.get("/pacts/provider/api/consumer/web/version/1/changes/version/2").await.expect(200);
        assert_eq!(back.json["interactions"][0]["changes"][0]["path"], "$.email");
        broker.get("/pacts/provider/api/consumer/web/version/1/changes").await.expect(404);
        broker.get("/pacts/provider/api/consumer/web/version/9/changes").await.expect(404);
    }

    async fn numbers_have_all_their_digits(broker) {
        const BEFORE: &str = "1234567890123456789012345";
        const AFTER: &str = "1234567890123456789012346";
        for (version, amount) in [("1", BEFORE), ("2", AFTER)] {
            let contract = format!(
                r#"{{"consumer": {{"name": "web"}}, "provider": {{"name": "api"}}, "interactions": [{{
                    "description": "an invoice", "request": {{"method": "GET", "path": "/invoices/1"}},
                    "response": {{"status": 200, "body": {{"amount": {amount}}}}}}}],
                    "metadata": {{"pactSpecification": {{"version": "3.0.0"}}}}}}"#
            );
            let path = format!("/pacts/provider/api/consumer/web/version/{version}");
            let call = broker.request(Method::PUT, &path).header("content-type", "application/json");
            call.body(contract).send().await.expect(201);
        }
        let answer = broker.get("/pacts/provider/api/consumer/web/version/2/changes").await.expect(200);
        assert_eq!(answer.headers["content-type"], "application/hal+json;charset=utf-8");
        let told = format!(r#""before":{BEFORE},"after":{AFTER}}}"#);
        assert!(answer.text.contains(&told), "{}", answer.text);
    }

    async fn a_document_that_is_no_contract_is_said_to_be_none(broker) {
        for version in ["1", "2"] {
            let path = format!("/pacts/provider/api/consumer/web/version/{version}");
            broker.put(&path, json!({"interactions": version})).await;
        }
        let answer = broker.get("/pacts/provider/api/consumer/web/version/2/changes").await;
        assert_eq!(answer.status, 422, "{}", answer.text);
    }
}
